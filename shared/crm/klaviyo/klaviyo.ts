import { type Call, callOf, eachResult, errorOf, failureOf, type Reading, thrownError, unconfirmed } from '../answers.ts';
import { eventId } from '../event-id.ts';
import type { CrmAnswer, CrmRequest } from '../http.ts';
import { at, listAt, textAt } from '../json.ts';
import { missingFields, withWarnings } from '../mapping.ts';
import type { Connection, ContactItem, CrmProvider, EventItem, ItemResult } from '../provider.ts';
import { KLAVIYO_FIELDS, klaviyoProfile } from './contact.ts';

const API = 'https://a.klaviyo.com/api';
const REVISION = '2026-07-15';
const JSON_API = 'application/vnd.api+json';

/** Klaviyo: profile-import creates or updates by the email; an event that comes again with its unique_id is dropped there. */
export const klaviyo: CrmProvider = {
  type: 'klaviyo',
  title: 'Klaviyo',
  credentials: {
    type: 'object',
    required: ['api_key'],
    properties: {
      api_key: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[\\x21-\\x7e]+$', description: 'Private API key with access to profiles and events' },
    },
    additionalProperties: false,
  },
  shownCredential: ({ api_key }) => api_key,
  // 75 profiles a second in a burst; an answer takes about 150 ms.
  limits: { concurrency: 10, contactsPerBatch: 50, eventsPerBatch: 100 },
  fields: KLAVIYO_FIELDS,
  required: ['email'],
  async validate(connection, signal) {
    const call = callOf(connection.http, signal);
    const answer = await call(get(connection, '/profiles?page[size]=1&fields[profile]=created')).catch((error: unknown) => {
      throw thrownError(klaviyo.title, error);
    });
    if (answer.status !== 200 || !Array.isArray(at(answer.body, 'data'))) throw errorOf(klaviyo.title, answer);
    return {};
  },
  async upsertContacts(connection, items, signal) {
    const call = callOf(connection.http, signal);
    const how = { concurrency: klaviyo.limits.concurrency, groupOf: ({ contact }: ContactItem) => contact.email, signal };
    return await eachResult(items, how, async (item) => missingFields(klaviyo, item) ?? (await importProfile(call, connection, item)));
  },
  async sendEvents(connection, items, signal) {
    const call = callOf(connection.http, signal);
    return await eachResult(items, { concurrency: klaviyo.limits.concurrency, groupOf: ({ key }) => key, signal }, (item) =>
      createEvent(call, connection, item),
    );
  },
};

async function importProfile(call: Call, connection: Connection, item: ContactItem): Promise<ItemResult> {
  const { body, warnings } = klaviyoProfile(klaviyo, item);
  const answer = await call(post(connection, '/profile-import', body));
  const crmId = textAt(answer.body, 'data', 'id');
  if (answer.status !== 200 && answer.status !== 201) return answer.status < 300 ? unconfirmed(answer) : failureOf(answer, reading(answer));
  if (crmId === undefined) return unconfirmed(answer);
  return { outcome: 'delivered', statusCode: answer.status, crmId, created: answer.status === 201, ...withWarnings({ warnings }) };
}

async function createEvent(call: Call, connection: Connection, item: EventItem): Promise<ItemResult> {
  const attributes = {
    properties: item.properties,
    // Cut to the second there; two events of one second stay two by their unique_id.
    time: item.time,
    ...(item.value === undefined ? {} : { value: item.value }),
    unique_id: eventId(connection, item),
    metric: { data: { type: 'metric', attributes: { name: item.name } } },
    profile: { data: { type: 'profile', attributes: { email: item.contact.email } } },
  };
  const answer = await call(post(connection, '/events', { data: { type: 'event', attributes } }));
  if (answer.status === 202) return { outcome: 'delivered', statusCode: 202 };
  return answer.status < 300 ? unconfirmed(answer) : failureOf(answer, reading(answer));
}

function get(connection: Connection, path: string): CrmRequest {
  return { method: 'GET', url: `${API}${path}`, headers: headersOf(connection) };
}

function post(connection: Connection, path: string, json: unknown): CrmRequest {
  return { method: 'POST', url: `${API}${path}`, headers: { ...headersOf(connection), 'content-type': JSON_API }, json };
}

function headersOf({ credentials }: Connection): Record<string, string> {
  return { authorization: `Klaviyo-API-Key ${credentials['api_key'] ?? ''}`, revision: REVISION, accept: JSON_API };
}

/** The codes and the places in the request that the errors name. */
function reading({ body }: CrmAnswer): Reading {
  const errors = listAt(body, 'errors');
  const pointers = errors
    .map((error) => textAt(error, 'source', 'pointer'))
    .filter((pointer) => pointer !== undefined && /^\/data\/attributes\/[a-z_/]{1,60}$/.test(pointer));
  return { codes: errors.map((error) => at(error, 'code')), fields: pointers.map((pointer) => String(pointer).slice('/data/attributes/'.length)) };
}
