import { type Call, callOf, errorOf, failureOf, type Reading, thrownError, unconfirmed } from '../answers.ts';
import { inBatches, type WholeRefused } from '../batches.ts';
import { CrmError } from '../crm-error.ts';
import type { CrmAnswer, CrmRequest } from '../http.ts';
import { at, isObject, listAt, textAt } from '../json.ts';
import { missingFields, withWarnings } from '../mapping.ts';
import type { Connection, ContactItem, CrmProvider, Delivered, EventItem, ItemResult, Refused } from '../provider.ts';
import { tokenKey } from '../token-cache.ts';
import { learn, unknownFieldsOf } from '../unknown-fields.ts';
import { HUBSPOT_FIELDS, hubspotContact } from './contact.ts';
import { hubspotEvent, hubspotEventName } from './event.ts';

const API = 'https://api.hubapi.com';
const MAX_CONTACTS = 100;
const MAX_EVENTS = 500;
const TEN_SECONDS = 10_000;
const UNTIL_TOMORROW = 3_600_000;

/** HubSpot: contacts by batch upsert on the email, events by their uuid. */
export const hubspot: CrmProvider = {
  type: 'hubspot',
  title: 'HubSpot',
  credentials: {
    type: 'object',
    required: ['api_key'],
    properties: {
      api_key: {
        type: 'string',
        minLength: 1,
        maxLength: 500,
        pattern: '^[\\x21-\\x7e]+$',
        description: 'Access token of a private app with access to contacts and custom events',
      },
    },
    additionalProperties: false,
  },
  shownCredential: ({ api_key }) => api_key,
  limits: { concurrency: 6, contactsPerBatch: MAX_CONTACTS, eventsPerBatch: MAX_EVENTS },
  fields: HUBSPOT_FIELDS,
  required: ['email'],
  async validate(connection, signal) {
    const call = callOf(connection.http, signal);
    try {
      // Any token may ask for its account; contacts need a scope.
      const answer = await call(get(connection, '/crm/v3/objects/contacts?limit=1'));
      if (answer.status !== 200 || !Array.isArray(at(answer.body, 'results'))) throw errorOf(hubspot.title, answer, reading(answer.body));
      return { account: await accountOf(call, connection) };
    } catch (error) {
      throw thrownError(hubspot.title, error);
    }
  },
  async upsertContacts(connection, items, signal) {
    const call = callOf(connection.http, signal);
    return await inBatches(items, { most: MAX_CONTACTS, nameOf: ({ contact }) => contact.email, signal }, (batch) => upsert(call, connection, batch));
  },
  async sendEvents(connection, items, signal) {
    const call = callOf(connection.http, signal);
    return await inBatches(items, { most: MAX_EVENTS, nameOf: ({ key }) => key, signal }, (batch) => record(call, connection, batch));
  },
};

async function upsert(call: Call, connection: Connection, batch: readonly ContactItem[]): Promise<readonly ItemResult[] | WholeRefused> {
  const unknown = await unknownFieldsOf(connection);
  const contacts = batch.map((item) => ({ item, missing: missingFields(hubspot, item), mapped: hubspotContact(hubspot, item, unknown) }));
  const inputs = contacts
    .filter(({ missing }) => missing === undefined)
    .map(({ item, mapped }) => ({ id: item.contact.email, idProperty: 'email', properties: mapped.properties }));
  if (inputs.length === 0) return contacts.map(({ missing }) => missing ?? NOTHING_SENT);
  const answer = await call(post(connection, '/crm/v3/objects/contacts/batch/upsert', { inputs }));
  const custom = new Set(contacts.flatMap(({ mapped }) => [...mapped.custom]));
  if (answer.status === 400 && learn(unknown, unknownNames(answer.body), custom)) return await upsert(call, connection, batch);
  if (answer.status !== 200 && answer.status !== 201 && answer.status !== 207) {
    return { whole: answer.status < 300 ? unconfirmed(answer) : failureOf(answer, reading(answer.body)) };
  }
  const outcomes = outcomesOf(
    answer,
    inputs.map(({ id }) => id),
  );
  return contacts.map(({ item, missing, mapped }) => {
    const outcome = missing ?? outcomes.get(item.contact.email) ?? unconfirmed(answer);
    return outcome.outcome === 'delivered' ? { ...outcome, ...withWarnings(mapped) } : outcome;
  });
}

/** The properties that an error says do not exist: in its details, or in the list inside its message. */
function unknownNames(error: unknown): readonly string[] {
  const missing = 'PROPERTY_DOESNT_EXIST';
  const named = listAt(error, 'errors')
    .filter((detail) => at(detail, 'code') === missing)
    .flatMap((detail) => listAt(detail, 'context', 'propertyName'));
  const message = textAt(error, 'message') ?? '';
  const quoted = message.includes(missing) ? [...message.matchAll(/"name":"([a-z][a-z0-9_]{0,99})"/g)].map(([, name]) => name) : [];
  return [...named, ...quoted].filter((name): name is string => typeof name === 'string');
}

const NOTHING_SENT: Refused = { outcome: 'refused', code: 'required_fields_missing', message: 'HubSpot needs email' };

