import { randomUUID } from 'node:crypto';
import type { Query } from '../database/database.ts';

/** A request that wants in. */
export interface Admission {
  readonly userId: string;
  /** Where a repeat is to be known. */
  readonly once?: Once | undefined;
}

export interface Once {
  readonly key: string;
  /** Says that two requests with this key are the same one: they have a digest in common. The first one is kept. */
  readonly digests: readonly string[];
  /** When a request that has died may be begun again, in milliseconds. */
  readonly leaseMs: number;
}

/** What a request meets: `limited` where its user's allowance is used up, else what is known of its key. */
export type Admitted =
  | { readonly state: 'limited'; readonly waitMs: number }
  | { readonly state: 'new'; readonly token: string; readonly receivedAt: Date }
  | { readonly state: 'done'; readonly status: number; readonly response: unknown }
  | { readonly state: 'running'; readonly retryAfterMs: number }
  | { readonly state: 'other' }
  /** It has no key. */
  | { readonly state: 'unnamed' };

interface Row {
  readonly at: number;
  readonly taken: boolean;
  readonly wait_ms: number | null;
  readonly token: string | null;
  readonly request_digest: string | null;
  readonly received_at: Date | null;
  readonly status: number | null;
  readonly response: unknown;
  readonly left_ms: number | null;
}

const MOMENT_MS = 1_000;

/**
 * Counts requests of users (GCRA: an allowance that refills evenly, one minute's worth at most), and begins those that are within it, or tells what became
 * of the one that had the same key; one that has died is begun again after its lease. One statement; no two requests may have the same user and key.
 */
export async function admitRequests(query: Query, admissions: readonly Admission[], perMinute: number): Promise<readonly Admitted[]> {
  const input = admissions.map(({ userId, once }, at) => ({
    at,
    user_id: userId,
    key: once?.key,
    digests: once?.digests,
    lease_ms: once?.leaseMs,
    token: randomUUID(),
  }));
  const rows = await query<Row>(
    `WITH input AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS i (at int, user_id text, key text, digests text[], lease_ms float8, token uuid)),
     asked AS (SELECT user_id, count(*) * $2::float8 * interval '1 millisecond' AS span FROM input GROUP BY user_id),
     taken AS (
       INSERT INTO crm.crm_rate_limits AS r (user_id, free_at)
       SELECT user_id, clock_timestamp() + span FROM asked WHERE span <= interval '1 minute' ORDER BY user_id
       ON CONFLICT (user_id) DO UPDATE SET free_at = greatest(r.free_at, clock_timestamp()) + (SELECT span FROM asked WHERE asked.user_id = r.user_id)
       WHERE r.free_at < clock_timestamp() + interval '1 minute' - (SELECT span FROM asked WHERE asked.user_id = r.user_id)
       RETURNING user_id),
     begun AS (
       INSERT INTO crm.crm_requests AS r (user_id, idempotency_key, request_digest, token, lease_until)
       SELECT user_id, key, digests[1], token, clock_timestamp() + lease_ms * interval '1 millisecond' FROM input JOIN taken USING (user_id)
       WHERE key IS NOT NULL ORDER BY user_id, key
       ON CONFLICT (user_id, idempotency_key) DO UPDATE SET token = excluded.token, lease_until = excluded.lease_until
       WHERE r.status IS NULL AND r.lease_until < clock_timestamp()
         AND EXISTS (SELECT FROM input i WHERE i.user_id = r.user_id AND i.key = r.idempotency_key AND r.request_digest = ANY (i.digests))
       RETURNING user_id, idempotency_key, token, request_digest, received_at)
     SELECT i.at, t.user_id IS NOT NULL AS taken, coalesce(b.token, r.token) AS token, coalesce(b.request_digest, r.request_digest) AS request_digest,
       coalesce(b.received_at, r.received_at) AS received_at, r.status, r.response,
       extract(epoch FROM r.lease_until - clock_timestamp())::float8 * 1000 AS left_ms,
       extract(epoch FROM l.free_at - clock_timestamp() - interval '1 minute')::float8 * 1000 + $2::float8 AS wait_ms
     FROM input i
     LEFT JOIN taken t ON t.user_id = i.user_id
     LEFT JOIN begun b ON b.user_id = i.user_id AND b.idempotency_key = i.key
     LEFT JOIN crm.crm_requests r ON b.user_id IS NULL AND r.user_id = i.user_id AND r.idempotency_key = i.key
     LEFT JOIN crm.crm_rate_limits l ON t.user_id IS NULL AND l.user_id = i.user_id
     ORDER BY i.at`,
    [JSON.stringify(input), 60_000 / perMinute],
  );
  return await Promise.all(
    admissions.map((admission, at) => {
      const isAlone = admissions.every(({ userId }, other) => other === at || userId !== admission.userId);
      // All of a user's are let in, or none: near the end of the allowance each is asked alone.
      return rows[at]?.taken === true || isAlone ? admittedOf(admission, input[at]?.token, rows[at]) : admitOne(query, admission, perMinute);
    }),
  );
}

async function admitOne(query: Query, admission: Admission, perMinute: number): Promise<Admitted> {
  const [admitted] = await admitRequests(query, [admission], perMinute);
  if (admitted === undefined) throw new Error('one request was asked for, and nothing came back');
  return admitted;
}

function admittedOf({ once }: Admission, token: string | undefined, row: Row | undefined): Admitted {
  if (row?.taken !== true) return { state: 'limited', waitMs: Math.max(1, Math.ceil(row?.wait_ms ?? 0)) };
  if (once === undefined) return { state: 'unnamed' };
  // The one that was faster has begun in this moment: this statement does not see its row yet.
  if (row.token === null) return { state: 'running', retryAfterMs: MOMENT_MS };
  if (row.request_digest === null || !once.digests.includes(row.request_digest)) return { state: 'other' };
  if (row.status !== null) return { state: 'done', status: row.status, response: row.response };
  if (row.token === token && row.received_at !== null) return { state: 'new', token, receivedAt: row.received_at };
  return { state: 'running', retryAfterMs: Math.max(1, row.left_ms ?? 0) };
}
