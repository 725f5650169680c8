import type { Credentials, CrmType } from '../crm/provider.ts';
import { readSettings, type StoredSettings } from '../crm/stored-settings.ts';
import { DatabaseError, type Query } from '../database/database.ts';
import { type KeyRing, seal, unseal } from '../secrets/envelope.ts';

/** One user's connection to one CRM, without its credentials. */
export interface Integration {
  readonly integration_id: string;
  readonly user_id: string;
  readonly crm_type: CrmType;
  readonly is_active: boolean;
  readonly settings: StoredSettings;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly last_sync_at: Date | null;
  readonly sync_status: string;
  readonly sync_error: string | null;
  readonly credential_last_four: string;
  /** Names the account that the credentials lead to, where they are not the first ones: states of contacts are of one account. */
  readonly account: string | null;
}

/** An integration with the bytes of its credentials; null once they are purged. */
export interface SealedIntegration extends Integration {
  readonly encrypted_credentials: Buffer | null;
}

export interface NewIntegration {
  /** A UUID. */
  readonly id: string;
  readonly userId: string;
  readonly crmType: CrmType;
  readonly credentials: Credentials;
  readonly shown: string | undefined;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface IntegrationChange {
  readonly credentials?: Credentials;
  readonly shown?: string | undefined;
  /** The whole new settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly reconnect?: boolean;
}

const COLUMNS =
  'integration_id, user_id, crm_type, is_active, settings, created_at, updated_at, last_sync_at, sync_status, sync_error, credential_last_four, account';
const SHOWN = 4;
const FORGOTTEN_AT_ONCE = 2_000;

/** Stores a new integration; undefined where the user has one of this type already. */
export async function insertIntegration(query: Query, keys: KeyRing, integration: NewIntegration): Promise<Integration | undefined> {
  const { id, userId, crmType, credentials, shown, settings } = integration;
  const [row] = await query<Integration>(
    `INSERT INTO crm.crm_integrations (integration_id, user_id, crm_type, encrypted_credentials, key_id, credential_last_four, settings)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (user_id, crm_type) DO NOTHING RETURNING ${COLUMNS}`,
    [id, userId, crmType, seal(credentials, keys, { userId, crmType }), keys.current.id, lastFour(shown), JSON.stringify(settings)],
  );
  return row;
}

/** Changes an integration; with new credentials it is one to another account, which has none of the contacts. Undefined where there is none. */
export async function updateIntegration(
  query: Query,
  keys: KeyRing,
  userId: string,
  crmType: CrmType,
  change: IntegrationChange,
): Promise<Integration | undefined> {
  const { credentials, settings, reconnect = false } = change;
  const [row] = await query<Integration>(
    `UPDATE crm.crm_integrations SET
       account = CASE WHEN $3::bytea IS NULL THEN account ELSE gen_random_uuid() END,
       encrypted_credentials = coalesce($3, encrypted_credentials),
       key_id = CASE WHEN $3::bytea IS NULL THEN key_id ELSE $4 END,
       credential_last_four = CASE WHEN $3::bytea IS NULL THEN credential_last_four ELSE $5 END,
       settings = coalesce($6::jsonb, settings),
       is_active = is_active OR $7,
       sync_status = CASE WHEN $7 THEN 'connected' ELSE sync_status END,
       sync_error = CASE WHEN $7 THEN NULL ELSE sync_error END
     WHERE user_id = $1 AND crm_type = $2 RETURNING ${COLUMNS}`,
    [
      userId,
      crmType,
      credentials === undefined ? null : seal(credentials, keys, { userId, crmType }),
      keys.current.id,
      lastFour(change.shown),
      settings === undefined ? null : JSON.stringify(settings),
      reconnect,
    ],
  );
  return row;
}

/** Ends an active integration and purges its credentials; undefined where there is none. */
export async function disconnectIntegration(query: Query, userId: string, crmType: CrmType): Promise<Integration | undefined> {
  const [row] = await query<Integration>(
    `UPDATE crm.crm_integrations SET
       is_active = false, account = gen_random_uuid(), sync_status = 'disconnected', encrypted_credentials = NULL, key_id = NULL, credential_last_four = '****'
     WHERE user_id = $1 AND crm_type = $2 AND is_active RETURNING ${COLUMNS}`,
    [userId, crmType],
  );
  return row;
}

/**
 * Empties the states of contacts that are of another account than this one, some at a time until the signal. They count no more in any case: this is for who
 * reads them, and may end early. The version of each stays, and what is on its way stays taken until its lease ends.
 */
export async function forgetContacts(query: Query, integration: Integration, signal: AbortSignal): Promise<void> {
  try {
    for (let after: string | null = ''; after !== null && !signal.aborted; ) after = await forgetSome(query, integration, after);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
  }
}

/** Resolves to the last one that was looked at; null where there was none. */
async function forgetSome(query: Query, { user_id: userId, crm_type: crmType, account }: Integration, after: string): Promise<string | null> {
  const [row] = await query<{ readonly last: string | null }>(
    `WITH batch AS (
       SELECT item_key FROM crm.crm_item_states WHERE user_id = $1 AND crm_type = $2 AND kind = 'contact' AND item_key > $3 ORDER BY item_key LIMIT $5),
     emptied AS (
       UPDATE crm.crm_item_states s SET sent = '{}'::jsonb, crm_entity_id = NULL, delivered_at = NULL, updated_at = clock_timestamp()
       FROM batch WHERE s.user_id = $1 AND s.crm_type = $2 AND s.kind = 'contact' AND s.item_key = batch.item_key
         AND s.account IS DISTINCT FROM $4 AND (s.sent <> '{}'::jsonb OR s.crm_entity_id IS NOT NULL OR s.delivered_at IS NOT NULL))
     SELECT max(item_key) AS last FROM batch`,
    [userId, crmType, after, account, FORGOTTEN_AT_ONCE],
  );
  return row?.last ?? null;
}

/** One integration with its sealed credentials. */
export async function findIntegration(query: Query, userId: string, crmType: CrmType): Promise<SealedIntegration | undefined> {
  const [row] = await query<SealedIntegration>(`SELECT ${COLUMNS}, encrypted_credentials FROM crm.crm_integrations WHERE user_id = $1 AND crm_type = $2`, [
    userId,
    crmType,
  ]);
  return row === undefined ? undefined : read(row);
}

/** All of a user, newest first. */
export async function listIntegrations(query: Query, userId: string): Promise<readonly Integration[]> {
  const rows = await query<Integration>(`SELECT ${COLUMNS} FROM crm.crm_integrations WHERE user_id = $1 ORDER BY created_at DESC, crm_type`, [userId]);
  return rows.map(read);
}

/** The active ones of the users, with their sealed credentials. */
export async function activeIntegrations(query: Query, userIds: readonly string[]): Promise<readonly SealedIntegration[]> {
  const rows = await query<SealedIntegration>(
    `SELECT ${COLUMNS}, encrypted_credentials FROM crm.crm_integrations WHERE user_id = ANY($1) AND is_active ORDER BY crm_type`,
    [userIds],
  );
  return rows.map(read);
}

function read<Row extends Integration>(row: Row): Row {
  return { ...row, settings: readSettings(row.settings) };
}

/** Opens the credentials of an integration; throws EnvelopeError, also where they are purged. */
export function openCredentials(integration: SealedIntegration, keys: KeyRing): Credentials {
  const owner = { userId: integration.user_id, crmType: integration.crm_type };
  return unseal(integration.encrypted_credentials ?? Buffer.alloc(0), keys, owner) as Credentials;
}

/** The last four characters of a credential; of a shorter one only its length. */
export function lastFour(credential: string | undefined): string {
  if (credential === undefined || credential === '') return '*'.repeat(SHOWN);
  return credential.length < SHOWN ? '*'.repeat(credential.length) : credential.slice(-SHOWN);
}
