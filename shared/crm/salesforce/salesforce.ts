import { callOf, eachResult, errorOf, failureOf, OUT_OF_TIME, thrownError, unconfirmed } from '../answers.ts';
import { inBatches, type WholeRefused } from '../batches.ts';
import { CrmError } from '../crm-error.ts';
import { eventId } from '../event-id.ts';
import type { CrmAnswer } from '../http.ts';
import { at, isObject, listAt, textAt } from '../json.ts';
import { missingFields, withWarnings } from '../mapping.ts';
import type { Connection, ContactItem, CrmProvider, EventItem, ItemResult, Later, Refused } from '../provider.ts';
import { learn, unknownFieldsOf } from '../unknown-fields.ts';
import { errorsOf, failed, notDone } from './answers.ts';
import { SALESFORCE_FIELDS, type SalesforceContact, salesforceContact } from './contact.ts';
import { salesforceReading, unknownColumns } from './errors.ts';
import { externalId, linkRecords } from './linking.ts';
import { type Api, apiOf } from './session.ts';
import { soqlText } from './soql.ts';

const MAX_RECORDS = 200;
const MAX_SUBJECT = 255;
const MAX_DESCRIPTION = 32_000;
/** A contact that is still waiting itself may be there then. */
const CONTACT_WAIT = 60_000;
const TEXT = { type: 'string', minLength: 1, maxLength: 500 } as const;

/**
 * Salesforce: contacts by an external id field where the settings name one, else looked up by their email and written under a lock (a request that is still
 * under way when the lock is given up may then make a second contact: at least once). Events are completed tasks, known by an external id field or by CallObject.
 */
export const salesforce: CrmProvider = {
  type: 'salesforce',
  title: 'Salesforce',
  credentials: {
    type: 'object',
    properties: {
      access_token: { ...TEXT, maxLength: 4_000, description: 'A session; it is used until it ends' },
      instance_url: { ...TEXT, description: 'https://<domain>.my.salesforce.com, with an access_token' },
      client_id: { ...TEXT, description: 'Consumer key of the connected app' },
      client_secret: TEXT,
      username: TEXT,
      password: TEXT,
      security_token: TEXT,
      domain: {
        type: 'string',
        pattern: '^[A-Za-z0-9](?:[A-Za-z0-9-]{0,60}[A-Za-z0-9])?(?:\\.sandbox)?(?:\\.my)?$',
        description: 'login (the default), test, or <domain>.my',
      },
    },
    anyOf: [{ required: ['access_token', 'instance_url'] }, { required: ['client_id', 'client_secret', 'username', 'password'] }],
    additionalProperties: false,
  },
  shownCredential: ({ access_token, client_id }) => access_token ?? client_id,
  limits: { concurrency: 5, contactsPerBatch: MAX_RECORDS, eventsPerBatch: 50 },
  fields: SALESFORCE_FIELDS,
  required: ['email', 'last_name'],
  keyField: ({ external_id_field: field }) => field,
  async validate(connection, signal) {
    const api = apiOf(connection, callOf(connection.http, signal));
    try {
      const answer = await api({ method: 'GET', path: '/limits' });
      if (answer.status !== 200 || !isObject(answer.body)) throw errorOf(salesforce.title, answer, salesforceReading(errorsOf(answer)));
      await assertExternalId(api, 'Contact', 'external_id_field', connection);
      await assertExternalId(api, 'Task', 'event_external_id_field', connection);
      return {};
    } catch (error) {
      throw thrownError(salesforce.title, error);
    }
  },
  async upsertContacts(connection, items, signal) {
    const api = apiOf(connection, callOf(connection.http, signal));
    const field = connection.settings.external_id_field;
    if (field !== undefined) return await upsertByKey({ api, connection, field, signal }, items);
    const how = { concurrency: salesforce.limits.concurrency, groupOf: ({ contact }: ContactItem) => contact.email, signal };
    return await eachResult(items, how, async (item) => {
      const missing = missingFields(FINDABLE, item);
      if (missing !== undefined) return missing;
      return (await connection.lock(`salesforce contact ${item.contact.email}`, signal, () => findAndWrite(api, connection, item))) ?? OUT_OF_TIME;
    });
  },
  async sendEvents(connection, items, signal) {
    const api = apiOf(connection, callOf(connection.http, signal));
    const field = connection.settings.event_external_id_field;
    return await eachResult(items, { concurrency: salesforce.limits.concurrency, groupOf: ({ key }) => key, signal }, async (item) => {
      if (taskOf(item, '').Description.length > MAX_DESCRIPTION) return TOO_LARGE;
      const id = eventId(connection, item);
      if (field !== undefined) return await upsertTask(api, field, id, item);
      return (await connection.lock(`salesforce event ${id}`, signal, () => findOrCreateTask(api, id, item))) ?? OUT_OF_TIME;
    });
  },
};

