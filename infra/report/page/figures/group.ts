import type { Completeness } from './completeness.ts';
import type { Grain } from './days.ts';
import type { DimensionId } from './dimensions.ts';

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

export function isGrain(by: By): by is Grain {
  return by === 'day' || by === 'week' || by === 'month' || by === 'year';
}

/** Puts the largest first by the first figure; what stands for all others comes last. */
export function largestFirst(a: Group, b: Group): number {
  return Number(a.key === '(others)') - Number(b.key === '(others)') || (b.values[0] ?? 0) - (a.values[0] ?? 0);
}