/** Rows come in any order: each is known by its email. A row under another email (the contact's first one) belongs to the one that is left over. */
function outcomesOf(answer: CrmAnswer, emails: readonly string[]): ReadonlyMap<string, ItemResult> {
  const outcomes = new Map<string, ItemResult>();
  const strange: unknown[] = [];
  for (const row of listAt(answer.body, 'results')) {
    const email = textAt(row, 'properties', 'email')?.toLowerCase();
    if (email !== undefined && emails.includes(email) && textAt(row, 'id') !== undefined) outcomes.set(email, delivered(answer, row));
    else if (textAt(row, 'id') !== undefined) strange.push(row);
  }
  for (const error of listAt(answer.body, 'errors')) {
    for (const email of emailsIn(error, emails)) outcomes.set(email, failureOf({ ...answer, status: statusOf(error) }, reading(error)));
  }
  const left = emails.filter((email) => !outcomes.has(email));
  const isClear = left.length === strange.length && listAt(answer.body, 'errors').length === 0;
  if (isClear) for (const email of left) outcomes.set(email, delivered(answer, left.length === 1 ? strange[0] : undefined));
  return outcomes;
}

function delivered({ status }: CrmAnswer, row: unknown): Delivered {
  const crmId = textAt(row, 'id');
  const isNew = at(row, 'new');
  return { outcome: 'delivered', statusCode: status, ...(crmId === undefined ? {} : { crmId }), ...(typeof isNew === 'boolean' ? { created: isNew } : {}) };
}

/** The inputs that an error of a batch is about, wherever in its context it names them. */
function emailsIn(error: unknown, emails: readonly string[]): readonly string[] {
  const contexts = [error, ...listAt(error, 'errors')].map((part) => at(part, 'context')).filter(isObject);
  const named = contexts.flatMap((context) => Object.values(context).flat()).map((value) => String(value).toLowerCase());
  return emails.filter((email) => named.includes(email));
}

/** Rows have a category where answers have a status. */
function statusOf(error: unknown): number {
  const category = textAt(error, 'category') ?? '';
  return ROW_STATUS[category] ?? 400;
}

const ROW_STATUS: Readonly<Record<string, number>> = { RATE_LIMITS: 429, CONFLICT: 423, INTERNAL_ERROR: 500, SERVICE_UNAVAILABLE: 503 };

async function record(call: Call, connection: Connection, batch: readonly EventItem[]): Promise<readonly ItemResult[] | WholeRefused> {
  const account = await accountOf(call, connection);
  const events = batch.map((item) => ({ item, name: hubspotEventName(connection, account, item.name) }));
  const inputs = events.flatMap(({ item, name }) => (name === undefined ? [] : [hubspotEvent(connection, name, item)]));
  if (inputs.length === 0) return events.map(() => NAMELESS);
  const [only] = inputs;
  const answer = await call(inputs.length === 1 ? post(connection, '/events/v3/send', only) : post(connection, '/events/v3/send/batch', { inputs }));
  if (answer.status !== 204) return { whole: answer.status < 300 ? unconfirmed(answer) : failureOf(answer, reading(answer.body)) };
  return events.map(({ name }) => (name === undefined ? NAMELESS : { outcome: 'delivered', statusCode: 204 }));
}

const NAMELESS: Refused = {
  outcome: 'refused',
  code: 'event_name',
  message: 'HubSpot has no name for this event: give its internal name in settings.event_names',
};

/** The number of the account, which is part of the names of its events. */
async function accountOf(call: Call, connection: Connection): Promise<string> {
  return await connection.tokens.take(`${tokenKey(connection)} account`, async () => {
    const answer = await call(get(connection, '/account-info/v3/details'));
    const account = at(answer.body, 'portalId');
    if (answer.status === 200 && Number.isInteger(account)) return String(account);
    throw answer.status < 300
      ? new CrmError('unreachable', 'HubSpot did not name the account: try again later', answer.status)
      : errorOf(hubspot.title, answer, reading(answer.body));
  });
}

function get(connection: Connection, path: string): CrmRequest {
  return { method: 'GET', url: `${API}${path}`, headers: headersOf(connection) };
}

function post(connection: Connection, path: string, json: unknown): CrmRequest {
  return { method: 'POST', url: `${API}${path}`, headers: { ...headersOf(connection), 'content-type': 'application/json' }, json };
}

function headersOf({ credentials }: Connection): Record<string, string> {
  return { authorization: `Bearer ${credentials['api_key'] ?? ''}`, accept: 'application/json' };
}

/** An answer or a row: its category, the properties it names, and how long its limit lasts (there is no Retry-After). */
function reading(error: unknown): Reading {
  const parts = [error, ...listAt(error, 'errors')];
  const names = parts
    .flatMap((part) => listAt(part, 'context', 'propertyName'))
    .filter((name): name is string => typeof name === 'string' && /^[a-z][a-z_]{1,60}$/.test(name));
  const category = at(error, 'category');
  const limit = category === 'RATE_LIMITS' ? { retryAfterMs: at(error, 'policyName') === 'DAILY' ? UNTIL_TOMORROW : limitOf(error) } : {};
  // Two writers of a new contact at once: the second finds it when it comes again.
  const conflict = category === 'CONFLICT' ? { means: 'later' as const } : {};
  return { codes: [...parts.slice(1).map((part) => at(part, 'code')), category], fields: names, ...limit, ...conflict };
}

function limitOf(error: unknown): number {
  return at(error, 'policyName') === 'TEN_SECONDLY_ROLLING' ? TEN_SECONDS : 1_000;
}
