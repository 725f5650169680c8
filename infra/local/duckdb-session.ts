import type { DuckDBConnection } from '@duckdb/node-api';
import type { QueryResult } from '../../shared/warehouse/warehouse.ts';
import { thrown } from './duckdb-failure.ts';
import { cell, typeName } from './duckdb-values.ts';

/**
 * A connection for many statements in DuckDB's own SQL; its variables and temporary tables end with it. (Not every setting does:
 * `SET default_null_order` is of the whole process.) Mistakes are PermanentErrors without values.
 */
export interface Session {
  run(sql: string): Promise<void>;
  /** Runs one statement; its columns have BigQuery's types. */
  query(sql: string): Promise<QueryResult>;
}

export function sessionOn(connection: DuckDBConnection): Session {
  return {
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
