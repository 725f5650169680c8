import { callOf, eachResult, errorOf, failureOf, thrownError, thrownResult, unconfirmed } from '../answers.ts';
import { eventId } from '../event-id.ts';
import type { CrmAnswer } from '../http.ts';
import { textAt } from '../json.ts';
import { missingFields, withWarnings } from '../mapping.ts';
import type { Connection, ContactItem, CrmProvider, EventItem, ItemResult, Later } from '../provider.ts';
import { tokenKey } from '../token-cache.ts';
import { learn, unknownFieldsOf } from '../unknown-fields.ts';
import { uuidV5 } from '../uuid.ts';
import { CREATIO_FIELDS, type CreatioContact, creatioContact, type FindEntry, fullName, newName } from './contact.ts';
import { creatioReading, isErrorBody, recordsOf, unknownProperty } from './errors.ts';
import { guidOf, odataQuery, odataText } from './odata.ts';
import { type OData, odataOf } from './session.ts';

const MAX_TITLE = 500;
const CONTACT_WAIT = 60_000;
const TEXT = { type: 'string', minLength: 1, maxLength: 500 } as const;

/**
 * Creatio: a contact is looked up by its email; a new one, and every activity, has an id made from what it is, so that a create that fails after
 * it was stored is found again.
 */
export const creatio: CrmProvider = {
  type: 'creatio',
  title: 'Creatio',
  credentials: {
    type: 'object',
    required: ['instance_url', 'username', 'password'],
    properties: {
      instance_url: { ...TEXT, description: 'https://<site>.creatio.com, or the site of an installation of your own' },
      username: TEXT,
      password: TEXT,
    },
    additionalProperties: false,
  },
  shownCredential: ({ username }) => username,
  limits: { concurrency: 4, contactsPerBatch: 20, eventsPerBatch: 20 },
  fields: CREATIO_FIELDS,
  required: ['email'],
  async validate(connection, signal) {
    const odata = odataOf(connection, callOf(connection.http, signal));
    const answer = await odata({ method: 'GET', path: 'Contact?$top=1&$select=Id' }).catch((error: unknown) => {
      throw thrownError(creatio.title, error);
    });
    if (recordsOf(answer) === undefined) throw errorOf(creatio.title, answer, creatioReading(answer));
    return {};
  },
  async upsertContacts(connection, items, signal) {
    const odata = odataOf(connection, callOf(connection.http, signal));
    const how = { concurrency: creatio.limits.concurrency, groupOf: ({ contact }: ContactItem) => contact.email, signal };
    return await eachResult(items, how, async (item) => missingFields(creatio, item) ?? (await upsert({ odata, connection, signal }, item)));
  },
  async sendEvents(connection, items, signal) {
    const odata = odataOf(connection, callOf(connection.http, signal));
    const how = { concurrency: creatio.limits.concurrency, groupOf: ({ key }: EventItem) => key, signal };
    return await eachResult(items, how, (item) => record({ odata, connection, signal }, item));
  },
};

interface Site {
  readonly odata: OData;
  readonly connection: Connection;
  readonly signal: AbortSignal;
}

async function upsert(site: Site, item: ContactItem): Promise<ItemResult> {
  const { odata, connection } = site;
  const found = await contactId(odata, item.contact.email);
  if (typeof found === 'object') return found;
  const unknown = await unknownFieldsOf(connection);
  const mapped = await creatioContact(creatio, item, { unknown, find: finderOf(odata, connection) });
  const written = found === '' ? await create(site, item, mapped) : await update(odata, found, item, mapped);
  if ('result' in written) return written.result;
  const column = unknownProperty(written.answer.body);
  if (column !== undefined && learn(unknown, [column], mapped.custom)) return await upsert(site, item);
  return failureOf(written.answer, creatioReading(written.answer));
}

/** A result, or the answer that is none. */
type Written = { readonly result: ItemResult } | { readonly answer: CrmAnswer };

async function update(odata: OData, id: string, item: ContactItem, mapped: CreatioContact): Promise<Written> {
  const name = fullName(item);
  const answer = await odata({ method: 'PATCH', path: `Contact(${id})`, json: { ...mapped.columns, ...(name === undefined ? {} : { Name: name }) } });
  if (isErrorBody(answer.body) || (answer.status !== 204 && answer.status !== 200)) return { answer };
  return { result: { outcome: 'delivered', statusCode: answer.status, crmId: id, created: false, ...withWarnings(mapped) } };
}

