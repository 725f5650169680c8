import type { Token } from './tokens.ts';

/** What is common to all parts of one statement. */
export interface Rendering {
  /** The project whose tables are the local ones. */
  readonly project: string;
  /** Names that nobody else uses. */
  readonly unique: () => string;
  /** Writes tokens as DuckDB reads them. */
  readonly render: (tokens: readonly Token[]) => string;
}

/** A text as a literal of DuckDB. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
