import type { Card } from '../cards/card.ts';
import type { Context } from '../figures/figure.ts';
import type { Model } from '../cards/model.ts';
import { tableFor } from '../cards/model-table.ts';
import { marksOf, summaryOf } from '../cards/summary.ts';
import { drawChart, type Look, removeChart } from './charts.ts';
import { definitionButton } from './definition-dialog.ts';
import { button, element } from './elements.ts';
import { gridView } from './grid-view.ts';
import { tableView } from './table-view.ts';

/** Cards that the reader looks at as tables, by their id. */
const asTable = new Set<string>();

/** A card, and what draws its chart once it is on the page. */
export interface CardView {
  readonly node: HTMLElement;
  readonly draw: () => void;
}

/** A card with its title, its chart in one sentence, its chart or table, and the definitions of its figures. */
export function cardView(card: Card, context: Context, look: () => Look): CardView {
  const { model, ignored } = card.show(context);
  const summary = summaryOf(model, context.format);
  const place = element('div', { class: 'plot' });
  const toggle = isChart(model) ? toggleButton(card, () => draw()) : null;
  const draw = () => fill(place, card, model, summary, context, look);
  const node = element(
    'article',
    { class: `card ${card.width}`, id: card.id, 'aria-labelledby': `${card.id}-title` },
    element(
      'header',
      {},
      element('div', {}, element('h3', { id: `${card.id}-title` }, card.title), element('p', { class: 'subtitle' }, card.subtitle)),
      toggle,
    ),
    ignored.length === 0 ? null : element('p', { class: 'ignored' }, `Not filtered by ${ignored.join(', ')}`),
    model.kind === 'message' || model.kind === 'table' ? null : element('p', { class: 'summary' }, summary),
    place,
    ...marksOf(model).map((text) => element('p', { class: 'mark-note' }, text)),
    card.footnote === undefined ? null : element('p', { class: 'footnote' }, card.footnote),
    definitionsView(card, context),
  );
  return { node, draw };
}

function definitionsView(card: Card, { report }: Context): HTMLElement | null {
  const measures = [...new Map(card.measures.map((measure) => [measure.label, measure])).values()];
  if (measures.length === 0) return null;
  return element('footer', {}, element('span', {}, 'Definitions: '), ...measures.map((measure) => definitionButton(measure, report)));
}

function toggleButton(card: Card, draw: () => void): HTMLButtonElement {
  const made = button({ class: 'plain toggle', 'aria-pressed': String(asTable.has(card.id)), 'aria-label': `As table: ${card.title}` }, 'As table', () => {
    if (asTable.has(card.id)) asTable.delete(card.id);
    else asTable.add(card.id);
    made.setAttribute('aria-pressed', String(asTable.has(card.id)));
    draw();
  });
  return made;
}

function fill(place: HTMLElement, card: Card, model: Model, summary: string, { format }: Context, look: () => Look): void {
  removeChart(place);
  place.replaceChildren();
  place.removeAttribute('role');
  place.removeAttribute('aria-label');
  place.style.height = '';
  const table = tableFor(model);
  if (model.kind === 'message') place.append(element('p', { class: 'missing' }, model.text));
  else if (model.kind === 'table' || (asTable.has(card.id) && table !== undefined)) place.append(tableView(table ?? (model as never), card.title, format));
  else if (model.kind === 'grid') place.append(gridView(model, card.title, format));
  else {
    place.setAttribute('role', 'img');
    drawChart(place, model, summary, look);
  }
}

function isChart({ kind }: Model): boolean {
  return kind === 'series' || kind === 'scatter' || kind === 'map';
}
