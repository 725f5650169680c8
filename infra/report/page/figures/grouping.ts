import { type Completeness, weakest } from './completeness.ts';
import { endOf, type Grain, startOf } from './days.ts';
import { compareMembers, type DimensionId, dimension, memberText } from './dimensions.ts';
import { type Context, completenessOver, NO_DATA, readyValue, valueOver } from './figure.ts';
import { type Filters, isFiltered } from './filters.ts';
import { spanText } from '../format.ts';
import { withGaps } from './gaps.ts';
import { type By, type Groups, isGrain } from './group.ts';
import type { Measure } from './measure.ts';
import { NOT_AVAILABLE, readyMembers, readyRow, readyStarts, scopeOf } from './ready-tables.ts';
import type { Report, Table } from './report.ts';
import { dateOf, select } from './selection.ts';
import { coarsest, fitting, openSpans } from './spans.ts';

interface Value {
  readonly value: number | null;
  readonly completeness: Completeness;
}

/** Values of one measure by group. */
interface Column {
  readonly values: ReadonlyMap<string, Value>;
  readonly ignored: readonly string[];
  readonly missing?: string;
}

/** Measures by group under the filters; spans in their order with gaps between them, members in theirs. */
export function grouped(measures: readonly Measure[], by: By, context: Context): Groups {
  const own = grainOf(measures, by, context);
  const columns = measures.map((measure) => columnOf(measure, own, context));
  const missing = columns.every((column) => column.missing !== undefined) ? columns[0]?.missing : undefined;
  const keys = [...new Set(columns.flatMap(({ values }) => [...values.keys()]))];
  const names = isGrain(own) ? undefined : namesOf(own, context.report);
  const groups = keys.sort(isGrain(own) ? undefined : compareMembers(own)).map((key) => {
    const cells = columns.map(({ values }) => values.get(key));
    return {
      key,
      text: isGrain(own) ? spanText(key, own) : memberText(own, key, names),
      values: cells.map((cell, place) => (cell === undefined ? absent(measures[place], columns[place]) : cell.value)),
      completeness: weakest(cells.map((cell) => cell?.completeness)),
    };
  });
  return {
    by: own,
    groups: isGrain(own) ? withGaps(groups, own, measures, context) : groups,
    ignored: [...new Set(columns.flatMap((column) => column.ignored))],
    ...(missing === undefined ? {} : { missing }),
  };
}

/** What a sum is where a group has no row; null where nothing is known. */
function absent(measure: Measure | undefined, column: Column | undefined): number | null {
  return measure?.source.kind === 'sum' && column?.missing === undefined ? 0 : null;
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

function grainOf(measures: readonly Measure[], by: By, context: Context): DimensionId | Grain {
  if (by === 'time') return fitting(measures, context);
  return isGrain(by) ? coarsest(measures, by, context) : by;
}

function columnOf(measure: Measure, by: DimensionId | Grain, context: Context): Column {
  const table = context.report.table(measure.table);
  if (table === undefined || table.rows === 0) return { values: new Map(), ignored: [], missing: NO_DATA };
  if (measure.source.kind === 'ready') return readyColumn(measure, table, by, context.filters);
  return isGrain(by) ? spanColumn(measure, table, by, context.filters) : memberColumn(measure, table, by, context.filters);
}

function spanColumn(measure: Measure, table: Table, grain: Grain, filters: Filters): Column {
  const date = dateOf(table);
  if (date === undefined) return { values: new Map(), ignored: [], missing: NOT_AVAILABLE };
  const { rows, ignored } = select(table, filters, whereOf(measure));
  const isOpen = openSpans(table, grain, filters);
  const spans = rowsBy(rows, (row) => {
    const day = table.text(row, date.column);
    return day === null ? undefined : startOf(day, grain);
  });
  const values = [...spans].map(([start, own]): [string, Value] => [
    start,
    { value: valueOver(measure, table, own), completeness: weakest([completenessOver(table, own), isOpen(start) ? 'partial' : 'final']) },
  ]);
  return { values: new Map(values), ignored };
}

function memberColumn(measure: Measure, table: Table, by: DimensionId, filters: Filters): Column {
  const { column, within } = dimension(by);
  if (!table.has(column)) return { values: new Map(), ignored: [], missing: NOT_AVAILABLE };
  const { rows, ignored } = select(table, filters, whereOf(measure));
  const members = rowsBy(rows, (row) => (within === undefined ? '' : `${table.text(row, within)}/`) + (table.text(row, column) ?? 'none'));
  const values = [...members].map(([word, own]): [string, Value] => [
    word,
    { value: valueOver(measure, table, own), completeness: completenessOver(table, own) },
  ]);
  return { values: new Map(values), ignored };
}

function readyColumn(measure: Measure, table: Table, by: DimensionId | Grain, filters: Filters): Column {
  const places = isGrain(by) ? startsWithin(table, by, filters).map((start) => [start, { start }] as const) : membersOf(table, by);
  const used = isGrain(by) ? { words: filters.words } : filters;
  const values = places.flatMap(([key, place]): [string, Value][] => {
    const row = readyRow(table, used, place);
    return row === undefined ? [] : [[key, readyValue(measure, table, row)]];
  });
  return { values: new Map(values), ignored: [], ...(values.length === 0 && isFiltered(filters) ? { missing: NOT_AVAILABLE } : {}) };
}

function startsWithin(table: Table, grain: Grain, { from = '', to = '9999' }: Filters): readonly string[] {
  return readyStarts(table, grain).filter((start) => start >= from && endOf(start, grain) <= to);
}

function membersOf(table: Table, by: DimensionId) {
  const scope = scopeOf(by);
  return readyMembers(table, scope).map((member) => [member, { scope, member }] as const);
}

function rowsBy(rows: readonly number[], keyOf: (row: number) => string | undefined): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key === undefined) continue;
    const own = groups.get(key);
    if (own === undefined) groups.set(key, [row]);
    else own.push(row);
  }
  return groups;
}

function whereOf({ source }: Measure) {
  return source.kind === 'sum' ? source.where : undefined;
}
