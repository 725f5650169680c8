/** One statement: its rows as objects. Throws DatabaseError. */
export type Query = <Row = unknown>(sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** The port to PostgreSQL. A connection is held for one statement or one transaction, never while something outside is asked. */
export interface Database {
  readonly query: Query;
  transaction<Result>(work: (query: Query) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** The database did not do it; `code` is its SQLSTATE where there is one. The message holds no value. */
export class DatabaseError extends Error {
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined, cause: unknown) {
    super(message, { cause });
    this.name = 'DatabaseError';
    this.code = code;
  }
}
