import { DuckDBInstance } from '@duckdb/node-api';
import { macroStatements } from '../../infra/curated/dialect/macros.ts';
import { type Session, sessionOn } from '../../infra/local/duckdb-session.ts';

export interface DuckDbLab extends Session {
  close(): void;
}

/** An empty DuckDB in memory with the macros, in the zone that the warehouse has. */
export async function openDuckDbLab(): Promise<DuckDbLab> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const session = sessionOn(connection, () => instance.connect());
  for (const statement of ["SET GLOBAL TimeZone = 'UTC'", ...macroStatements]) await session.run(statement);
  return {
    ...session,
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
