/** One statement: its rows as objects. Throws DatabaseError. */
export type Query = <Row = unknown>(sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** The port to PostgreSQL. A connection is held for one statement or one transaction, never while something outside is asked. */
export interface Database {
  readonly query: Query;
  transaction<Result>(work: (query: Query) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** What the server refuses because of what a statement holds: cardinality, data and integrity. */
const OF_DATA = /^(?:21|22|23)/;

/** The database did not do it; `code` is its SQLSTATE where there is one. The message holds no value. */
export class DatabaseError extends Error {
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined, cause: unknown) {
    super(message, { cause });
    this.name = 'DatabaseError';
    this.code = code;
  }
}

/** Whether an error is about what one of the rows of a statement holds: the others may be written without it. */
export function isOfData(error: unknown): boolean {
  return error instanceof DatabaseError && OF_DATA.test(error.code ?? '');
}
