import { DuckDBInstance } from '@duckdb/node-api';
import { WAREHOUSE_FILE } from './sample.ts';

/** The marts of the samples, to be asked in the test's own words. */
export interface Marts {
  /** One number. */
  readonly ask: (sql: string) => Promise<number>;
  readonly close: () => void;
}

export async function openMarts(): Promise<Marts> {
  const instance = await DuckDBInstance.create(WAREHOUSE_FILE, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return {
    async ask(sql) {
      const rows = (await connection.runAndReadAll(`SELECT CAST((${sql}) AS DOUBLE)`)).getRows();
      const value = rows[0]?.[0];
      if (typeof value !== 'number') throw new Error(`no number comes of ${sql}`);
      return value;
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
