import { DuckDBInstance } from '@duckdb/node-api';
import { runner } from 'node-pg-migrate';

export async function query(sql: string): Promise<void> {
  await using database = await DuckDBInstance.create();
  await database.run(sql);
  await runner(sql);
}
