import type { CrmType } from '../crm/provider.ts';
import type { Query } from '../database/database.ts';
import { stableUuid } from './digest.ts';

/** How one record of an object has ended, for good. */
export interface OutboxItem {
  readonly ordinal: number;
  readonly outcome: string;
}

/** A record, or the event of one, that comes to no CRM any more, of a user who has, or had, that CRM connected. */
export interface Refusal {
  readonly userId: string;
  readonly crmType: CrmType;
  readonly key: string;
  /** What of a lead is refused: its contact, which is the lead, or the conversation, which is an event. */
  readonly kind: string;
  /** Only where the audit tells of it as of something that waits. */
  readonly ifWaiting?: boolean;
  readonly code: string;
  readonly message: string;
}

/** The endings of an object's records from one ordinal on, up to another: they are not delivered again. */
export async function endedItems(query: Query, object: string, from: number, to: number): Promise<ReadonlyMap<number, string>> {
  const rows = await query<{ ordinal: string; outcome: string }>(
    'SELECT ordinal, outcome FROM crm.crm_outbox_items WHERE object_name = $1 AND ordinal BETWEEN $2 AND $3',
    [object, from, to],
  );
  return new Map(rows.map(({ ordinal, outcome }) => [Number(ordinal), outcome]));
}

/** Acknowledges records of an object. */
export async function acknowledge(query: Query, object: string, items: readonly OutboxItem[]): Promise<void> {
  if (items.length === 0) return;
  await query(
    `INSERT INTO crm.crm_outbox_items (object_name, ordinal, outcome)
     SELECT $1, ordinal, outcome FROM jsonb_to_recordset($2::jsonb) AS i (ordinal bigint, outcome text)
     ON CONFLICT (object_name, ordinal) DO NOTHING`,
    [object, JSON.stringify(items)],
  );
}

/** Counts the endings of an object. */
export async function countEndings(query: Query, object: string): Promise<ReadonlyMap<string, number>> {
  const rows = await query<{ outcome: string; items: string }>(
    'SELECT outcome, count(*)::text AS items FROM crm.crm_outbox_items WHERE object_name = $1 GROUP BY outcome',
    [object],
  );
  return new Map(rows.map(({ outcome, items }) => [outcome, Number(items)]));
}

/** Forgets an object that is gone. */
export async function forgetObject(query: Query, object: string): Promise<void> {
  await query('DELETE FROM crm.crm_outbox_items WHERE object_name = $1', [object]);
}

/** Writes refusals into the audit: of a record that was put by, into the row it has; of users who never had the CRM, nothing. */
export async function auditRefusals(query: Query, refusals: readonly Refusal[]): Promise<void> {
  if (refusals.length === 0) return;
  const input = refusals.map(({ userId, crmType, key, kind, ifWaiting = false, code, message }) => ({
    // As `prepare` names it: its event where that is all there is.
    log_id: stableUuid('log', userId, crmType, key, kind === 'event' ? 'event' : 'contact'),
    user_id: userId,
    crm_type: crmType,
    kind,
    if_waiting: ifWaiting,
    code,
    message,
  }));
  await query(
    `INSERT INTO crm.crm_sync_logs AS l (log_id, integration_id, user_id, crm_type, operation_type, entity_type, request_payload, status, error_message,
       error_details, request_completed_at, source, triggered_by, endpoint)
     SELECT i.log_id, c.integration_id, i.user_id, i.crm_type, CASE WHEN i.kind = 'event' THEN 'send_event' ELSE 'create_contact' END, i.kind, '{"fields":[]}', 'failed',
       i.message, jsonb_build_object('code', i.code), clock_timestamp(), 'outbox', i.user_id, i.crm_type || '/' || i.kind || 's'
     FROM jsonb_to_recordset($1::jsonb) AS i (log_id uuid, user_id text, crm_type text, kind text, if_waiting boolean, code text, message text)
     JOIN crm.crm_integrations c ON c.user_id = i.user_id AND c.crm_type = i.crm_type
     LEFT JOIN crm.crm_sync_logs o ON o.log_id = i.log_id
     WHERE NOT i.if_waiting OR o.status IN ('pending', 'retrying')
     ON CONFLICT (log_id) DO UPDATE SET status = 'failed', error_message = excluded.error_message, error_details = excluded.error_details,
       request_completed_at = clock_timestamp(), next_retry_at = NULL
     WHERE l.status NOT IN ('success', 'superseded')`,
    [JSON.stringify(input)],
  );
}
