import type { Query } from '../database/database.ts';

/**
 * Counts one request of a user (GCRA: an allowance that refills evenly, one minute's worth at most); resolves to 0, or to the milliseconds
 * to wait where it is used up.
 */
export async function takeAllowance(query: Query, userId: string, perMinute: number): Promise<number> {
  const intervalMs = 60_000 / perMinute;
  const [row] = await query<{ wait_ms: number }>(
    `WITH taken AS (
       INSERT INTO crm.crm_rate_limits AS r (user_id, free_at) VALUES ($1, clock_timestamp() + $2 * interval '1 millisecond')
       ON CONFLICT (user_id) DO UPDATE SET free_at = greatest(r.free_at, clock_timestamp()) + $2 * interval '1 millisecond'
       WHERE r.free_at < clock_timestamp() + interval '1 minute' - $2 * interval '1 millisecond'
       RETURNING 0::float8 AS wait_ms)
     SELECT wait_ms FROM taken
     UNION ALL
     SELECT extract(epoch FROM free_at - clock_timestamp() - interval '1 minute')::float8 * 1000 + $2 FROM crm.crm_rate_limits
     WHERE user_id = $1 AND NOT EXISTS (SELECT 1 FROM taken)`,
    [userId, intervalMs],
  );
  return row === undefined ? 0 : Math.max(0, Math.ceil(row.wait_ms));
}
