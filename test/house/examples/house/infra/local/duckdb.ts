import { DuckDBInstance } from '@duckdb/node-api';

export async function query(sql: string): Promise<void> {
  await using database = await DuckDBInstance.create();
  await database.run(sql);
}
