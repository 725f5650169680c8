/** The rows of a table of PostgreSQL that have changed within a window, instead of answers over HTTP. The SQL is the declaration's own, never a setting. */
export interface RowsDeclaration {
  /** The table with its schema. */
  readonly from: string;
  /** What of a row is a record: a select list, named as the fields of the columns. */
  readonly select: string;
  readonly where?: string;
  /** A timestamptz that each change moves on; indexed. */
  readonly changed: string;
  /** What orders rows that have changed at the same moment. */
  readonly key: readonly string[];
}

/** The settings of a source that say where its database is. */
export interface DatabaseSettings<Names extends string = string> {
  /** The address, as postgres://user:password@host:5432/database. */
  readonly dsn: Names;
  /** The Cloud SQL instance that the platform mounts; empty where there is none. */
  readonly instance: Names;
}
