import { CONTACT_FIELDS, CONTACT_PROPERTIES, type GivenContact } from '../../../shared/crm/contact.ts';
import { EVENT_PROPERTIES, type GivenEvent, utc } from '../../../shared/crm/event.ts';
import { CRM_FORMATS } from '../../../shared/crm/formats.ts';
import { type GivenLead, LEAD_SCHEMA, leadParts } from '../../../shared/crm/lead.ts';
import { EXTERNAL_ID_SCHEMA, OCCURRED_AT_SCHEMA, type Parcel, WIPE_SCHEMA } from '../../../shared/crm-delivery/parcel.ts';
import { success } from '../answer.ts';
import { chosenIntegrations, fanOut, type Leg } from '../fan-out.ts';
import { HttpError } from '../http-error.ts';
import { RESULT_SCHEMA, resultOf, resultsByCrm, statusOf, summaryOf } from '../results.ts';
import type { Call, Route } from '../route.ts';
import { invalid, type Schema } from '../schema.ts';

type ContactBody = GivenContact & {
  readonly crm_types?: readonly string[];
  readonly occurred_at?: string;
  readonly wipe?: readonly string[];
  readonly external_id?: string;
};

const CRM_TYPES = {
  type: 'array',
  maxItems: 20,
  items: { type: 'string', minLength: 1, maxLength: 50 },
  description: 'The CRMs that are meant; default: all that are connected. Also as query parameter, comma-separated',
} as const;
const CRM_TYPES_QUERY = { crm_types: { description: 'The CRMs that are meant, comma-separated; default: all that are connected' } } as const;
const RESULTS: Schema = { type: 'object', properties: { results: { type: 'object', additionalProperties: RESULT_SCHEMA } } };
const ANSWERS = {
  200: { description: 'One result for each CRM; each item is delivered, was there already, or is refused', data: RESULTS },
  202: { description: 'As 200; something could not be delivered now, and will be without another request (`queued`)', data: RESULTS },
};

async function syncContact(call: Call) {
  const { crm_types: types = [], occurred_at: occurred, wipe, external_id: externalId, ...given } = call.body as ContactBody;
  const integrations = await connected(call, types);
  const parcel: Parcel = {
    user_id: call.userId,
    key: call.key,
    occurred_at: occurred === undefined ? call.receivedAt.toISOString() : utc(occurred),
    contact: contactOf(given),
    ...(wipe === undefined ? {} : { wipe }),
    ...(externalId === undefined ? {} : { external_id: externalId }),
  };
  const { legs, endings } = await fanOut(call, 'contact', integrations, () => parcel);
  return { ...success(summaryOf(legs), { results: resultsByCrm(legs) }, statusOf(legs)), endings };
}

async function syncEvent(call: Call) {
  const { crm_types: types = [], ...event } = call.body as GivenEvent & { readonly crm_types?: readonly string[] };
  const email = call.query.get('contact_email') ?? '';
  if (email.length > CONTACT_PROPERTIES.email.maxLength || !CRM_FORMATS.email(email))
    throw invalid([{ field: 'query.contact_email', message: 'must match format "email"', type: 'format' }]);
  const integrations = await connected(call, types);
  const parcel: Parcel = { user_id: call.userId, key: call.key, occurred_at: call.receivedAt.toISOString(), contact: { email }, event };
  const { legs, endings } = await fanOut(call, 'event', integrations, () => parcel);
  const skipped = legs.filter(({ shipments }) => shipments.length === 0).map(({ integration }) => integration.crm_type);
  const data = { results: resultsByCrm(legs), ...(skipped.length === 0 ? {} : { skipped }) };
  return { ...success(summaryOf(legs), data, statusOf(legs)), endings };
}

async function syncLead(call: Call) {
  const { crm_types: types = [], ...lead } = call.body as GivenLead & { readonly crm_types?: readonly string[] };
  const integrations = await chosenIntegrations(call, [...types, ...typesOf(call)]);
  const { legs, endings } = await fanOut(call, 'lead', integrations, ({ settings }): Parcel => {
    const { contact, event } = leadParts(lead, settings);
    return {
      user_id: call.userId,
      key: call.key,
      occurred_at: call.receivedAt.toISOString(),
      contact,
      ...(event === undefined ? {} : { event }),
      entity_id: lead.session_id,
    };
  });
  const results = legs.map(leadResult);
  const data = {
    session_id: lead.session_id,
    merchant_id: lead.merchant_id,
    total_crms: results.length,
    successful_syncs: results.filter(({ outcome }) => outcome === 'delivered' || outcome === 'unchanged').length,
    queued_syncs: results.filter(({ outcome }) => outcome === 'queued').length,
    failed_syncs: results.filter((result) => !result.success).length,
    results,
    synced_at: call.deps.now().toISOString(),
  };
  return { ...success(summaryOf(legs), data, statusOf(legs)), endings };
}