/** The id is the same for the same email, so that two creates make one contact. After a failure the contact may be there all the same. */
async function create({ odata, connection, signal }: Site, item: ContactItem, mapped: CreatioContact): Promise<Written> {
  const id = uuidV5(`contact\n${connection.userId}\n${item.contact.email}`);
  const json = { ...mapped.columns, Id: id, Name: newName(item) };
  const made = await createOrFind({ odata, signal }, 'Contact', id, json);
  if (made.found) return await update(odata, id, item, mapped);
  return 'result' in made.written && made.written.result.outcome === 'delivered'
    ? { result: { ...made.written.result, created: true, ...withWarnings(mapped) } }
    : made.written;
}

/** Posts a record with its own id; where that fails, looks whether it is there: stored by this call, or by one before. */
async function createOrFind(
  { odata, signal }: Pick<Site, 'odata' | 'signal'>,
  entity: string,
  id: string,
  json: Readonly<Record<string, unknown>>,
): Promise<{ readonly found: boolean; readonly written: Written }> {
  let failure: Written;
  try {
    const answer = await odata({ method: 'POST', path: entity, json });
    const isDone = (answer.status === 201 || answer.status === 200) && !isErrorBody(answer.body) && guidOf(textAt(answer.body, 'Id')) === id;
    if (isDone) return { found: false, written: { result: { outcome: 'delivered', statusCode: answer.status, crmId: id, created: true } } };
    if (unknownProperty(answer.body) !== undefined) return { found: false, written: { answer } };
    failure = answer.status < 300 && !isErrorBody(answer.body) ? { result: unconfirmed(answer) } : { answer };
  } catch (error) {
    failure = { result: thrownResult(error) };
  }
  if (signal.aborted) return { found: false, written: failure };
  const look = await odata({ method: 'GET', path: `${entity}(${id})?$select=Id` }).catch(() => undefined);
  const isThere = look?.status === 200 && !isErrorBody(look.body) && guidOf(textAt(look.body, 'Id')) === id;
  return { found: isThere, written: failure };
}

async function record({ odata, connection, signal }: Site, item: EventItem): Promise<ItemResult> {
  const contact = await contactId(odata, item.contact.email);
  if (typeof contact === 'object') return contact;
  if (contact === '') return NO_CONTACT;
  const id = eventId(connection, item);
  const { found, written } = await createOrFind({ odata, signal }, 'Activity', id, activityOf(connection, id, contact, item));
  if (found) return { outcome: 'delivered', statusCode: 200, crmId: id };
  return 'result' in written ? written.result : failureOf(written.answer, creatioReading(written.answer));
}

const NO_CONTACT: Later = { outcome: 'later', reason: 'contact_unknown', retryAfterMs: CONTACT_WAIT };

function activityOf({ settings }: Connection, id: string, contact: string, item: EventItem): Readonly<Record<string, unknown>> {
  const content = { time: item.time, ...(item.value === undefined ? {} : { value: item.value }), properties: item.properties };
  const category = settings.activity_category_id;
  return {
    Id: id,
    Title: item.name.slice(0, MAX_TITLE),
    Notes: JSON.stringify(content, null, 1),
    StartDate: item.time,
    DueDate: item.time,
    ContactId: contact,
    ...(category === undefined ? {} : { ActivityCategoryId: category }),
  };
}

/** The oldest contact with the email, '' where there is none, or why it is not known. */
async function contactId(odata: OData, email: string): Promise<string | ItemResult> {
  const query = odataQuery({ filter: `Email eq ${odataText(email)}`, select: 'Id', orderby: 'CreatedOn,Id', top: '1' });
  const answer = await odata({ method: 'GET', path: `Contact?${query}` });
  const records = recordsOf(answer);
  if (records === undefined) return answer.status < 300 && !isErrorBody(answer.body) ? unconfirmed(answer) : failureOf(answer, creatioReading(answer));
  return guidOf(textAt(records[0], 'Id')) ?? '';
}

/** Entries of lookups change rarely: what was found, and what was not, is kept as long as a token. */
function finderOf(odata: OData, connection: Connection): FindEntry {
  return async (entity, name) =>
    await connection.tokens.take(`${tokenKey(connection)} ${entity} ${name}`, async () => {
      const answer = await odata({
        method: 'GET',
        path: `${entity}?${odataQuery({ filter: `Name eq ${odataText(name)}`, select: 'Id', orderby: 'Id', top: '1' })}`,
      });
      const records = recordsOf(answer);
      if (records === undefined) throw errorOf(creatio.title, answer, creatioReading(answer));
      return guidOf(textAt(records[0], 'Id'));
    });
}
