import { CrmError } from '../../../shared/crm/crm-error.ts';
import type { Connection, CrmProvider, Credentials } from '../../../shared/crm/provider.ts';
import { SETTINGS_SCHEMA } from '../../../shared/crm/settings.ts';
import {
  disconnectIntegration,
  findIntegration,
  type Integration,
  type IntegrationChange,
  insertIntegration,
  listIntegrations,
  openCredentials,
  updateIntegration,
} from '../../../shared/crm-store/integrations.ts';
import { withLock } from '../../../shared/crm-store/locks.ts';
import { EnvelopeError } from '../../../shared/secrets/envelope.ts';
import { success } from '../answer.ts';
import { providerOf } from '../crm-type.ts';
import { HttpError } from '../http-error.ts';
import type { Call, Route } from '../route.ts';
import { checker, type Schema } from '../schema.ts';

type Settings = Readonly<Record<string, unknown>>;

interface Connect {
  readonly crm_type: string;
  readonly credentials: Readonly<Record<string, unknown>>;
  readonly selected_fields?: readonly string[] | null;
  readonly lead_quality?: string | null;
  readonly settings?: Settings | null;
}

const CRM_TYPE = { type: 'string', minLength: 1, maxLength: 50, description: 'klaviyo, salesforce, creatio or hubspot' } as const;
const CREDENTIALS = { type: 'object', maxProperties: 20, description: 'What the CRM asks for; see GET /crm/field-mappings and the CRM’s own schema' } as const;
const SETTINGS = {
  selected_fields: { ...SETTINGS_SCHEMA.properties.selected_fields, type: ['array', 'null'], description: 'Which of these fields are sent; default: all' },
  lead_quality: { ...SETTINGS_SCHEMA.properties.lead_quality, type: ['string', 'null'] },
  settings: { ...SETTINGS_SCHEMA, type: ['object', 'null'], maxProperties: 100 },
} as const;

const INTEGRATION_DATA: Schema = {
  type: 'object',
  properties: {
    integration: {
      type: ['object', 'null'],
      properties: {
        integration_id: { type: 'string', format: 'uuid' },
        user_id: { type: 'string' },
        crm_type: CRM_TYPE,
        is_active: { type: 'boolean' },
        settings: SETTINGS_SCHEMA,
        created_at: { type: 'string', format: 'date-time' },
        updated_at: { type: 'string', format: 'date-time' },
        last_sync_at: { type: ['string', 'null'], format: 'date-time' },
        sync_status: { type: 'string' },
      },
    },
  },
};

async function validate({ deps, body, signal, userId }: Call) {
  const { crm_type: type, credentials } = body as Connect;
  const provider = providerOf(deps.providers, type);
  await proveCredentials({ deps, signal, userId }, provider, credentials, {});
  return success('The credentials are valid', { crm_type: provider.type, is_valid: true });
}

async function connect({ deps, body, signal, userId }: Call) {
  const given = body as Connect;
  const provider = providerOf(deps.providers, given.crm_type);
  const existing = await findIntegration(deps.database.query, userId, provider.type);
  if (existing !== undefined) throw exists(existing);
  const { settings, warnings } = settingsOf(given, {});
  const credentials = await proveCredentials({ deps, signal, userId }, provider, given.credentials, settings);
  const created = await insertIntegration(deps.database.query, deps.keys, {
    userId,
    crmType: provider.type,
    credentials,
    shown: provider.shownCredential(credentials),
    settings,
  });
  // Another request was faster.
  if (created === undefined) {
    const winner = await findIntegration(deps.database.query, userId, provider.type);
    throw exists(winner);
  }
  return success(`${provider.title} is connected`, { integration: viewOf(created), ...(warnings.length === 0 ? {} : { warnings }) });
}

