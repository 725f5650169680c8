import type { CrmType } from '../crm/provider.ts';
import type { Query } from '../database/database.ts';
import type { RequestEnd } from './requests.ts';

export type ItemKind = 'contact' | 'event';

/** Whose delivery to one CRM a row of the audit tells about. */
export interface Claim {
  readonly logId: string;
  readonly integrationId: string;
  /** The one that the sender's credentials lead to. */
  readonly account: string | null;
  readonly userId: string;
  readonly crmType: CrmType;
  readonly kind: ItemKind;
  /** A digest. */
  readonly itemKey: string;
  /** Who sends; another one waits until the lease ends. */
  readonly token: string;
  readonly operation: string;
  readonly entityType: string;
  readonly entityId: string | null;
  /** Names of the fields that came, never values. */
  readonly fields: readonly string[];
  readonly source: string;
  /** How long the item stays taken, should its sender die. */
  readonly leaseMs: number;
}

/** What was sent before. */
export interface ItemState {
  readonly occurredAt: Date | null;
  /** Field name to digest. */
  readonly sent: Readonly<Record<string, string>>;
  readonly crmEntityId: string | null;
  readonly deliveredAt: Date | null;
}

/** The integration leads to another account by now, or to none. */
export const OTHER_ACCOUNT = 'other account';

export type Claimed = ItemState | typeof OTHER_ACCOUNT;

/** How one delivery to one CRM has ended, for now or for good. */
export interface Ending {
  readonly logId: string;
  readonly integrationId: string;
  readonly userId: string;
  readonly crmType: CrmType;
  readonly kind: ItemKind;
  readonly itemKey: string;
  readonly token: string;
  /** Whether the CRM has it: then the state moves on. */
  readonly delivered: boolean;
  readonly occurredAt: string;
  readonly sent: Readonly<Record<string, string>>;
  readonly crmEntityId: string | null;
  readonly status: 'success' | 'failed' | 'retrying' | 'superseded';
  readonly statusCode: number | null;
  readonly errorCode: string | null;
  readonly message: string | null;
  /** Beyond the one that the claim has counted; -1 where none was made after all. */
  readonly attempts: number;
  readonly response: Readonly<Record<string, unknown>> | null;
  readonly outboxObject: string | null;
  readonly endpoint: string;
}

interface ClaimedRow {
  readonly log_id: string;
  readonly occurred_at: Date | null;
  readonly sent: Readonly<Record<string, string>>;
  readonly crm_entity_id: string | null;
  readonly delivered_at: Date | null;
  readonly is_current: boolean;
}

/**
 * Writes a row of the audit for each claim and takes the items that nobody is sending, where the integration still leads to the sender's account; resolves
 * to what is known of those, by log id. All claims must be of different items.
 */