function leadResult({ integration, shipped }: Leg) {
  const [contact, activity] = shipped.map(resultOf);
  if (contact === undefined) throw new Error('a lead has a contact for every CRM');
  const isQueued = contact.outcome === 'queued' || activity?.outcome === 'queued';
  return {
    crm_type: integration.crm_type,
    success: contact.success && activity?.success !== false,
    outcome: isQueued ? 'queued' : contact.outcome,
    crm_contact_id: contact.data?.['crm_entity_id'] ?? null,
    crm_activity_id: activity?.data?.['crm_entity_id'] ?? null,
    error_message: contact.error ?? activity?.error ?? null,
    error_code: contact.error_code ?? activity?.error_code ?? null,
    warnings: contact.data?.['warnings'] ?? [],
    log_id: contact.log_id,
    attempts: contact.attempts,
  };
}

async function connected(call: Call, types: readonly string[]) {
  const integrations = await chosenIntegrations(call, [...types, ...typesOf(call)]);
  if (integrations.length > 0) return integrations;
  throw new HttpError('CRM_INTEGRATION_NOT_FOUND', 'No CRM is connected that this could go to: POST /crm/connect');
}

function typesOf({ query }: Call): readonly string[] {
  return query
    .getAll('crm_types')
    .flatMap((text) => text.split(','))
    .map((type) => type.trim())
    .filter((type) => type !== '');
}

/** What is not part of the standard contact is not kept: it would be personal data that nobody asked for. */
function contactOf(given: GivenContact): GivenContact {
  const standard = Object.fromEntries(CONTACT_FIELDS.flatMap((field) => (given[field] === undefined ? [] : [[field, given[field]]])));
  return { ...standard, ...(given.custom_properties === undefined ? {} : { custom_properties: given.custom_properties }) };
}

/** What is sent to the CRMs. */
export const syncRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/crm/sync/contact',
    id: 'syncContact',
    summary: 'Creates or updates a contact in every connected CRM',
    description:
      'An empty or missing value never empties a filled field, unless `wipe` names it. Fields that a CRM has already are not sent again. A version that is older ' +
      '(`occurred_at`) than the one delivered is `superseded`. Repeat a request that got no answer, or 5xx, with the same Idempotency-Key.',
    body: {
      type: 'object',
      required: ['email'],
      properties: { ...CONTACT_PROPERTIES, occurred_at: OCCURRED_AT_SCHEMA, wipe: WIPE_SCHEMA, external_id: EXTERNAL_ID_SCHEMA, crm_types: CRM_TYPES },
    },
    query: CRM_TYPES_QUERY,
    idempotent: true,
    answers: ANSWERS,
    errors: [404, 409, 422],
    handle: syncContact,
  },
  {
    method: 'POST',
    path: '/crm/sync/event',
    id: 'syncEvent',
    summary: 'Records an event of a contact in every connected CRM',
    description: 'A CRM whose setting `enabled_events` does not name the event is listed under `skipped`. With an Idempotency-Key the event is recorded once.',
    body: { type: 'object', required: ['event_name'], properties: { ...EVENT_PROPERTIES, crm_types: CRM_TYPES } },
    query: { contact_email: { description: 'Whose event it is', required: true }, ...CRM_TYPES_QUERY },
    idempotent: true,
    answers: ANSWERS,
    errors: [404, 409, 422],
    handle: syncEvent,
  },
  {
    method: 'POST',
    path: '/crm/sync/lead',
    id: 'syncLead',
    summary: 'Creates or updates the contact of a chatbot’s lead, and records the conversation',
    description: 'The user is the one of X-User-Id, as everywhere; `merchant_id` is passed on as a property. No CRM connected: 200 with zeros.',
    body: { ...LEAD_SCHEMA, properties: { ...LEAD_SCHEMA.properties, crm_types: CRM_TYPES } },
    query: CRM_TYPES_QUERY,
    idempotent: true,
    answers: { 200: { description: 'One result for each CRM' }, 202: { description: 'As 200; something is queued' } },
    errors: [409, 422],
    handle: syncLead,
  },
];
