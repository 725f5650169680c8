import type { Measure } from '../figures/measure.ts';
import type { Report } from '../figures/report.ts';
import { button, byId, element } from './elements.ts';

const SOURCES = {
  sum: 'added up in this page from its rows',
  ratio: 'divided in this page from what is added up',
  ready: 'worked out before, for everything and for single filters',
};

/** A button with the name of a figure that tells what the figure means. */
export function definitionButton(measure: Measure, report: Report): HTMLButtonElement {
  return button({ class: 'define', 'aria-haspopup': 'dialog', title: `What “${measure.label}” means` }, measure.label, () => openDefinition(measure, report));
}

/** What a figure is counted in; of rows that are picked by a column, what is counted. */
function unitOf({ define, source, table }: Measure, report: Report): string | undefined {
  const own = report.definition(define)?.unit;
  const unit = own === '' && source.kind === 'sum' ? report.definition([table, source.column])?.unit : own;
  return unit === 'reporting currency' ? report.data.currency : unit;
}

function openDefinition(measure: Measure, report: Report): void {
  const [table, column] = measure.define;
  const found = report.definition(measure.define);
  const about = report.table(table)?.about ?? report.table(measure.table)?.about;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Means', found?.description],
    ['Unit', unitOf(measure, report)],
    ['Numerator', found?.numerator],
    ['Denominator', found?.denominator],
    ['Population', found?.population ?? about?.population],
    ['Caution', found?.caveat],
    ['Of the table', about?.caveats.join('; ')],
    ['Made smaller', about?.coarsened],
    ['How', SOURCES[measure.source.kind]],
    ['In the warehouse', `${table}.${column}`],
  ];
  const dialog = byId('definition') as HTMLDialogElement;
  dialog.replaceChildren(
    element('h2', { id: 'definition-title' }, measure.label),
    element('dl', {}, ...rows.flatMap(([name, text]) => (text === undefined || text === '' ? [] : [element('dt', {}, name), element('dd', {}, text)]))),
    button({ class: 'plain' }, 'Close', () => dialog.close()),
  );
  dialog.showModal();
}