async function change({ deps, body, path, signal, userId }: Call) {
  const given = body as Partial<Connect> & { readonly reconnect?: boolean };
  const provider = providerOf(deps.providers, path['crm_type'] ?? '');
  const { query } = deps.database;
  const existing = await findIntegration(query, userId, provider.type);
  if (existing === undefined) throw notConnected(provider);
  const { settings, warnings } = settingsOf(given, existing.settings);
  const hasNew = given.credentials !== undefined && Object.keys(given.credentials).length > 0;
  if (given.reconnect === true && !hasNew && existing.encrypted_credentials === null) {
    throw new HttpError('VAL_MISSING_FIELD', 'The credentials were purged when it was disconnected: send them to reconnect', { field: 'credentials' });
  }
  let credentials: Credentials | undefined;
  if (hasNew) credentials = await proveCredentials({ deps, signal, userId }, provider, given.credentials, settings);
  else if (given.reconnect === true) await proveStored({ deps, signal, userId }, provider, existing, settings);
  const changes: IntegrationChange = {
    settings,
    reconnect: given.reconnect === true,
    ...(credentials === undefined ? {} : { credentials, shown: provider.shownCredential(credentials) }),
  };
  const changed = await updateIntegration(query, deps.keys, userId, provider.type, changes);
  if (changed === undefined) throw notConnected(provider);
  return success(`${provider.title} is updated`, { integration: viewOf(changed), ...(warnings.length === 0 ? {} : { warnings }) });
}

async function status({ deps, path, userId }: Call) {
  const provider = providerOf(deps.providers, path['crm_type'] ?? '');
  const found = await findIntegration(deps.database.query, userId, provider.type);
  const integration = found === undefined ? null : { ...viewOf(found), sync_error: found.sync_error };
  return success(found === undefined ? `${provider.title} is not connected` : `Status of ${provider.title}`, { integration });
}

async function disconnect({ deps, path, userId }: Call) {
  const provider = providerOf(deps.providers, path['crm_type'] ?? '');
  const ended = await disconnectIntegration(deps.database.query, userId, provider.type);
  if (ended === undefined) throw notConnected(provider);
  return success(`${provider.title} is disconnected and its credentials are purged`, {
    integration_id: ended.integration_id,
    disconnected_at: ended.updated_at.toISOString(),
  });
}

async function list({ deps, userId }: Call) {
  const all = await listIntegrations(deps.database.query, userId);
  const integrations = all.map((one) => ({ ...viewOf(one), sync_error: one.sync_error, credential_last_four: one.credential_last_four }));
  return success(`${all.length} integrations`, { integrations, total: all.length });
}

/** The settings after a change: given ones go over what is there; deprecated ones are dropped with a warning. */
function settingsOf(given: Partial<Connect>, before: Settings): { settings: Settings; warnings: readonly string[] } {
  const { field_mapping: dropped, ...settings } = given.settings ?? {};
  const { field_mapping: _old, ...kept } = before;
  const top = {
    ...(given.selected_fields === undefined || given.selected_fields === null ? {} : { selected_fields: given.selected_fields }),
    ...(given.lead_quality === undefined || given.lead_quality === null ? {} : { lead_quality: given.lead_quality }),
  };
  const warnings = dropped === undefined ? [] : ['settings.field_mapping is deprecated and dropped: fields are mapped by the service'];
  return { settings: { ...kept, ...settings, ...top, sync_frequency: 'real-time' }, warnings };
}

/** Checks the shape of credentials, then proves them at the CRM, with no connection to the database held; throws HttpError. */
async function proveCredentials(
  call: Pick<Call, 'deps' | 'signal' | 'userId'>,
  provider: CrmProvider,
  given: unknown,
  settings: Settings,
): Promise<Credentials> {
  const credentials = credentialsOf(provider)(given);
  await prove(call, provider, credentials, settings);
  return credentials;
}

const checkers = new WeakMap<CrmProvider, (value: unknown) => Credentials>();

/** Compiled once a provider. */
function credentialsOf(provider: CrmProvider): (value: unknown) => Credentials {
  const check = checkers.get(provider) ?? checker<Credentials>({ ...provider.credentials }, 'credentials');
  checkers.set(provider, check);
  return check;
}

async function proveStored(
  call: Pick<Call, 'deps' | 'signal' | 'userId'>,
  provider: CrmProvider,
  stored: Parameters<typeof openCredentials>[0],
  settings: Settings,
): Promise<void> {
  let credentials: Credentials;
  try {
    credentials = openCredentials(stored, call.deps.keys);
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error;
    throw new HttpError('CRM_INVALID_CREDENTIALS', 'The stored credentials cannot be opened: send them again');
  }
  await prove(call, provider, credentials, settings);
}