export async function claimItems(query: Query, claims: readonly Claim[]): Promise<ReadonlyMap<string, Claimed>> {
  const input = claims.map((claim) => ({
    log_id: claim.logId,
    integration_id: claim.integrationId,
    account: claim.account,
    user_id: claim.userId,
    crm_type: claim.crmType,
    kind: claim.kind,
    item_key: claim.itemKey,
    token: claim.token,
    operation_type: claim.operation,
    entity_type: claim.entityType,
    entity_id: claim.entityId,
    payload: { fields: claim.fields },
    source: claim.source,
    lease_ms: claim.leaseMs,
  }));
  const rows = await query<ClaimedRow>(
    `WITH input AS (
       SELECT i.*, c.integration_id IS NOT NULL AS is_current
       FROM jsonb_to_recordset($1::jsonb) AS i (log_id uuid, integration_id uuid, account uuid, user_id text, crm_type text, kind text, item_key text,
         token uuid, operation_type text, entity_type text, entity_id text, payload jsonb, source text, lease_ms float8)
       LEFT JOIN crm.crm_integrations c ON c.integration_id = i.integration_id AND c.account IS NOT DISTINCT FROM i.account
       ORDER BY i.user_id, i.crm_type, i.kind, i.item_key),
     claimed AS (
       INSERT INTO crm.crm_item_states AS s (user_id, crm_type, kind, item_key, account, lease_token, lease_until)
       SELECT user_id, crm_type, kind, item_key, account, token, clock_timestamp() + lease_ms * interval '1 millisecond' FROM input WHERE is_current
       ON CONFLICT (user_id, crm_type, kind, item_key) DO UPDATE SET
         lease_token = excluded.lease_token, lease_until = excluded.lease_until, account = excluded.account,
         -- Another account has none of the contacts; an event is not recorded a second time.
         sent = CASE WHEN s.kind = 'contact' AND s.account IS DISTINCT FROM excluded.account THEN '{}'::jsonb ELSE s.sent END,
         crm_entity_id = CASE WHEN s.kind = 'contact' AND s.account IS DISTINCT FROM excluded.account THEN NULL ELSE s.crm_entity_id END,
         delivered_at = CASE WHEN s.kind = 'contact' AND s.account IS DISTINCT FROM excluded.account THEN NULL ELSE s.delivered_at END
       WHERE s.lease_until IS NULL OR s.lease_until < clock_timestamp()
       RETURNING user_id, crm_type, kind, item_key, occurred_at, sent, crm_entity_id, delivered_at),
     logged AS (
       -- The attempt is counted before it is made: who dies in it has made one.
       INSERT INTO crm.crm_sync_logs AS l
         (log_id, integration_id, user_id, crm_type, operation_type, entity_type, entity_id, request_payload, source, triggered_by, attempts)
       SELECT log_id, integration_id, user_id, crm_type, operation_type, entity_type, entity_id, payload, source, user_id, (claimed.user_id IS NOT NULL)::int
       FROM input LEFT JOIN claimed USING (user_id, crm_type, kind, item_key)
       ON CONFLICT (log_id) DO UPDATE SET attempts = l.attempts + 1 WHERE excluded.attempts > 0)
     SELECT input.log_id, claimed.occurred_at, claimed.sent, claimed.crm_entity_id, claimed.delivered_at, input.is_current
     FROM input LEFT JOIN claimed USING (user_id, crm_type, kind, item_key) WHERE claimed.user_id IS NOT NULL OR NOT input.is_current`,
    [JSON.stringify(input)],
  );
  return new Map(rows.map((row) => [row.log_id, claimedOf(row)]));
}

function claimedOf(row: ClaimedRow): Claimed {
  if (!row.is_current) return OTHER_ACCOUNT;
  return { occurredAt: row.occurred_at, sent: row.sent, crmEntityId: row.crm_entity_id, deliveredAt: row.delivered_at };
}

