import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Database, Query } from '../database/database.ts';
import { digest } from './digest.ts';

const LEASE_MS = 30_000;
const LOOK_AGAIN_MS = 25;

/** What is locked: no address is kept. */
export interface Lock {
  readonly integrationId: string;
  /** Whatever tells two records of the CRM apart. */
  readonly name: string;
}

/**
 * Runs `work` alone among all processes that use the same lock; undefined where the signal comes before it is free. It is a row with a lease, not a
 * lock of a transaction: no connection is held meanwhile, and the lease of a killed process ends.
 */
export async function withLock<Result>({ query }: Database, lock: Lock, signal: AbortSignal, work: () => Promise<Result>): Promise<Result | undefined> {
  const token = randomUUID();
  const key = digest('lock', lock.integrationId, lock.name);
  while (!(await take())) if (!(await paused(signal))) return undefined;
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

/** False where the time is over before. */
async function paused(signal: AbortSignal): Promise<boolean> {
  return await wait(LOOK_AGAIN_MS, true, { signal }).catch(() => false);
}

/** Removes the locks that killed processes have left. */
export async function forgetLocks(query: Query): Promise<void> {
  await query('DELETE FROM crm.crm_locks WHERE lease_until < clock_timestamp()');
}
