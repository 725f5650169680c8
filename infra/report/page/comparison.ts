import { addDays, daysBetween, endOf, nextOf, startOf } from './days.ts';
import { type Context, figureOf } from './figure.ts';
import { type Filters, hasDates } from './filters.ts';
import { spanText } from './format.ts';
import type { Measure } from './measure.ts';
import type { Table } from './report.ts';
import { boundsOf, dateOf } from './selection.ts';

/** How a span compares with the one before; only spans that are over and are there as a whole are compared. */
export interface Comparison {
  /** The newer span, in words. */
  readonly span: string;
  readonly value: number;
  readonly before: number;
  readonly beforeSpan: string;
}

/** The last month that is all there with the month before, or the chosen days with as many days before them. */
export function comparisonOf(measure: Measure, context: Context): Comparison | undefined {
  const table = context.report.table(measure.table);
  if (table === undefined || measure.source.kind === 'ready') return undefined;
  const whole = wholeDays(table);
  if (whole === undefined) return undefined;
  const spans = hasDates(context.filters) ? chosenSpans(context.filters) : monthSpans(whole.last);
  if (spans === undefined || spans.before.from < whole.first || spans.now.to > whole.last) return undefined;
  const [now, before] = [spans.now, spans.before].map((span) => figureOf(measure, { ...context, filters: { ...context.filters, ...span } }));
  if (now?.value === null || before?.value === null || now === undefined || before === undefined) return undefined;
  if (now.completeness !== 'final' || before.completeness !== 'final') return undefined;
  return { span: spans.now.text, value: now.value, before: before.value, beforeSpan: spans.before.text };
}

interface Span {
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

/** The days of which a table has all: from its first to the last that is over; of months, the first may have begun before. */
function wholeDays(table: Table): { readonly first: string; readonly last: string } | undefined {
  const bounds = boundsOf(table);
  const date = dateOf(table);
  const asOf = table.about.asOf?.slice(0, 10);
  if (bounds === undefined || date === undefined || asOf === undefined) return undefined;
  const first = date.grain === 'day' ? bounds.first : nextOf(bounds.first, date.grain);
  const [over, told] = [addDays(asOf, -1), endOf(startOf(bounds.last, 'month'), 'month')];
  return { first, last: over < told ? over : told };
}

function monthSpans(last: string): { readonly now: Span; readonly before: Span } {
  const start = startOf(last, 'month');
  const now = endOf(start, 'month') === last ? start : startOf(addDays(start, -1), 'month');
  return { now: monthSpan(now), before: monthSpan(startOf(addDays(now, -1), 'month')) };
}

function monthSpan(from: string): Span {
  return { from, to: addDays(nextOf(from, 'month'), -1), text: spanText(from, 'month') };
}

function chosenSpans({ from, to }: Filters): { readonly now: Span; readonly before: Span } | undefined {
  if (from === undefined || to === undefined || to < from) return undefined;
  if (startOf(from, 'month') === from && endOf(from, 'month') === to) return { now: monthSpan(from), before: monthSpan(startOf(addDays(from, -1), 'month')) };
  const days = daysBetween(from, to) + 1;
  return {
    now: { from, to, text: 'these days' },
    before: { from: addDays(from, -days), to: addDays(from, -1), text: `the ${days} days before` },
  };
}