/** What a contact needs to be looked for. */
const FINDABLE: Parameters<typeof missingFields>[0] = { ...salesforce, required: ['email'] };

/** Throws CrmError where the settings name a field that a record cannot be found by: every write would be refused. */
async function assertExternalId(
  api: Api,
  object: 'Contact' | 'Task',
  setting: 'external_id_field' | 'event_external_id_field',
  { settings }: Connection,
): Promise<void> {
  const field = settings[setting];
  if (field === undefined) return;
  const answer = await api({ method: 'GET', path: `/sobjects/${object}/describe` });
  if (answer.status !== 200) throw errorOf(salesforce.title, answer, salesforceReading(errorsOf(answer)));
  const known = listAt(answer.body, 'fields').find((described) => textAt(described, 'name')?.toLowerCase() === field.toLowerCase());
  if (at(known, 'externalId') === true) return;
  throw new CrmError(
    'refused',
    `settings.${setting}: ${object} has no external id field of this name; mark the field as one in Salesforce, or leave the setting out`,
    answer.status,
  );
}

/** Writing by an external id. */
interface Keyed {
  readonly api: Api;
  readonly connection: Connection;
  readonly field: string;
  readonly signal: AbortSignal;
}

async function upsertByKey(keyed: Keyed, items: readonly ContactItem[]): Promise<readonly ItemResult[]> {
  const { api, field, signal } = keyed;
  const failures = await linkRecords(api, field, items, signal);
  const linked = items.filter((item) => !failures.has(item));
  const how = { most: MAX_RECORDS, nameOf: (item: ContactItem) => externalId(item).toLowerCase(), signal };
  const results = [...(await inBatches(linked, how, (batch) => upsertBatch(keyed, batch)))];
  return items.map((item) => failures.get(item) ?? results.shift() ?? OUT_OF_TIME);
}

async function upsertBatch(keyed: Keyed, batch: readonly ContactItem[]): Promise<readonly ItemResult[] | WholeRefused> {
  const { api, connection, field } = keyed;
  const unknown = await unknownFieldsOf(connection);
  const contacts = batch.map((item) => ({
    item,
    missing: missingFields(FINDABLE, item),
    mapped: salesforceContact(salesforce, item, { unknown, reserved: [field] }),
  }));
  const sent = contacts.filter(({ missing }) => missing === undefined);
  if (sent.length === 0) return contacts.map(({ missing }) => missing ?? { outcome: 'later', reason: 'unanswered' });
  const records = sent.map(({ item, mapped }) => ({ attributes: { type: 'Contact' }, ...mapped.fields, [field]: externalId(item) }));
  const answer = await api({ method: 'PATCH', path: `/composite/sobjects/Contact/${encodeURIComponent(field)}`, json: { allOrNone: false, records } });
  const rows = Array.isArray(answer.body) ? answer.body : [];
  const custom = new Set(sent.flatMap(({ mapped }) => [...mapped.custom]));
  const unknownNames = answer.status === 200 ? rows.flatMap((row) => unknownColumns(listAt(row, 'errors'))) : unknownColumns(errorsOf(answer));
  if (learn(unknown, unknownNames, custom)) return await upsertBatch(keyed, batch);
  if (answer.status !== 200) return { whole: answer.status < 300 ? unconfirmed(answer) : failed(answer) };
  // Rows answer in the order of the request; if their number differs, nobody knows which is which.
  const results = sent.map(({ item, mapped }, at) => (rows.length === sent.length ? named(rowResult(answer, rows[at], mapped), item) : unconfirmed(answer)));
  return contacts.map(({ missing }) => missing ?? results.shift() ?? unconfirmed(answer));
}

function rowResult(answer: CrmAnswer, row: unknown, mapped: SalesforceContact): ItemResult {
  const crmId = textAt(row, 'id');
  const created = at(row, 'created');
  if (at(row, 'success') !== true) return failureOf({ ...answer, status: 400 }, salesforceReading(listAt(row, 'errors')));
  if (crmId === undefined) return unconfirmed(answer);
  return { outcome: 'delivered', statusCode: answer.status, crmId, ...(typeof created === 'boolean' ? { created } : {}), ...withWarnings(mapped) };
}

/** Only a new record needs a last name: that there is none with this external id is known by Salesforce alone. */
function named(result: ItemResult, item: ContactItem): ItemResult {
  const isMissing = result.outcome === 'refused' && result.code === 'REQUIRED_FIELD_MISSING';
  return (isMissing ? missingFields(salesforce, item) : undefined) ?? result;
}

