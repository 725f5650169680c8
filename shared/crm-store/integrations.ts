import type { Credentials, CrmType } from '../crm/provider.ts';
import { readSettings, type StoredSettings } from '../crm/stored-settings.ts';
import type { Query } from '../database/database.ts';
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
}

/** An integration with the bytes of its credentials; null once they are purged. */
export interface SealedIntegration extends Integration {
  readonly encrypted_credentials: Buffer | null;
}

export interface NewIntegration {
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

const COLUMNS = 'integration_id, user_id, crm_type, is_active, settings, created_at, updated_at, last_sync_at, sync_status, sync_error, credential_last_four';
const SHOWN = 4;
/**
 * Another account has none of the contacts. The version of each stays, and what is on its way stays taken until its lease ends, but has no token any more:
 * its end would be one in the account before.
 */
const FORGET_CONTACTS = `UPDATE crm.crm_item_states
       SET sent = '{}'::jsonb, crm_entity_id = NULL, delivered_at = NULL, lease_token = NULL, updated_at = clock_timestamp()
       WHERE user_id = $1 AND crm_type = $2 AND kind = 'contact'`;

/** Stores a new integration; undefined where the user has one of this type already. */
export async function insertIntegration(query: Query, keys: KeyRing, integration: NewIntegration): Promise<Integration | undefined> {
  const { userId, crmType, credentials, shown, settings } = integration;
  const [row] = await query<Integration>(
    `INSERT INTO crm.crm_integrations (user_id, crm_type, encrypted_credentials, key_id, credential_last_four, settings)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (user_id, crm_type) DO NOTHING RETURNING ${COLUMNS}`,
    [userId, crmType, seal(credentials, keys, { userId, crmType }), keys.current.id, lastFour(shown), JSON.stringify(settings)],
  );
  return row;
}

/** Changes an integration; with new credentials, what contacts it is known to have is forgotten. Undefined where there is none. */
export async function updateIntegration(
  query: Query,
  keys: KeyRing,
  userId: string,
  crmType: CrmType,
  change: IntegrationChange,
): Promise<Integration | undefined> {
  const { credentials, settings, reconnect = false } = change;
  const [row] = await query<Integration>(
    `WITH forgotten AS (${FORGET_CONTACTS} AND $3::bytea IS NOT NULL)
     UPDATE crm.crm_integrations SET
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

/** Ends an active integration, purges its credentials and forgets what contacts it is known to have; undefined where there is none. */
export async function disconnectIntegration(query: Query, userId: string, crmType: CrmType): Promise<Integration | undefined> {
  const [row] = await query<Integration>(
    `WITH forgotten AS (${FORGET_CONTACTS})
     UPDATE crm.crm_integrations SET is_active = false, sync_status = 'disconnected', encrypted_credentials = NULL, key_id = NULL, credential_last_four = '****'
     WHERE user_id = $1 AND crm_type = $2 AND is_active RETURNING ${COLUMNS}`,
    [userId, crmType],
  );
  return row;
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
