import type { Credentials, CrmProvider } from '../../../shared/crm/provider.ts';
import { SETTINGS_SCHEMA } from '../../../shared/crm/settings.ts';
import { stableUuid } from '../../../shared/crm-store/digest.ts';
import {
  findIntegration,
  forgetContacts,
  type Integration,
  type IntegrationChange,
  insertIntegration,
  updateIntegration,
} from '../../../shared/crm-store/integrations.ts';
import { success } from '../answer.ts';
import { providerOf } from '../crm-type.ts';
import { HttpError } from '../http-error.ts';
import { CRM_TYPE, exists, INTEGRATION_DATA, notConnected, viewOf } from '../integration-view.ts';
import { proveCredentials, proveStored } from '../proof.ts';
import type { Call, Route } from '../route.ts';

type Settings = Readonly<Record<string, unknown>>;

interface Connect {
  readonly crm_type: string;
  readonly credentials: Readonly<Record<string, unknown>>;
  readonly selected_fields?: readonly string[] | null;
  readonly lead_quality?: string | null;
  readonly settings?: Settings | null;
}

const CREDENTIALS = { type: 'object', maxProperties: 20, description: 'What the CRM asks for; see GET /crm/field-mappings and the CRM’s own schema' } as const;
const SETTINGS = {
  selected_fields: { ...SETTINGS_SCHEMA.properties.selected_fields, type: ['array', 'null'], description: 'Which of these fields are sent; default: all' },
  lead_quality: { ...SETTINGS_SCHEMA.properties.lead_quality, type: ['string', 'null'] },
  settings: { ...SETTINGS_SCHEMA, type: ['object', 'null'], maxProperties: 100 },
} as const;

async function validate({ deps, body, signal, userId }: Call) {
  const { crm_type: type, credentials } = body as Connect;
  const provider = providerOf(deps.providers, type);
  await proveCredentials({ deps, signal, userId }, provider, credentials, {});
  return success('The credentials are valid', { crm_type: provider.type, is_valid: true });
}

async function connect({ deps, body, key, signal, userId }: Call) {
  const given = body as Connect;
  const provider = providerOf(deps.providers, given.crm_type);
  const { settings, warnings } = settingsOf(given, {});
  // The same request again has the same: it died once it had stored them, before anybody was told.
  const id = stableUuid('integration', userId, provider.type, key);
  const existing = await findIntegration(deps.database.query, userId, provider.type);
  if (existing?.integration_id === id && existing.is_active) return connected(provider, existing, warnings);
  if (existing !== undefined) throw exists(existing);
  const credentials = await proveCredentials({ deps, signal, userId }, provider, given.credentials, settings);
  const created = await insertIntegration(deps.database.query, deps.keys, {
    id,
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
  return connected(provider, created, warnings);
}

function connected({ title }: CrmProvider, integration: Integration, warnings: readonly string[]) {
  return success(`${title} is connected`, { integration: viewOf(integration), ...(warnings.length === 0 ? {} : { warnings }) });
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
  else if (given.reconnect === true || (existing.encrypted_credentials !== null && namesOtherKeys(existing.settings, settings)))
    await proveStored({ deps, signal, userId }, provider, existing, settings);
  const changes: IntegrationChange = {
    settings,
    reconnect: given.reconnect === true,
    ...(credentials === undefined ? {} : { credentials, shown: provider.shownCredential(credentials) }),
  };
  const changed = await updateIntegration(query, deps.keys, userId, provider.type, changes);
  if (changed === undefined) throw notConnected(provider);
  if (credentials !== undefined) await forgetContacts(query, changed, signal);
  return success(`${provider.title} is updated`, { integration: viewOf(changed), ...(warnings.length === 0 ? {} : { warnings }) });
}

/** Says whether records are to be found by another external id field than before: every write would be refused where there is no such field. */
function namesOtherKeys(before: Settings, after: Settings): boolean {
  return ['external_id_field', 'event_external_id_field'].some((setting) => before[setting] !== after[setting]);
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

/** Connecting CRMs, and changing that: what proves credentials. */
export const connectRoutes: readonly Route[] = [
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
    errors: [401, 409, 422, 503],
    handle: connect,
  },
  {
    method: 'PATCH',
    path: '/crm/{crm_type}',
    id: 'changeIntegration',
    summary: 'Changes credentials or settings, or connects again',
    description:
      'Settings go over those that are there, one by one. `reconnect` needs credentials: they are purged on disconnect. With new credentials every contact ' +
      'is sent whole again, for they may be of another account. An external id field that is another than before is proven first.',
    body: { type: 'object', properties: { credentials: CREDENTIALS, ...SETTINGS, reconnect: { type: 'boolean', default: false } } },
    answers: { 200: { description: 'Changed', data: INTEGRATION_DATA } },
    errors: [401, 404, 503],
    handle: change,
  },
];
