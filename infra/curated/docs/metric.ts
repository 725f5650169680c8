/** What the catalogue says of a figure beyond the description of its column. */
export interface MetricEntry {
  /** What it is counted in. */
  readonly unit: string;
  /** Of a ratio: what is divided. */
  readonly numerator?: string;
  readonly denominator?: string;
  /** Whom or what it is about, where that is not the population of its table. */
  readonly population?: string;
  /** What a reader gets wrong without being told. */
  readonly caveat?: string;
}

/** The figures of one metric table. */
export interface MetricTable {
  /** Whom or what the figures are about, and what is left out. */
  readonly population: string;
  readonly caveats: readonly string[];
  readonly figures: Readonly<Record<string, MetricEntry>>;
}

export type Catalogue = Readonly<Record<string, MetricTable>>;

type More = Pick<MetricEntry, 'population' | 'caveat'>;

export function count(unit: string, more: More = {}): MetricEntry {
  return { unit, ...more };
}

/** An amount in the reporting currency. */
export function money(more: More = {}): MetricEntry {
  return { unit: 'reporting currency', ...more };
}

/** A mean amount: what is divided, by what. */
export function moneyPer(numerator: string, denominator: string, more: More = {}): MetricEntry {
  return { unit: 'reporting currency', numerator, denominator, ...more };
}

/** A share of 1, or a number without a unit. */
export function ratio(numerator: string, denominator: string, more: More = {}): MetricEntry {
  return { unit: 'ratio', numerator, denominator, ...more };
}