async function prove(
  { deps, signal, userId }: Pick<Call, 'deps' | 'signal' | 'userId'>,
  provider: CrmProvider,
  credentials: Credentials,
  settings: Settings,
): Promise<void> {
  const connection: Connection = {
    userId,
    integrationId: `new ${userId}`,
    credentials,
    settings,
    tokens: deps.tokens,
    http: deps.http,
    lock: (key, work) => withLock(deps.database, key, work),
  };
  try {
    await provider.validate(connection, signal);
  } catch (error) {
    if (error instanceof CrmError) throw asHttpError(error, provider);
    throw error;
  }
}

function asHttpError({ failure, message }: CrmError, { type }: CrmProvider): HttpError {
  if (failure === 'credentials' || failure === 'permission') return new HttpError('CRM_INVALID_CREDENTIALS', message, { crm_type: type });
  if (failure === 'address') return new HttpError('VAL_INVALID_INPUT', message, { crm_type: type });
  return new HttpError('CRM_CONNECTION_FAILED', message, { crm_type: type }, { 'retry-after': '10' });
}

function viewOf(integration: Integration) {
  const { integration_id, user_id, crm_type, is_active, settings, created_at, updated_at, last_sync_at, sync_status } = integration;
  return {
    integration_id,
    user_id,
    crm_type,
    is_active,
    settings,
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
    last_sync_at: last_sync_at?.toISOString() ?? null,
    sync_status,
  };
}

function exists(existing: Integration | undefined): HttpError {
  const details = existing === undefined ? undefined : { integration_id: existing.integration_id, is_active: existing.is_active };
  return new HttpError(
    'CRM_INTEGRATION_EXISTS',
    'It is connected already: change it with PATCH /crm/{crm_type} (reconnect: true to activate it again)',
    details,
  );
}

function notConnected({ title }: CrmProvider): HttpError {
  return new HttpError('CRM_INTEGRATION_NOT_FOUND', `${title} is not connected: POST /crm/connect`);
}

/** Connecting, changing and disconnecting CRMs. */
export const connectionRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/crm/validate',
    id: 'validateCredentials',
    summary: 'Proves credentials at the CRM, without storing them',
    body: { type: 'object', required: ['crm_type', 'credentials'], properties: { crm_type: CRM_TYPE, credentials: CREDENTIALS } },
    answers: { 200: { description: 'They are valid', data: { type: 'object', properties: { crm_type: CRM_TYPE, is_valid: { type: 'boolean' } } } } },
    errors: [401, 503],
    handle: validate,
  },
  {
    method: 'POST',
    path: '/crm/connect',
    id: 'connect',
    summary: 'Proves credentials and stores them, encrypted',
    body: { type: 'object', required: ['crm_type', 'credentials'], properties: { crm_type: CRM_TYPE, credentials: CREDENTIALS, ...SETTINGS } },
    idempotent: true,
    answers: { 200: { description: 'Connected', data: INTEGRATION_DATA } },
    errors: [401, 409, 503],
    handle: connect,
  },
  {
    method: 'PATCH',
    path: '/crm/{crm_type}',
    id: 'changeIntegration',
    summary: 'Changes credentials or settings, or connects again',
    description: 'Settings go over those that are there, one by one. `reconnect` needs credentials: they are purged on disconnect.',
    body: { type: 'object', properties: { credentials: CREDENTIALS, ...SETTINGS, reconnect: { type: 'boolean', default: false } } },
    answers: { 200: { description: 'Changed', data: INTEGRATION_DATA } },
    errors: [401, 404, 503],
    handle: change,
  },
  {
    method: 'GET',
    path: '/crm/{crm_type}/status',
    id: 'getStatus',
    summary: 'Shows one integration; null where the CRM is not connected',
    answers: { 200: { description: 'The integration', data: INTEGRATION_DATA } },
    errors: [400],
    handle: status,
  },
  {
    method: 'DELETE',
    path: '/crm/{crm_type}/disconnect',
    id: 'disconnect',
    summary: 'Ends an integration and purges its credentials',
    answers: { 200: { description: 'Disconnected' } },
    errors: [404],
    handle: disconnect,
  },
  {
    method: 'GET',
    path: '/crm/list',
    id: 'listIntegrations',
    summary: 'Lists the integrations of the user, newest first',
    answers: { 200: { description: 'All of them, with the last four characters of a credential' } },
    handle: list,
  },
];
