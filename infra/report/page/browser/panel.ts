import type { Tab } from '../cards/card.ts';
import { type Context, figureOf } from '../figures/figure.ts';
import { filterText, filtersOf, isFiltered } from '../figures/filters.ts';
import { type Format, momentOf } from '../format.ts';
import { agesOf, missingOf } from '../figures/missing.ts';
import type { Report } from '../figures/report.ts';
import { cardView } from './card-view.ts';
import { type Look, removeCharts } from './charts.ts';
import { element } from './elements.ts';
import { type FilterState, filterBar } from './filter-bar.ts';
import { kpiView } from './kpi-view.ts';

/** A tab's content; `show` draws it where it is not drawn for these filters yet. */
export interface Panel {
  readonly tab: Tab;
  readonly node: HTMLElement;
  readonly show: () => void;
  /** How many figures have no value for the filters. */
  readonly told: () => string;
}

export function panelOf(tab: Tab, report: Report, format: Format, state: FilterState, look: () => Look): Panel {
  const content = element('div', { class: 'content' });
  const filtersTold = element('p', { class: 'print-only' });
  const bar = filterBar(tab, report, state);
  const node = element(
    'section',
    { role: 'tabpanel', id: `panel-${tab.id}`, 'aria-labelledby': `tab-${tab.id}`, tabindex: '0', hidden: true },
    element(
      'header',
      { class: 'panel-head' },
      element('div', {}, element('h2', {}, tab.title), element('p', { class: 'about' }, tab.about)),
      agesView(tab, report),
    ),
    ...missingOf(tab.tables, report).map((text) => element('p', { class: 'notice' }, text)),
    report.data.isSample
      ? element('p', { class: 'notice sample' }, element('strong', {}, 'Sample data. '), 'Made up by npm start: no figure here is of a real shop.')
      : null,
    tab.filters.length > 0 || tab.hasDates ? bar.node : null,
    filtersTold,
    content,
    notesView(tab, report),
  );
  const context = (): Context => ({ report, format, filters: filtersOf(state.get(), tab.filters, tab.hasDates) });
  let drawnFor: unknown;
  const show = () => {
    bar.update();
    if (drawnFor === state.get()) return;
    drawnFor = state.get();
    filtersTold.textContent = filterText(context().filters);
    draw(content, tab, context(), look);
  };
  return { tab, node, show, told: () => toldOf(tab, context()) };
}

function draw(content: HTMLElement, tab: Tab, context: Context, look: () => Look): void {
  removeCharts(content);
  const cards = tab.cards.map((card) => cardView(card, context, look));
  content.replaceChildren(
    tab.kpis.length === 0
      ? ''
      : element('ul', { class: `kpis columns-${columnsOf(tab.kpis.length)}`, 'aria-label': 'Key figures' }, ...tab.kpis.map((kpi) => kpiView(kpi, context))),
    element('div', { class: 'cards' }, ...cards.map(({ node }) => node)),
  );
  for (const card of cards) card.draw();
}

/** One row of up to six, else two rows that are as long as each other. */
function columnsOf(count: number): number {
  return count <= MOST_COLUMNS ? count : Math.ceil(count / 2);
}

const MOST_COLUMNS = 6;

/** What was filtered, in a sentence for those who do not see it change. */
function toldOf({ title, kpis }: Tab, context: Context): string {
  const missing = kpis.filter(({ measure }) => figureOf(measure, context).missing !== undefined).length;
  const filtered = isFiltered(context.filters) ? 'Filtered' : 'Not filtered';
  return `${title}. ${filtered}.${missing === 0 ? '' : ` ${missing} of ${kpis.length} key figures are not available for this combination of filters.`}`;
}

/** When each kind of data was asked for. */
function agesView({ tables }: Tab, report: Report): HTMLElement {
  const told = agesOf(tables, report).map(({ what, asOf }) =>
    element('li', {}, `${what} as of `, element('time', { datetime: asOf ?? undefined }, momentOf(asOf))),
  );
  return element('ul', { class: 'ages', 'aria-label': 'Age of the data' }, ...(told.length === 0 ? [element('li', {}, 'No data yet')] : told));
}

/** Whom the figures of a tab are about and what to be careful with. */
function notesView({ tables, id }: Tab, report: Report): HTMLElement {
  const abouts = tables.flatMap((name) => report.table(name)?.about ?? []);
  const populations = [...new Set(abouts.map(({ population }) => population).filter((text) => text !== ''))];
  const cautions = [
    ...new Set(abouts.flatMap(({ caveats, coarsened }) => [...caveats, ...(coarsened === undefined ? [] : [`made smaller to fit a page: ${coarsened}`])])),
  ];
  return element(
    'aside',
    { class: 'notes', 'aria-labelledby': `notes-${id}` },
    element('h3', { id: `notes-${id}` }, 'Whom this is about, and what to be careful with'),
    element('div', {}, element('h4', {}, 'Population'), element('ul', {}, ...populations.map((text) => element('li', {}, text)))),
    element('div', {}, element('h4', {}, 'Cautions'), element('ul', {}, ...cautions.map((text) => element('li', {}, text)))),
  );
}