/** The oldest contact with the email is the one, today and tomorrow. */
async function findAndWrite(api: Api, connection: Connection, item: ContactItem): Promise<ItemResult> {
  const found = await firstId(api, `SELECT Id FROM Contact WHERE Email = ${soqlText(item.contact.email)} ORDER BY CreatedDate, Id LIMIT 1`);
  if (typeof found === 'object') return found;
  const missing = found === '' ? missingFields(salesforce, item) : undefined;
  if (missing !== undefined) return missing;
  const unknown = await unknownFieldsOf(connection);
  const mapped = salesforceContact(salesforce, item, { unknown, reserved: [] });
  const write = { json: mapped.fields };
  const answer =
    found === ''
      ? await api({ method: 'POST', path: '/sobjects/Contact', ...write })
      : await api({ method: 'PATCH', path: `/sobjects/Contact/${encodeURIComponent(found)}`, ...write });
  if (answer.status === 400 && learn(unknown, unknownColumns(errorsOf(answer)), mapped.custom)) return await findAndWrite(api, connection, item);
  if (found === '') return created(answer, mapped);
  return answer.status === 204 ? { outcome: 'delivered', statusCode: 204, crmId: found, created: false, ...withWarnings(mapped) } : notDone(answer);
}

async function upsertTask(api: Api, field: string, id: string, item: EventItem): Promise<ItemResult> {
  const contact = await contactOf(api, item);
  if (typeof contact === 'object') return contact;
  const answer = await api({ method: 'PATCH', path: `/sobjects/Task/${encodeURIComponent(field)}/${encodeURIComponent(id)}`, json: taskOf(item, contact) });
  if (answer.status === 204) return { outcome: 'delivered', statusCode: 204, created: false };
  const isNew = at(answer.body, 'created') !== false;
  const result = created(answer);
  return result.outcome === 'delivered' ? { ...result, created: isNew } : result;
}

/** CallObject is a plain field that can be searched; every org has it and only telephone systems write there. */
async function findOrCreateTask(api: Api, id: string, item: EventItem): Promise<ItemResult> {
  const contact = await contactOf(api, item);
  if (typeof contact === 'object') return contact;
  const found = await firstId(api, `SELECT Id FROM Task WHERE WhoId = ${soqlText(contact)} AND CallObject = ${soqlText(id)} LIMIT 1`);
  if (typeof found === 'object') return found;
  if (found !== '') return { outcome: 'delivered', statusCode: 200, crmId: found, created: false };
  return created(await api({ method: 'POST', path: '/sobjects/Task', json: { ...taskOf(item, contact), CallObject: id } }));
}

/** Name, time, value and properties; the day alone has a field of its own. */
function taskOf(item: EventItem, whoId: string) {
  const content = { time: item.time, ...(item.value === undefined ? {} : { value: item.value }), properties: item.properties };
  return {
    WhoId: whoId,
    Subject: item.name.slice(0, MAX_SUBJECT),
    Description: JSON.stringify(content, null, 1),
    Status: 'Completed',
    Priority: 'Normal',
    ActivityDate: item.time.slice(0, 10),
  };
}

const TOO_LARGE: Refused = {
  outcome: 'refused',
  code: 'too_large',
  message: `Salesforce takes ${MAX_DESCRIPTION} characters of an event: send fewer properties`,
};

async function contactOf(api: Api, { contact }: EventItem): Promise<string | ItemResult> {
  const found = await firstId(api, `SELECT Id FROM Contact WHERE Email = ${soqlText(contact.email)} ORDER BY CreatedDate, Id LIMIT 1`);
  return found === '' ? NO_CONTACT : found;
}

const NO_CONTACT: Later = { outcome: 'later', reason: 'contact_unknown', retryAfterMs: CONTACT_WAIT };

/** The id of the first record, '' where there is none, or why it is not known. */
async function firstId(api: Api, soql: string): Promise<string | ItemResult> {
  const answer = await api({ method: 'GET', path: `/query/?q=${encodeURIComponent(soql)}` });
  const records = at(answer.body, 'records');
  if (answer.status !== 200 || !Array.isArray(records)) return notDone(answer);
  return textAt(records[0], 'Id') ?? '';
}

function created(answer: CrmAnswer, mapped?: SalesforceContact): ItemResult {
  const crmId = textAt(answer.body, 'id');
  if ((answer.status !== 201 && answer.status !== 200) || at(answer.body, 'success') !== true || crmId === undefined) return notDone(answer);
  return { outcome: 'delivered', statusCode: answer.status, crmId, created: true, ...(mapped === undefined ? {} : withWarnings(mapped)) };
}
