import type { Format } from '../format.ts';
import type { TableCell, TableModel } from '../cards/model.ts';
import { element } from './elements.ts';

const MOST_ROWS = 500;
/** Columns from which a printed table has smaller letters. */
const WIDE = 9;
/** As many as the style of the print shows. */
const MOST_PRINTED = 40;
/** Words that ask for somebody. */
const BAD = new Set(['failed', 'late', 'skipped']);

/** A table one can read row by row; of very many rows the first. */
export function tableView({ head, rows }: TableModel, label: string, format: Format): HTMLElement {
  const shown = rows.slice(0, MOST_ROWS);
  const table = element(
    'table',
    {},
    element('caption', { class: 'hidden' }, label),
    element('thead', {}, element('tr', {}, ...head.map(({ text, isNumber }) => element('th', { scope: 'col', class: isNumber ? 'number' : undefined }, text)))),
    element('tbody', {}, ...shown.map((row) => element('tr', {}, ...row.map((cell, place) => cellView(cell, place, format))))),
  );
  const more = rows.length > MOST_ROWS ? element('p', { class: 'note' }, `The first ${MOST_ROWS} of ${rows.length.toLocaleString('en-GB')} rows.`) : null;
  return element(
    'div',
    { class: head.length > WIDE ? 'table wide' : 'table', tabindex: '0', role: 'group', 'aria-label': `Table: ${label}` },
    table,
    more,
    rows.length > MOST_PRINTED
      ? element('p', { class: 'note print-only' }, `The first ${MOST_PRINTED} of ${rows.length.toLocaleString('en-GB')} rows; the page has more.`)
      : null,
  );
}

function cellView(cell: TableCell, place: number, format: Format): HTMLElement {
  if (typeof cell !== 'string') return element('td', { class: 'number', 'data-unit': cell.unit }, format.exact(cell.value, cell.unit));
  return place === 0 ? element('th', { scope: 'row' }, cell) : element('td', { class: BAD.has(cell) ? 'bad' : undefined }, cell);
}
