import { addDays, endOf, type Grain, nextOf, startOf } from './days.ts';
import { type Context, hasParts } from './figure.ts';
import type { Filters } from './filters.ts';
import type { Measure } from './measure.ts';
import type { Table } from './report.ts';
import { boundsOf, dateOf, select } from './selection.ts';

/** A quarter. */
const MOST_DAYS = 92;
const GRAINS: readonly Grain[] = ['day', 'week', 'month', 'year'];

/** The grain, or that of a table which has no finer one. */
export function coarsest(measures: readonly Measure[], grain: Grain, { report }: Context): Grain {
  const grains = measures.flatMap((measure) => {
    const table = report.table(measure.table);
    return !hasParts(measure) || table === undefined ? [] : (dateOf(table)?.grain ?? []);
  });
  return GRAINS[Math.max(...[grain, ...grains].map((one) => GRAINS.indexOf(one)))] ?? grain;
}

/** Days where there are few of them, else months. */
export function fitting(measures: readonly Measure[], { report, filters }: Context): Grain {
  const tables = measures.flatMap(({ table }) => report.table(table) ?? []);
  if (!measures.every(hasParts) || tables.some((table) => dateOf(table)?.grain !== 'day')) return 'month';
  const days = new Set(tables.flatMap((table) => daysLeft(table, filters)));
  return days.size <= MOST_DAYS ? 'day' : 'month';
}

function daysLeft(table: Table, filters: Filters): readonly string[] {
  const column = dateOf(table)?.column ?? '';
  return [...new Set(select(table, filters).rows.flatMap((row) => table.text(row, column) ?? []))];
}

/**
 * Whether a span is not all there: it began before the first day, is not over (a year: or its last months are not there), is cut by
 * the dates, or lies at the end of a stretch without any day, where nobody can tell whether there was nothing or nothing was asked for.
 */
export function openSpans(table: Table, grain: Grain, { from, to }: Filters): (start: string) => boolean {
  const bounds = boundsOf(table);
  const asOf = table.about.asOf?.slice(0, 10);
  const isBesideGap = gapsOf(table, grain);
  return (start) => {
    const end = endOf(start, grain);
    const isBefore = bounds !== undefined && start < bounds.first;
    const isNotOver = asOf !== undefined && end >= asOf;
    const isYearCut = grain === 'year' && bounds !== undefined && end > endOf(startOf(bounds.last, 'month'), 'month');
    return isBefore || isNotOver || isYearCut || (from !== undefined && start < from) || (to !== undefined && end > to) || isBesideGap(start);
  };
}

function gapsOf(table: Table, grain: Grain): (start: string) => boolean {
  const date = dateOf(table);
  const column = table.about.columns[date?.column ?? ''];
  if (date?.grain !== 'day' || grain === 'day' || column?.type !== 'date') return () => false;
  const days = new Set(column.words);
  const spans = new Set(column.words.map((day) => startOf(day, grain)));
  const [first = '', last = ''] = [[...days].sort()[0], [...days].sort().at(-1)];
  return (start) => {
    const [before, after] = [startOf(addDays(start, -1), grain), nextOf(start, grain)];
    const beginsLate = start > first && !spans.has(before) && !days.has(start);
    const endsEarly = after <= last && !spans.has(after) && !days.has(endOf(start, grain));
    return beginsLate || endsEarly;
  };
}
