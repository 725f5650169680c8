import { type Completeness, weakest } from './completeness.ts';
import type { Filters } from './filters.ts';
import type { Format } from '../format.ts';
import type { Measure } from './measure.ts';
import { NOT_AVAILABLE, readyRow } from './ready-tables.ts';
import type { Report, Table } from './report.ts';
import { select } from './selection.ts';

/** What cards are drawn from. */
export interface Context {
  readonly report: Report;
  /** The filters that the tab knows. */
  readonly filters: Filters;
  readonly format: Format;
}

/** The value of a measure, and what is to be known about it. */
export interface Figure {
  /** Null where there is nothing to divide by, or no value. */
  readonly value: number | null;
  readonly completeness: Completeness;
  /** Why there is none. */
  readonly missing?: string;
  /** Filters that it does not follow. */
  readonly ignored: readonly string[];
}

/** Why a table that holds nothing gives no figure. */
export const NO_DATA = 'No data yet';

/** A measure under the filters. */
export function figureOf(measure: Measure, { report, filters }: Context): Figure {
  const table = report.table(measure.table);
  if (table === undefined || table.rows === 0) return { value: null, completeness: 'final', missing: NO_DATA, ignored: [] };
  if (measure.source.kind === 'ready') {
    const row = readyRow(table, filters);
    if (row === undefined) return { value: null, completeness: 'final', missing: NOT_AVAILABLE, ignored: [] };
    return { ...readyValue(measure, table, row), ignored: [] };
  }
  const { rows, ignored } = select(table, filters, measure.source.kind === 'sum' ? measure.source.where : undefined);
  if (rows.length === 0) return { value: emptyValue(measure), completeness: 'final', ignored };
  return { value: valueOver(measure, table, rows), completeness: completenessOver(table, rows), ignored };
}

/** A measure over rows of its table; null where there is nothing to divide by. */
export function valueOver({ source }: Measure, table: Table, rows: readonly number[]): number | null {
  if (source.kind === 'ratio') return quotient(sumOver(table, rows, source.over), sumOver(table, rows, source.under));
  return source.kind === 'sum' ? sumOver(table, rows, source.column) : null;
}

/** The value of a measure in a row that was worked out before. */
export function readyValue({ source }: Measure, table: Table, row: number): { readonly value: number | null; readonly completeness: Completeness } {
  const value = source.kind === 'ready' ? table.number(row, source.column) : null;
  return { value, completeness: weakest([table.text(row, 'completeness')]) };
}

/** Whether a measure is put together from rows here. */
export function hasParts({ source }: Measure): boolean {
  return source.kind !== 'ready';
}

/** The weakest completeness of rows. */
export function completenessOver(table: Table, rows: readonly number[]): Completeness {
  return weakest(new Set(rows.map((row) => table.text(row, 'completeness'))));
}

/** One number by another; null where that cannot be. */
export function quotient(over: number | null, under: number | null): number | null {
  return over === null || under === null || under === 0 ? null : over / under;
}

/** The sum of what is known; null where that is nothing. Rounded to six decimals: what is behind is a mistake of binary fractions. */
export function sumOver(table: Table, rows: readonly number[], column: string): number | null {
  let total: number | null = null;
  for (const row of rows) {
    const value = table.number(row, column);
    if (value !== null) total = (total ?? 0) + value;
  }
  return total === null ? null : Math.round(total * SCALE) / SCALE;
}

const SCALE = 1_000_000;

function emptyValue({ source }: Measure): number | null {
  return source.kind === 'sum' ? 0 : null;
}
