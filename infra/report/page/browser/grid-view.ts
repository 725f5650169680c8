import type { Format } from '../format.ts';
import type { GridModel } from '../cards/model.ts';
import { STRONGEST_HEAT } from '../drawing/themes.ts';
import { element } from './elements.ts';

/** A table whose cells are the darker the higher they are; the numbers stand in them. */
export function gridView({ rowLabel, columns, rows, values, unit }: GridModel, label: string, format: Format): HTMLElement {
  const known = values.flat().filter((value) => value !== null);
  const most = known.reduce((high, value) => Math.max(high, value), 0);
  const cellOf = (value: number | null): HTMLElement => {
    const cell = element('td', { class: 'number', 'data-unit': unit }, value === null ? '' : format.short(value, unit));
    if (value === null) return cell;
    cell.style.setProperty('--share', `${most === 0 ? 0 : (value / most) * STRONGEST_HEAT * 100}%`);
    return cell;
  };
  const table = element(
    'table',
    { class: 'grid' },
    element('caption', { class: 'hidden' }, label),
    element(
      'thead',
      {},
      element('tr', {}, element('th', { scope: 'col' }, rowLabel), ...columns.map((text) => element('th', { scope: 'col', class: 'number' }, text))),
    ),
    element(
      'tbody',
      {},
      ...rows.map(({ text, note }, place) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, text, note === undefined ? null : element('span', { class: 'note' }, ` ${note}`)),
          ...(values[place] ?? []).map(cellOf),
        ),
      ),
    ),
  );
  return element('div', { class: 'table', tabindex: '0', role: 'group', 'aria-label': `Table: ${label}` }, table);
}
