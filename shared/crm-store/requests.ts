import type { Query } from '../database/database.ts';

/** How long a repeat gets the first answer. */
export const REMEMBERED_DAYS = 7;
const MOST_AT_ONCE = 1_000;

/** A request that has begun. */
export interface BegunRequest {
  readonly userId: string;
  readonly key: string;
  readonly token: string;
}

/** The answer that its repeats get. */
export interface RequestEnd extends BegunRequest {
  readonly status: number;
  readonly response: unknown;
}

/** Lets a request that came to no answer be repeated at once. */
export async function releaseRequest(query: Query, { userId, key, token }: BegunRequest): Promise<void> {
  await query('DELETE FROM crm.crm_requests WHERE user_id = $1 AND idempotency_key = $2 AND token = $3 AND status IS NULL', [userId, key, token]);
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
