import { type Completeness, weakest } from './completeness.ts';
import { addDays, daysBetween, endOf, type Grain, nextOf, startOf } from './days.ts';
import { compareMembers, type DimensionId, dimension, memberText } from './dimensions.ts';
import { type Context, completenessOver, NO_DATA, readyValue, valueOver } from './figure.ts';
import { type Filters, filteredDimensions, hasDates } from './filters.ts';
import { spanText } from './format.ts';
import type { Measure } from './measure.ts';
import { NOT_AVAILABLE, readyMembers, readyRow, readyStarts, scopeOf } from './ready-tables.ts';
import type { Report, Table } from './report.ts';
import { boundsOf, dateOf, select } from './selection.ts';

/** What figures are grouped by: members of a dimension, or spans of time. */
export type By = DimensionId | Grain | 'time';

/** One group: a member, or a span of time. */
export interface Group {
  /** The member's word, or the first day of the span. */
  readonly key: string;
  readonly text: string;
  readonly values: readonly (number | null)[];
  readonly completeness: Completeness;
  /** A stretch of time without data. */
  readonly isGap?: boolean;
}

export interface Groups {
  readonly by: DimensionId | Grain;
  readonly groups: readonly Group[];
  readonly ignored: readonly string[];
  /** Why there are none. */
  readonly missing?: string;
}

/** Values of one measure by group. */
interface Column {
  readonly values: ReadonlyMap<string, { readonly value: number | null; readonly completeness: Completeness }>;
  readonly ignored: readonly string[];
  readonly missing?: string;
}

/** A quarter. */
const MOST_DAYS = 92;
const GRAINS: readonly Grain[] = ['day', 'week', 'month', 'year'];
const MOST_EMPTY = 0.5;

/** Measures by group under the filters; spans in their order with gaps between them, members in theirs. */
export function grouped(measures: readonly Measure[], by: By, context: Context): Groups {
  const grain = by === 'time' ? fitting(measures, context) : isGrain(by) ? coarsest(measures, by, context) : by;
  const columns = measures.map((measure) => columnOf(measure, grain, context));
  const missing = columns.every((column) => column.missing !== undefined) ? columns[0]?.missing : undefined;
  const keys = [...new Set(columns.flatMap(({ values }) => [...values.keys()]))];
  const ignored = [...new Set(columns.flatMap((column) => column.ignored))];
  const isTime = isGrain(grain);
  const names = isTime ? undefined : namesOf(grain, context.report);
  const ordered = isTime ? keys.sort() : keys.sort(compareMembers(grain));
  const groups = ordered.map((key) => {
    const cells = columns.map(({ values }) => values.get(key));
    return {
      key,
      text: isTime ? spanText(key, grain) : memberText(grain, key, names),
      values: cells.map((cell) => cell?.value ?? null),
      completeness: weakest(cells.map((cell) => cell?.completeness)),
    };
  });
  const shown = isTime ? withGaps(groups, grain, measures) : groups;
  return { by: grain, groups: shown, ignored, ...(missing === undefined ? {} : { missing }) };
}

export function isGrain(by: By): by is Grain {
  return by === 'day' || by === 'week' || by === 'month' || by === 'year';
}

/** Names of campaigns by number, as the table of campaigns tells them. */
export function namesOf(id: DimensionId, report: Report): ReadonlyMap<string, string> | undefined {
  const table = report.table('mtr_acquisition');
  if (id !== 'campaign' || table === undefined) return undefined;
  const names = new Map<string, string>();
  for (let row = 0; row < table.rows; row += 1) {
    const name = table.text(row, 'campaign_name');
    if (name !== null && name !== '') names.set(table.text(row, 'scope_value') ?? '', name);
  }
  return names;
}

function columnOf(measure: Measure, by: DimensionId | Grain, context: Context): Column {
  const table = context.report.table(measure.table);
  if (table === undefined || table.rows === 0) return { values: new Map(), ignored: [], missing: NO_DATA };
  if (measure.source.kind === 'ready') return readyColumn(measure, table, by, context.filters);
  const date = dateOf(table);
  if (isGrain(by) ? date === undefined : !table.has(dimension(by).column)) return { values: new Map(), ignored: [], missing: NOT_AVAILABLE };
  const { rows, ignored } = select(table, context.filters, measure.source.kind === 'sum' ? measure.source.where : undefined);
  const members = new Map<string, number[]>();
  for (const row of rows) {
    const key = isGrain(by) ? spanOf(table.text(row, date?.column ?? ''), by) : (table.text(row, dimension(by).column) ?? 'none');
    if (key === undefined) continue;
    const list = members.get(key);
    if (list === undefined) members.set(key, [row]);
    else list.push(row);
  }
  const isCut = isGrain(by) ? cutOff(table, by, context.filters) : () => false;
  const values = [...members].map(([key, own]) => {
    const completeness = weakest([completenessOver(table, own), isCut(key) ? 'partial' : 'final']);
    return [key, { value: valueOver(measure, table, own), completeness }] as const;
  });
  return { values: new Map(values), ignored };
}

