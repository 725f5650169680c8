/**
 * What the report's page holds: metrics, no facts. The page is a function of this; who writes it (infra/report/) knows the warehouse,
 * who draws it (infra/report/page/) does not.
 */
export interface ReportData {
  /** When the report was made, ISO 8601 in UTC. */
  readonly madeAt: string;
  /** Currency of every amount, ISO 4217. */
  readonly currency: string;
  /** Whether any of it comes from the samples of `npm start`: the page says so on every tab. */
  readonly isSample: boolean;
  /** Tables by name, as `mtr_acquisition`. */
  readonly tables: Readonly<Record<string, ReportTable>>;
  /** What each figure means, by table and column, from the metric catalogue. */
  readonly definitions: Readonly<Record<string, Readonly<Record<string, Definition>>>>;
  /** Model tests of the last run. */
  readonly tests: readonly { readonly name: string; readonly isCritical: boolean; readonly status: string; readonly failingRows: number }[];
}

/** Rows by column; each column as long as the others. */
export interface ReportTable {
  readonly rows: number;
  readonly columns: Readonly<Record<string, ReportColumn>>;
  /** Where rows were added up to keep the page small: how, in words for the reader. */
  readonly coarsened?: string;
  /** What a date of its key stands for: that day, or the month or year that begins with it. */
  readonly grain?: 'day' | 'month' | 'year';
  /** Keys that were given up to keep the page small: the only word of such a column is 'all', and nothing can be filtered by it. */
  readonly dropped?: readonly string[];
  /** Whom or what it is about and what to be careful with, from the catalogue. */
  readonly population: string;
  readonly caveats: readonly string[];
  /** The newest as_of of its rows, ISO 8601; null where it has none. */
  readonly asOf: string | null;
}

/**
 * Texts are told once (`words`) and named by their place in it; dates are texts as 2026-11-29, moments as 2026-11-29T06:00:00Z; amounts are numbers, to six
 * decimals, so that sums of them are exact to the cent.
 */
export type ReportColumn =
  | { readonly type: 'text' | 'date'; readonly words: readonly string[]; readonly values: readonly (number | null)[] }
  | { readonly type: 'number'; readonly values: readonly (number | null)[] }
  | { readonly type: 'boolean'; readonly values: readonly (boolean | null)[] };

/** One figure as the catalogue tells it. */
export interface Definition {
  readonly description: string;
  readonly unit: string;
  readonly numerator?: string;
  readonly denominator?: string;
  readonly population?: string;
  readonly caveat?: string;
}