/** Records the endings in states, audit and integrations, and the answers for repeats of requests, in one statement, and frees the items. */
export async function endItems(query: Query, endings: readonly Ending[], requests: readonly RequestEnd[] = []): Promise<void> {
  if (endings.length === 0 && requests.length === 0) return;
  const input = endings.map((ending) => ({
    log_id: ending.logId,
    integration_id: ending.integrationId,
    user_id: ending.userId,
    crm_type: ending.crmType,
    kind: ending.kind,
    item_key: ending.itemKey,
    token: ending.token,
    delivered: ending.delivered,
    occurred_at: ending.occurredAt,
    sent: ending.sent,
    crm_entity_id: ending.crmEntityId,
    status: ending.status,
    status_code: ending.statusCode,
    error_details: ending.errorCode === null ? null : { code: ending.errorCode },
    message: ending.message,
    attempts: ending.attempts,
    response: ending.response,
    outbox_object: ending.outboxObject,
    endpoint: ending.endpoint,
  }));
  const answers = requests.map(({ userId, key, token, status, response }) => ({ user_id: userId, key, token, status, response }));
  await query(
    `WITH input AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS i (log_id uuid, integration_id uuid, user_id text, crm_type text, kind text, item_key text, token uuid,
         delivered boolean, occurred_at timestamptz, sent jsonb, crm_entity_id text, status text, status_code int, error_details jsonb, message text,
         attempts int, response jsonb, outbox_object text, endpoint text)),
     states AS (
       UPDATE crm.crm_item_states s SET
         lease_token = NULL, lease_until = NULL, updated_at = clock_timestamp(),
         occurred_at = CASE WHEN i.delivered THEN greatest(s.occurred_at, i.occurred_at) ELSE s.occurred_at END,
         sent = CASE WHEN i.delivered THEN s.sent || i.sent ELSE s.sent END,
         crm_entity_id = coalesce(i.crm_entity_id, s.crm_entity_id),
         delivered_at = CASE WHEN i.delivered THEN clock_timestamp() ELSE s.delivered_at END
       FROM input i
       WHERE s.user_id = i.user_id AND s.crm_type = i.crm_type AND s.kind = i.kind AND s.item_key = i.item_key AND s.lease_token = i.token
         -- The end of what went to the account before is none at this one.
         AND (s.kind = 'event' OR EXISTS (
           SELECT FROM crm.crm_integrations c WHERE c.integration_id = i.integration_id AND c.account IS NOT DISTINCT FROM s.account))),
     logs AS (
       UPDATE crm.crm_sync_logs l SET
         -- What was delivered stays delivered, whatever a repeat finds.
         status = CASE WHEN l.status = 'success' THEN l.status ELSE i.status END, status_code = i.status_code, error_message = i.message, error_details = i.error_details,
         attempts = l.attempts + i.attempts, retry_count = greatest(0, l.attempts + i.attempts - 1),
         response_payload = i.response, crm_entity_id = coalesce(i.crm_entity_id, l.crm_entity_id), endpoint = i.endpoint,
         outbox_object = coalesce(i.outbox_object, l.outbox_object),
         request_completed_at = CASE WHEN i.status = 'retrying' THEN NULL ELSE clock_timestamp() END,
         next_retry_at = CASE WHEN i.status = 'retrying' THEN clock_timestamp() ELSE NULL END
       FROM input i WHERE l.log_id = i.log_id),
     answered AS (
       -- Not where another one has taken the request over.
       UPDATE crm.crm_requests r SET status = q.status, response = q.response
       FROM jsonb_to_recordset($2::jsonb) AS q (user_id text, key text, token uuid, status int, response jsonb)
       WHERE r.user_id = q.user_id AND r.idempotency_key = q.key AND r.token = q.token),
     newest AS (
       SELECT integration_id, bool_or(delivered) AS delivered, max(message) FILTER (WHERE error_details ->> 'code' IN ('credentials', 'permission')) AS problem
       FROM input GROUP BY integration_id),
     due AS (
       SELECT c.integration_id FROM newest n JOIN crm.crm_integrations c USING (integration_id)
       WHERE n.problem IS NOT NULL
         -- Once a second is enough: a row that every request writes would be what requests wait for.
         OR n.delivered AND (c.last_sync_at IS NULL OR c.last_sync_at < clock_timestamp() - interval '1 second' OR c.sync_status <> 'connected')
       -- In one order, so that two statements never wait for one another.
       ORDER BY c.integration_id FOR NO KEY UPDATE OF c)
     UPDATE crm.crm_integrations c SET
       last_sync_at = CASE WHEN n.delivered THEN clock_timestamp() ELSE c.last_sync_at END,
       sync_status = CASE WHEN NOT c.is_active THEN c.sync_status WHEN n.problem IS NOT NULL THEN 'error' WHEN n.delivered THEN 'connected' ELSE c.sync_status END,
       sync_error = CASE WHEN NOT c.is_active THEN c.sync_error WHEN n.problem IS NOT NULL THEN n.problem WHEN n.delivered THEN NULL ELSE c.sync_error END
     FROM newest n JOIN due USING (integration_id)
     WHERE c.integration_id = n.integration_id`,
    [JSON.stringify(input), JSON.stringify(answers)],
  );
}

/** Lets go of items without an ending. */
export async function releaseItems(query: Query, tokens: readonly string[]): Promise<void> {
  if (tokens.length === 0) return;
  await query('UPDATE crm.crm_item_states SET lease_token = NULL, lease_until = NULL WHERE lease_token = ANY($1::uuid[])', [tokens]);
}
