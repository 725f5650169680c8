import type { Unit } from '../format.ts';
import type { FigureName } from './report.ts';
import type { Where } from './selection.ts';

/** How a figure comes about: a sum over rows, what two sums make, or a value that was worked out before. */
export type Source =
  | { readonly kind: 'sum'; readonly column: string; readonly where?: Where }
  | { readonly kind: 'ratio'; readonly over: string; readonly under: string }
  | { readonly kind: 'ready'; readonly column: string };

/** A figure that cards show. */
export interface Measure {
  readonly label: string;
  readonly unit: Unit;
  readonly table: string;
  readonly source: Source;
  /** Where its definition stands in the catalogue. */
  readonly define: FigureName;
  /** What is better, more or less, for comparisons; nothing is said where it is neither. */
  readonly better?: 'high' | 'low';
}

type More = Partial<Pick<Measure, 'define' | 'better'>> & { readonly where?: Where };

/** A figure that may be added up over any rows of its table. */
export function sum(label: string, unit: Unit, [table, column]: FigureName, { where, ...more }: More = {}): Measure {
  return { label, unit, table, source: { kind: 'sum', column, ...(where === undefined ? {} : { where }) }, define: [table, column], ...more };
}

/** A ratio of two sums of one table. */
export function ratio(label: string, unit: Unit, table: string, [over, under]: readonly [string, string], define: FigureName, more: More = {}): Measure {
  return { label, unit, table, source: { kind: 'ratio', over, under }, define, ...more };
}

/** A figure that was worked out for each period and scope, and cannot be put together from parts. */
export function ready(label: string, unit: Unit, [table, column]: FigureName, more: More = {}): Measure {
  return { label, unit, table, source: { kind: 'ready', column }, define: [table, column], ...more };
}
