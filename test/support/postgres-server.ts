import { randomUUID } from 'node:crypto';
import { startPglite } from '../../infra/local/pglite.ts';
import { postgres } from '../../shared/database/postgres.ts';

/** A database of its own for a test: on the server that DATABASE_URL names, else in this process, where it is one session. */
export async function openPostgres(): Promise<{ readonly dsn: string; readonly max: number; stop(): Promise<void> }> {
  const server = process.env['DATABASE_URL'];
  if (server === undefined) return { ...(await startPglite()), max: 1 };
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await ask(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { dsn: url.href, max: 5, stop: () => ask(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function ask(dsn: string, sql: string): Promise<void> {
  const database = postgres({ dsn, max: 1 });
  try {
    await database.query(sql);
  } finally {
    await database.close();
  }
}