function spanOf(day: string | null, grain: Grain): string | undefined {
  return day === null ? undefined : startOf(day, grain);
}

/** Whether a span is not all there: before the first day, not over, or cut by the dates. */
function cutOff(table: Table, grain: Grain, { from, to }: Filters): (start: string) => boolean {
  const bounds = boundsOf(table);
  const asOf = table.about.asOf?.slice(0, 10);
  return (start) => {
    const end = endOf(start, grain);
    const isBefore = bounds !== undefined && start < bounds.first;
    const isOpen = asOf !== undefined && end >= asOf;
    return isBefore || isOpen || (from !== undefined && start < from) || (to !== undefined && end > to);
  };
}

function readyColumn(measure: Measure, table: Table, by: DimensionId | Grain, filters: Filters): Column {
  const values = new Map<string, { readonly value: number | null; readonly completeness: Completeness }>();
  if (isGrain(by)) {
    for (const start of readyStarts(table)) {
      if (hasDates(filters) && ((filters.from ?? '') > start || endOf(start, by) > (filters.to ?? '9999'))) continue;
      const row = readyRow(table, { words: filters.words }, { start });
      if (row !== undefined) values.set(start, readyValue(measure, table, row));
    }
  } else {
    const scope = scopeOf(by);
    for (const member of readyMembers(table, scope)) {
      const row = readyRow(table, filters, { scope, member });
      if (row !== undefined) values.set(member, readyValue(measure, table, row));
    }
  }
  const isMissing = values.size === 0 && (filteredDimensions(filters).length > 0 || hasDates(filters));
  return { values, ignored: [], ...(isMissing ? { missing: NOT_AVAILABLE } : {}) };
}

/** The grain, or that of a table which has no finer one. */
function coarsest(measures: readonly Measure[], grain: Grain, { report }: Context): Grain {
  const grains = measures.flatMap(({ table, source }) => {
    const found = report.table(table);
    return source.kind === 'ready' || found === undefined ? [] : (dateOf(found)?.grain ?? []);
  });
  return GRAINS[Math.max(...[grain, ...grains].map((one) => GRAINS.indexOf(one)))] ?? grain;
}

/** Days where there are few of them, else months. */
function fitting(measures: readonly Measure[], { report, filters }: Context): Grain {
  const tables = measures.flatMap(({ table }) => report.table(table) ?? []);
  if (measures.some(({ source }) => source.kind === 'ready') || tables.some((table) => dateOf(table)?.grain !== 'day')) return 'month';
  const days = new Set(tables.flatMap((table) => daysOf(table, filters)));
  return days.size <= MOST_DAYS ? 'day' : 'month';
}

function daysOf(table: Table, filters: Filters): readonly string[] {
  const column = dateOf(table)?.column ?? '';
  return [...new Set(select(table, filters).rows.flatMap((row) => table.text(row, column) ?? []))];
}

/** Spans without a row are 0 for sums; a stretch of many is one gap, so that years without data do not press the others together. */
function withGaps(groups: readonly Group[], grain: Grain, measures: readonly Measure[]): readonly Group[] {
  const [first] = groups;
  const last = groups.at(-1);
  if (first === undefined || last === undefined) return groups;
  const count = spansBetween(first.key, last.key, grain);
  const isSparse = count > groups.length / MOST_EMPTY;
  return groups.flatMap((group, place) => {
    const before = groups[place - 1];
    if (before === undefined) return [group];
    const empty = spansBetween(before.key, group.key, grain) - 2;
    if (empty <= 0) return [group];
    if (isSparse && empty > 1) return [gap(nextOf(before.key, grain), addDays(group.key, -1)), group];
    return [...fill(before.key, group.key, grain, measures), group];
  });
}

function spansBetween(first: string, last: string, grain: Grain): number {
  const days: Readonly<Record<Grain, number>> = { day: 1, week: 7, month: 30.4375, year: 365.25 };
  return Math.round(daysBetween(first, last) / days[grain]) + 1;
}

function gap(from: string, to: string): Group {
  return { key: `gap ${from}`, text: `no data ${spanText(from, 'month')} to ${spanText(to, 'month')}`, values: [], completeness: 'final', isGap: true };
}

function fill(after: string, before: string, grain: Grain, measures: readonly Measure[]): readonly Group[] {
  const groups: Group[] = [];
  for (let key = nextOf(after, grain); key < before; key = nextOf(key, grain)) {
    groups.push({ key, text: spanText(key, grain), values: measures.map(({ source }) => (source.kind === 'sum' ? 0 : null)), completeness: 'final' });
  }
  return groups;
}
