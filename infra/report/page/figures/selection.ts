import { endOf, type Grain } from './days.ts';
import { type DimensionId, dimension } from './dimensions.ts';
import { type Filters, filteredDimensions, hasDates } from './filters.ts';
import type { Cell, Table } from './report.ts';

/** The column that says of when a row is, and what that stands for where the table does not say it. */
const DATE_COLUMNS: readonly (readonly [string, Grain])[] = [
  ['date', 'day'],
  ['run_day', 'day'],
  ['week_start', 'week'],
  ['month_start', 'month'],
  ['signup_month', 'month'],
  ['cohort_month', 'month'],
];

/** Rows of a table, and the filters that it cannot follow, by name. */
export interface Selection {
  readonly rows: readonly number[];
  readonly ignored: readonly string[];
}

/** Values that columns must have. */
export type Where = Readonly<Record<string, Cell>>;

/** When a table's rows are; undefined where it does not say. */
export function dateOf(table: Table): { readonly column: string; readonly grain: Grain } | undefined {
  const found = DATE_COLUMNS.find(([column]) => table.has(column) && !(table.name === 'mtr_customer_retention' && column === 'month_start'));
  return found === undefined ? undefined : { column: found[0], grain: table.about.grain ?? found[1] };
}

/** Whether a table can be filtered by a dimension. */
export function follows(table: Table, id: DimensionId): boolean {
  return table.has(dimension(id).column);
}

/** The rows of a table that filters leave; a week or month stays where all of it lies in the dates. */
export function select(table: Table, filters: Filters, where: Where = {}): Selection {
  const chosen = filteredDimensions(filters);
  const tests: ((row: number) => boolean)[] = Object.entries(where).map(
    ([column, value]) =>
      (row) =>
        table.cell(row, column) === value,
  );
  for (const id of chosen.filter((id) => follows(table, id))) {
    const words = new Set(filters.words[id]);
    const { column } = dimension(id);
    tests.push((row) => words.has(table.text(row, column) ?? 'none'));
  }
  const date = dateOf(table);
  if (hasDates(filters) && date !== undefined) {
    const starts = new Map<string | null, boolean>();
    tests.push((row) => {
      const start = table.text(row, date.column);
      const known = starts.get(start) ?? isWithin(start, date.grain, filters);
      starts.set(start, known);
      return known;
    });
  }
  return {
    rows: rowsWhere(table.rows, tests),
    ignored: [
      ...chosen.filter((id) => !follows(table, id)).map((id) => dimension(id).label.toLowerCase()),
      ...(hasDates(filters) && date === undefined ? ['date'] : []),
    ],
  };
}

function rowsWhere(count: number, tests: readonly ((row: number) => boolean)[]): readonly number[] {
  const rows: number[] = [];
  for (let row = 0; row < count; row += 1) if (tests.every((test) => test(row))) rows.push(row);
  return rows;
}

function isWithin(start: string | null, grain: Grain, { from, to }: Filters): boolean {
  if (start === null) return false;
  return (from === undefined || start >= from) && (to === undefined || endOf(start, grain) <= to);
}

/** First and last day that a table tells of; undefined where it tells of none. */
export function boundsOf(table: Table): { readonly first: string; readonly last: string } | undefined {
  const date = dateOf(table);
  if (date === undefined) return undefined;
  const column = table.about.columns[date.column];
  const words = column?.type === 'date' ? [...column.words].sort() : [];
  const [first] = words;
  const last = words.at(-1);
  return first === undefined || last === undefined ? undefined : { first, last: endOf(last, date.grain) };
}
