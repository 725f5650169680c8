import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { connectionOptions, type PostgresOptions } from '../../shared/database/postgres.ts';

const MIGRATIONS = join(import.meta.dirname, 'migrations');

/** Brings the schema `crm` of a database to its newest version, in one transaction; resolves to the names of the migrations that ran. */
export async function migrate(options: Pick<PostgresOptions, 'dsn' | 'instance'>): Promise<readonly string[]> {
  const client = new pg.Client(connectionOptions(options));
  await client.connect();
  try {
    const done = await runner({
      dbClient: client,
      dir: MIGRATIONS,
      direction: 'up',
      schema: 'crm',
      createSchema: true,
      migrationsTable: 'crm_migrations',
      logger: { info: ignore, warn: ignore, error: ignore, debug: ignore },
    });
    return done.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

function ignore(): void {}
