import type { DuckDBConnection } from '@duckdb/node-api';
import type { QueryResult } from '../../shared/warehouse/warehouse.ts';
import { thrown } from './duckdb-failure.ts';
import { cell, typeName } from './duckdb-values.ts';

/** A column of a result with DuckDB's own type. */
export interface DuckColumn {
  readonly name: string;
  readonly type: string;
}

/**
 * A connection for many statements in DuckDB's own SQL; its variables and temporary tables end with it. (Not every setting does:
 * `SET default_null_order` is of the whole process.) Mistakes are PermanentErrors without values.
 */
export interface Session {
  run(sql: string): Promise<void>;
  /** Runs one statement; its columns have BigQuery's types. */
  query(sql: string): Promise<QueryResult>;
  /** Gives more connections to work whose statements may run at the same time; they are closed afterwards. */
  beside<Result>(count: number, work: (sessions: readonly Session[]) => Promise<Result>): Promise<Result>;
}

/** A session on a connection that `connect` has made; it makes those beside it, too. */
export function sessionOn(connection: DuckDBConnection, connect: () => Promise<DuckDBConnection>): Session {
  return {
    async beside(count, work) {
      const connections = await Promise.all(Array.from({ length: count }, connect));
      try {
        return await work(connections.map((other) => sessionOn(other, connect)));
      } finally {
        for (const other of connections) other.closeSync();
      }
    },
    async run(sql) {
      await explained(async () => connection.run(sql));
    },
    query: (sql) =>
      explained(async () => {
        const reader = await connection.runAndReadAll(sql);
        const columns = reader.columnNames().map((name, index) => ({ name, type: typeName(reader.columnType(index)) }));
        return { columns, rows: reader.getRows().map((row) => row.map(cell)) };
      }),
  };
}

async function explained<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw thrown(error);
  }
}
