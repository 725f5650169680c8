import type { Token } from './tokens.ts';

/** What the names in a statement mean. */
export interface Names {
  /** The project whose tables are the local ones. */
  readonly project: string;
  /** What DECLARE has declared, in lower case. */
  readonly variables?: ReadonlySet<string>;
}

/** What is common to all parts of one statement. */
export interface Rendering extends Names {
  /** Names that nobody else uses. */
  readonly unique: () => string;
  /** Whether it is within PIVOT (…), where an aggregate stands alone. */
  readonly isPivot?: boolean;
  /** Writes tokens as DuckDB reads them. */
  readonly render: (tokens: readonly Token[]) => string;
}

/** A text as a literal of DuckDB. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
