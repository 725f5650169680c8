import { addDays, daysBetween, endOf, startOf } from './days.ts';
import { type Context, figureOf, hasParts } from './figure.ts';
import { type Filters, hasDates, NO_FILTERS } from './filters.ts';
import { spanText } from '../format.ts';
import type { Measure } from './measure.ts';
import type { Table } from './report.ts';
import { boundsOf, dateOf } from './selection.ts';
import { openSpans } from './spans.ts';

/** How a span compares with the one before; only spans that are over and are there as a whole are compared. */
export interface Comparison {
  /** The newer span in words; undefined where it is the chosen days. */
  readonly span?: string;
  readonly value: number;
  readonly before: number;
  readonly beforeSpan: string;
}

interface Span {
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

/** The last month that is all there with the month before, or the chosen days with as many days before them. */
export function comparisonOf(measure: Measure, context: Context): Comparison | undefined {
  const table = context.report.table(measure.table);
  if (table === undefined || !hasParts(measure)) return undefined;
  const isChosen = hasDates(context.filters);
  const spans = isChosen ? chosenSpans(table, context.filters) : lastMonths(table);
  if (spans === undefined) return undefined;
  const figures = spans.map(({ from, to }) => figureOf(measure, { ...context, filters: { ...context.filters, from, to } }));
  const [now, before] = figures;
  if (now === undefined || before === undefined || figures.some(({ completeness }) => completeness !== 'final')) return undefined;
  if (now.value === null || before.value === null) return undefined;
  return { ...(isChosen ? {} : { span: spans[0].text }), value: now.value, before: before.value, beforeSpan: spans[1].text };
}

/** The newest month that is all there and the one before, where that is all there, too. */
function lastMonths(table: Table): readonly [Span, Span] | undefined {
  const date = dateOf(table);
  const column = table.about.columns[date?.column ?? ''];
  if (column?.type !== 'date') return undefined;
  const isOpen = openSpans(table, 'month', NO_FILTERS);
  const months = new Set(column.words.map((day) => startOf(day, 'month')));
  const newest = [...months]
    .filter((month) => !isOpen(month))
    .sort()
    .at(-1);
  if (newest === undefined) return undefined;
  const before = startOf(addDays(newest, -1), 'month');
  // The first month of a table of months may have begun before.
  const isFirst = date?.grain === 'month' && before === boundsOf(table)?.first;
  return months.has(before) && !isOpen(before) && !isFirst ? [month(newest), month(before)] : undefined;
}

function chosenSpans(table: Table, { from, to }: Filters): readonly [Span, Span] | undefined {
  if (from === undefined || to === undefined || to < from) return undefined;
  const days = daysBetween(from, to) + 1;
  const isMonth = startOf(from, 'month') === from && endOf(from, 'month') === to;
  const before = isMonth ? month(startOf(addDays(from, -1), 'month')) : { from: addDays(from, -days), to: addDays(from, -1), text: `the ${days} days before` };
  const bounds = boundsOf(table);
  const asOf = table.about.asOf?.slice(0, 10);
  if (bounds === undefined || asOf === undefined || before.from < bounds.first || to >= asOf || from > bounds.last) return undefined;
  return [{ from, to, text: 'these days' }, before];
}

function month(from: string): Span {
  return { from, to: endOf(from, 'month'), text: spanText(from, 'month') };
}
