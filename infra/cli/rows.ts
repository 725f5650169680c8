import type { QueryResult } from '../../shared/warehouse/warehouse.ts';
import type { Pipeline } from './pipeline.ts';
import type { Cell } from './table.ts';

/** A row of a result by column name. */
export type Row = Readonly<Record<string, Cell>>;

/** Runs a query and gives its rows by column name. */
export async function select(pipeline: Pipeline, sql: string): Promise<readonly Row[]> {
  return rowsOf(await pipeline.warehouse.query(sql));
}

/** Rows by column name; a name that is there twice gets `_2`, so that no value is lost. */
export function rowsOf({ columns, rows }: QueryResult): readonly Row[] {
  const names = uniqueNames(columns.map(({ name }) => name));
  return rows.map((row) => Object.fromEntries(names.map((name, column) => [name, row[column] ?? null])));
}

export function textOf(row: Row, column: string): string | undefined {
  const cell = row[column];
  return cell === null || cell === undefined ? undefined : String(cell);
}

/** A count; 0 where it is null. */
export function countOf(row: Row, column: string): number {
  return Number(row[column] ?? 0);
}

/** Counts by name, from a JSON column. */
export function countsOf(row: Row, column: string): Readonly<Record<string, number>> {
  const value: unknown = JSON.parse(textOf(row, column) ?? '{}');
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, count]) => [name, Number(count)]));
}

/** Names in order; one that is there twice gets `_2`. */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let number = 2; taken.has(free); number += 1) free = `${name}_${number}`;
    taken.add(free);
    return free;
  });
}
