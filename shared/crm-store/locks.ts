import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from '../database/database.ts';
import { TransientError } from '../errors.ts';

const LEASE_MS = 30_000;
const LOOK_AGAIN_MS = 25;
const PATIENCE_MS = 60_000;

/**
 * Runs `work` alone among all processes that use the same key. It is a row with a lease, not a lock of a transaction: no connection is
 * held meanwhile, and the lease of a killed process ends. Throws TransientError where the row does not become free.
 */
export async function withLock<Result>({ query }: Database, key: string, work: () => Promise<Result>): Promise<Result> {
  const token = randomUUID();
  for (let waited = 0; !(await take()); waited += LOOK_AGAIN_MS) {
    if (waited >= PATIENCE_MS) throw new TransientError('lock', 'another delivery to the same record does not end');
    await wait(LOOK_AGAIN_MS);
  }
  try {
    return await work();
  } finally {
    await query('DELETE FROM crm.crm_locks WHERE lock_key = $1 AND token = $2', [key, token]);
  }

  async function take(): Promise<boolean> {
    const rows = await query(
      `INSERT INTO crm.crm_locks AS l (lock_key, token, lease_until) VALUES ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
       ON CONFLICT (lock_key) DO UPDATE SET token = excluded.token, lease_until = excluded.lease_until
       WHERE l.lease_until < clock_timestamp() RETURNING token`,
      [key, token, LEASE_MS],
    );
    return rows.length > 0;
  }
}
