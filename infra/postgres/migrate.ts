import { join } from 'node:path';
import type { ClientBase } from 'pg';
import { runner } from 'node-pg-migrate';

const MIGRATIONS = join(import.meta.dirname, 'migrations');

/** Brings the schema `crm` to its newest version, in one transaction; resolves to the names of the migrations that ran. */
export async function migrate(client: ClientBase): Promise<readonly string[]> {
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
}

function ignore(): void {}
