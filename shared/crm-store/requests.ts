import { randomUUID } from 'node:crypto';
import type { Query } from '../database/database.ts';

/** How long a repeat gets the first answer. */
export const REMEMBERED_DAYS = 7;
const MOST_AT_ONCE = 1_000;

/** What a request with an idempotency key meets. */
export type Begun =
  | { readonly state: 'new'; readonly token: string; readonly receivedAt: Date }
  | { readonly state: 'done'; readonly status: number; readonly response: unknown }
  | { readonly state: 'running'; readonly retryAfterMs: number }
  | { readonly state: 'other' };

interface Row {
  readonly token: string;
  readonly request_digest: string;
  readonly received_at: Date;
  readonly status: number | null;
  readonly response: unknown;
  readonly left_ms: number;
}

const MOMENT_MS = 1_000;

/** Begins a request, or tells what became of the one that had the same key; one that has died is begun again after its lease. */
export async function beginRequest(query: Query, userId: string, key: string, digest: string, leaseMs: number): Promise<Begun> {
  const token = randomUUID();
  const [row] = await query<Row>(
    `WITH begun AS (
       INSERT INTO crm.crm_requests AS r (user_id, idempotency_key, request_digest, token, lease_until)
       VALUES ($1, $2, $3, $4, clock_timestamp() + $5 * interval '1 millisecond')
       ON CONFLICT (user_id, idempotency_key) DO UPDATE SET token = excluded.token, lease_until = excluded.lease_until
       WHERE r.status IS NULL AND r.request_digest = excluded.request_digest AND r.lease_until < clock_timestamp()
       RETURNING token, request_digest, received_at, status, response, 0::float8 AS left_ms)
     SELECT * FROM begun
     UNION ALL
     SELECT token, request_digest, received_at, status, response, extract(epoch FROM lease_until - clock_timestamp())::float8 * 1000
     FROM crm.crm_requests WHERE user_id = $1 AND idempotency_key = $2 AND NOT EXISTS (SELECT 1 FROM begun)`,
    [userId, key, digest, token, leaseMs],
  );
  // The one that was faster has begun in this moment: this statement does not see its row yet.
  if (row === undefined) return { state: 'running', retryAfterMs: MOMENT_MS };
  if (row.request_digest !== digest) return { state: 'other' };
  if (row.status !== null) return { state: 'done', status: row.status, response: row.response };
  if (row.token === token) return { state: 'new', token, receivedAt: row.received_at };
  return { state: 'running', retryAfterMs: Math.max(1, row.left_ms) };
}

/** Keeps the answer for repeats; does nothing where another one has taken the request over. */
export async function endRequest(query: Query, userId: string, key: string, token: string, status: number, response: unknown): Promise<void> {
  await query('UPDATE crm.crm_requests SET status = $4, response = $5 WHERE user_id = $1 AND idempotency_key = $2 AND token = $3', [
    userId,
    key,
    token,
    status,
    JSON.stringify(response),
  ]);
}

/** Lets a request that came to no answer be repeated at once. */
export async function releaseRequest(query: Query, userId: string, key: string, token: string): Promise<void> {
  await query(`DELETE FROM crm.crm_requests WHERE user_id = $1 AND idempotency_key = $2 AND token = $3 AND status IS NULL`, [userId, key, token]);
}

/** Forgets requests that were answered long ago, some at a time; resolves to how many. */
export async function forgetRequests(query: Query): Promise<number> {
  const gone = await query(
    `DELETE FROM crm.crm_requests WHERE ctid IN (
       SELECT ctid FROM crm.crm_requests WHERE received_at < now() - $1 * interval '1 day' ORDER BY received_at LIMIT $2) RETURNING 1`,
    [REMEMBERED_DAYS, MOST_AT_ONCE],
  );
  return gone.length;
}
