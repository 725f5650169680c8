import { startPglite } from '../../infra/local/pglite.ts';

/** PostgreSQL for a test: the server that DATABASE_URL names, else one in this process, which is one session. */
export async function openPostgres(): Promise<{ readonly dsn: string; readonly max: number; stop(): Promise<void> }> {
  const given = process.env['DATABASE_URL'];
  if (given !== undefined) return { dsn: given, max: 5, stop: async () => undefined };
  return { ...(await startPglite()), max: 1 };
}
