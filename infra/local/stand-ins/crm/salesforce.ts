import { randomBytes } from 'node:crypto';
import { conditionOf, equationOf, type Fields, isNext, type Language, tokensOf } from './condition.ts';
import { type Answered, type Asked, ContractViolation, type StoredEvent, startCrmStandIn, type Vendor } from './crm-stand-in.ts';
import { LEAD_PROPERTIES } from './lead-properties.ts';
import { tableOf as newTable, type Table } from './table.ts';

const VERSION = '/services/data/v60.0';
const CONTACT = [
  ...[
    'FirstName',
    'LastName',
    'Salutation',
    'Email',
    'Phone',
    'MobilePhone',
    'HomePhone',
    'Title',
    'Department',
    'LeadSource',
    'Birthdate',
    'Description',
    'AccountId',
  ],
  ...[
    'MailingStreet',
    'MailingCity',
    'MailingState',
    'MailingPostalCode',
    'MailingCountry',
    'OtherStreet',
    'OtherCity',
    'OtherState',
    'OtherPostalCode',
    'OtherCountry',
  ],
];
const TASK = ['WhoId', 'WhatId', 'Subject', 'Description', 'Status', 'Priority', 'ActivityDate', 'CallObject', 'OwnerId', 'Type', 'TaskSubtype'];
const SOQL: Language = {
  token: /\s+|'((?:[^'\\]|\\['"\\nrtbf])*)'|([A-Za-z_][\w.]*|\d+|!=|=|,|\(|\))/,
  textOf: (literal) => literal.replaceAll(/\\(.)/g, (_, character: string) => ({ n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' })[character] ?? character),
  equal: '=',
  unequal: '!=',
};

export interface SalesforceOptions {
  /** Custom fields of Contact, without `__c`. */
  readonly custom?: readonly string[];
  /** External id fields, of Contact and of Task. */
  readonly externalIds?: readonly string[];
}

interface Sobject {
  readonly id: string;
  readonly fields: Record<string, unknown>;
}

interface Org {
  readonly tables: Readonly<Record<string, Table<Sobject>>>;
  readonly known: Readonly<Record<string, ReadonlySet<string>>>;
  readonly externalIds: ReadonlySet<string>;
  readonly refused: ReadonlySet<string>;
}

/** An answer that is an error of the org's own, not a breach of the contract. */
class SalesforceFault extends Error {
  readonly answered: Answered;

  constructor(status: number, errorCode: string, message: string, fields?: readonly string[]) {
    super(message);
    this.name = 'SalesforceFault';
    this.answered = { status, body: [{ message, errorCode, ...(fields === undefined ? {} : { fields }) }] };
  }
}

/** Starts a stand-in for an org of Salesforce: 200 with failed rows, errors as lists, sessions that end. */
export async function startSalesforce(options: SalesforceOptions = {}) {
  return await startCrmStandIn(salesforceVendor(options));
}

function salesforceVendor({ custom = LEAD_PROPERTIES, externalIds = ['Sync_Key__c'] }: SalesforceOptions): Vendor {
  const secret = (): string => randomBytes(16).toString('hex');
  const credentials = {
    client_id: `3MVG9${secret()}`,
    client_secret: secret(),
    username: 'sync@org.example.com',
    password: `Pw-${secret()}`,
    security_token: secret(),
  };
  const instance = 'stand-in.my.salesforce.com';
  const sessions = new Set<string>();
  const refused = new Set<string>();
  const contactFields = new Set([...CONTACT, ...custom.map((name) => `${name}__c`), ...externalIds]);
  const org: Org = {
    tables: { Contact: newTable(heldBy), Task: newTable(heldBy) },
    known: { Contact: contactFields, Task: new Set([...TASK, ...externalIds]) },
    externalIds: new Set(externalIds),
    refused,
  };
  return {
    type: 'salesforce',
    hostNames: ['login.salesforce.com', instance],
    credentials,
    refused,
    answer(asked) {
      if (asked.host === 'login.salesforce.com') return login(asked, credentials, sessions, instance);
      const token = /^Bearer (.+)$/.exec(asked.headers['authorization'] ?? '')?.[1] ?? '';
      if (!sessions.has(token)) return { status: 401, body: [{ message: `Session expired or invalid: ${token}`, errorCode: 'INVALID_SESSION_ID' }] };
      try {
        return operate(org, asked);
      } catch (error) {
        if (error instanceof SalesforceFault) return error.answered;
        throw error;
      }
    },
    errorBody: (status, code, echo) => [
      { message: echo, errorCode: code ?? (status === 429 ? 'REQUEST_LIMIT_EXCEEDED' : status >= 500 ? 'SERVER_UNAVAILABLE' : 'INVALID_REQUEST') },
    ],
    contacts: () => [...tableOf(org, 'Contact').rows.values()].map(({ id, fields }) => ({ id, email: String(fields['Email'] ?? ''), fields })),
    events: () => [...tableOf(org, 'Task').rows.values()].map((task) => eventOf(org, task)),
    putContact(email, fields) {
      const id = newId('003');
      const contacts = tableOf(org, 'Contact');
      const [, known] = contacts.having('Email', email).find(([, contact]) => contact.fields['Email'] === email) ?? [];
      if (known !== undefined) contacts.change(() => Object.assign(known.fields, fields));
      else contacts.insert(id, { id, fields: { Email: email, ...fields } });
    },
    makeField: (name) => void contactFields.add(name),
    expireSessions: () => sessions.clear(),
  };
}

function login({ method, path, headers, text }: Asked, credentials: Readonly<Record<string, string>>, sessions: Set<string>, instance: string): Answered {
  if (method !== 'POST' || path !== '/services/oauth2/token') throw new ContractViolation('no such operation', 404);
  if (headers['content-type'] !== 'application/x-www-form-urlencoded') throw new ContractViolation(`content type ${headers['content-type']}`);
  const form = Object.fromEntries(new URLSearchParams(text));
  const { client_id, client_secret, username, password, security_token } = credentials;
  const isRight =
    form['grant_type'] === 'password' &&
    form['client_id'] === client_id &&
    form['client_secret'] === client_secret &&
    form['username'] === username &&
    form['password'] === `${password}${security_token}`;
  if (!isRight) return { status: 400, body: { error: 'invalid_grant', error_description: `authentication failure ${text}` } };
  const token = `00D${randomBytes(24).toString('base64url')}!${randomBytes(24).toString('base64url')}`;
  sessions.add(token);
  return {
    status: 200,
    body: {
      access_token: token,
      instance_url: `https://${instance}`,
      id: `https://login.salesforce.com/id/00D/005`,
      token_type: 'Bearer',
      issued_at: '1278448832702',
      signature: 'x=',
    },
  };
}

function operate(org: Org, asked: Asked): Answered {
  if (!asked.path.startsWith(`${VERSION}/`)) throw new ContractViolation('another version', 404);
  const [first = '', second = '', third, fourth] = asked.path
    .slice(VERSION.length + 1)
    .split('/')
    .map(decodeURIComponent);
  const operation = `${asked.method} ${first}`;
  if (operation === 'GET limits') return { status: 200, body: { DailyApiRequests: { Max: 15_000, Remaining: 14_998 } } };
  if (operation === 'GET sobjects' && third === 'describe' && fourth === undefined) return describe(org, second);
  if (operation === 'GET sobjects' && third !== undefined && fourth !== undefined) return readByKey(org, second, third, fourth);
  if (operation === 'GET query') return query(org, asked.query.get('q') ?? '');
  if (asked.headers['content-type'] !== 'application/json') throw new ContractViolation(`content type ${asked.headers['content-type']}`, 415);
  const body = objectOf(asked.json);
  if (operation === 'POST sobjects' && third === undefined) return { status: 201, body: { id: insert(org, second, body).id, success: true, errors: [] } };
  if (operation === 'PATCH sobjects' && third !== undefined && fourth === undefined) return update(org, second, third, body);
  if (operation === 'PATCH sobjects' && third !== undefined && fourth !== undefined) return upsertOne(org, second, [third, fourth], body);
  if (operation === 'PATCH composite' && second === 'sobjects' && third !== undefined && fourth !== undefined) return upsertMany(org, third, fourth, body);
  if (operation === 'PATCH composite' && second === 'sobjects' && third === undefined) return updateMany(org, body);
  throw new ContractViolation('no such operation', 404, 'NOT_FOUND');
}

function describe({ known, externalIds }: Org, type: string): Answered {
  const fields = [...(known[type] ?? [])].map((name) => ({ name, externalId: externalIds.has(name), custom: name.endsWith('__c') }));
  return { status: 200, body: { name: type, fields } };
}

/** `SELECT Id, … FROM … WHERE … [ORDER BY …] [LIMIT n]`: what the service asks, and what may be smuggled into it. */
function query(org: Org, soql: string): Answered {
  const tokens = tokensOf(soql, SOQL);
  const head = tokens.splice(0, tokens.findIndex(({ value }) => value === 'WHERE') + 1).map(({ value }) => value);
  const [, list = '', type = ''] = /^SELECT (Id(?: , \w+)*) FROM (\w+) WHERE$/.exec(head.join(' ')) ?? [];
  const [table, names] = [org.tables[type], list.split(' , ')];
  if (table === undefined || names.some((name) => name !== 'Id' && !org.known[type]?.has(name)))
    throw new ContractViolation(`malformed query: ${soql}`, 400, 'MALFORMED_QUERY');
  const equation = equationOf(tokens, SOQL);
  const matches = conditionOf(tokens, SOQL);
  if (isNext(tokens, 'order')) tokens.splice(0, 5);
  const limit = isNext(tokens, 'limit') ? Number(tokens.splice(0, 2)[1]?.value) : 2_000;
  if (tokens.length > 0) throw new ContractViolation(`malformed query: ${soql}`, 400, 'MALFORMED_QUERY');
  const candidates = equation === undefined ? [...table.rows] : table.having(...equation);
  const records = candidates.flatMap(([, record]) => (matches((name) => heldBy(record, name)) ? [record] : [])).slice(0, limit);
  return { status: 200, body: { totalSize: records.length, done: true, records: records.map((record) => recordOf(type, names, record)) } };
}

function recordOf(type: string, names: readonly string[], record: Sobject): Fields {
  return { attributes: { type }, ...Object.fromEntries(names.map((name) => [name, heldBy(record, name) ?? null])) };
}

function readByKey(org: Org, type: string, field: string, value: string): Answered {
  const found = tableOf(org, type).having(field, value);
  if (found.length > 1) return { status: 300, body: found.map(([id]) => `${VERSION}/sobjects/${type}/${id}`) };
  const [record] = found.map(([, one]) => one);
  if (record === undefined) throw new SalesforceFault(404, 'NOT_FOUND', 'The requested resource does not exist');
  return { status: 200, body: recordOf(type, ['Id'], record) };
}

function insert(org: Org, type: string, fields: Fields): Sobject {
  checkFields(org, type, fields);
  const required = type === 'Contact' ? ['LastName'] : [];
  const missing = required.filter((name) => (fields[name] ?? '') === '');
  if (missing.length > 0) throw new SalesforceFault(400, 'REQUIRED_FIELD_MISSING', `Required fields are missing: [${missing.join(', ')}]`, missing);
  const made = { id: newId(type === 'Contact' ? '003' : '00T'), fields: {} };
  assign(made, fields);
  tableOf(org, type).insert(made.id, made);
  return made;
}

function update(org: Org, type: string, id: string, fields: Fields): Answered {
  checkFields(org, type, fields);
  const found = tableOf(org, type).rows.get(id);
  if (found === undefined) throw new SalesforceFault(404, 'NOT_FOUND', 'Provided external ID field does not exist or is not accessible');
  tableOf(org, type).change(() => assign(found, fields));
  return { status: 204 };
}

function upsertOne(org: Org, type: string, [field, value]: readonly [string, string], fields: Fields): Answered {
  if (!org.externalIds.has(field)) throw new SalesforceFault(404, 'NOT_FOUND', `Provided external ID field does not exist or is not accessible: ${field}`);
  checkFields(org, type, fields);
  const found = tableOf(org, type)
    .having(field, value)
    .flatMap(([, record]) => (record.fields[field] === value ? [record] : []));
  if (found.length > 1) return { status: 300, body: found.map(({ id }) => `${VERSION}/sobjects/${type}/${id}`) };
  const [known] = found;
  if (known !== undefined) tableOf(org, type).change(() => assign(known, fields));
  const { id } = known ?? insert(org, type, { ...fields, [field]: value });
  return { status: known === undefined ? 201 : 200, body: { id, success: true, errors: [], created: known === undefined } };
}

/** Rows succeed and fail one by one, and the answer is 200 all the same. */
function upsertMany(org: Org, type: string, field: string, { allOrNone, records }: Fields): Answered {
  if (allOrNone !== false || !Array.isArray(records) || records.length === 0 || records.length > 200)
    throw new ContractViolation('composite/sobjects: allOrNone false and 1 to 200 records');
  const rows = records.map(objectOf).map(({ attributes, ...fields }) => {
    if (objectOf(attributes)['type'] !== type) throw new ContractViolation('composite/sobjects: attributes.type');
    try {
      return upsertOne(org, type, [field, String(fields[field])], without(fields, field)).body;
    } catch (error) {
      if (!(error instanceof SalesforceFault) || error.answered.status === 404) throw error;
      const errors = (error.answered.body as { readonly message: string; readonly errorCode: string; readonly fields?: readonly string[] }[]).map(
        ({ errorCode, message, fields: names = [] }) => ({ statusCode: errorCode, message, fields: names }),
      );
      return { success: false, errors };
    }
  });
  return { status: 200, body: rows };
}

function updateMany(org: Org, { allOrNone, records }: Fields): Answered {
  if (allOrNone !== false || !Array.isArray(records) || records.length === 0 || records.length > 200)
    throw new ContractViolation('composite/sobjects: allOrNone false and 1 to 200 records');
  const rows = records.map(objectOf).map(({ attributes, id, ...fields }) => {
    try {
      update(org, String(objectOf(attributes)['type']), String(id), fields);
      return { id, success: true, errors: [] };
    } catch (error) {
      if (!(error instanceof SalesforceFault)) throw error;
      const errors = error.answered.body as readonly { readonly errorCode: string; readonly message: string }[];
      return { success: false, errors: errors.map(({ errorCode, message }) => ({ statusCode: errorCode, message, fields: [] })) };
    }
  });
  return { status: 200, body: rows };
}

function checkFields({ known, refused }: Org, type: string, fields: Fields): void {
  const unknown = Object.keys(fields).find((name) => !known[type]?.has(name));
  if (unknown !== undefined) throw new SalesforceFault(400, 'INVALID_FIELD', `No such column '${unknown}' on sobject of type ${type}`);
  const email = String(fields['Email'] ?? '');
  if (refused.has(email)) throw new SalesforceFault(400, 'INVALID_EMAIL_ADDRESS', `Email: invalid email address: ${email}`, ['Email']);
  if (typeof fields['Subject'] === 'string' && fields['Subject'].length > 255) throw new SalesforceFault(400, 'STRING_TOO_LONG', 'Subject', ['Subject']);
}

function assign({ fields: held }: Sobject, fields: Fields): void {
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || value === '') delete held[name];
    else held[name] = value;
  }
}

function heldBy({ id, fields }: Sobject, field: string): unknown {
  return field === 'Id' ? id : fields[field];
}

function tableOf({ tables }: Org, type: string): Table<Sobject> {
  const table = tables[type];
  if (table === undefined) throw new SalesforceFault(404, 'NOT_FOUND', 'The requested resource does not exist');
  return table;
}

function eventOf({ tables }: Org, { id, fields }: Sobject): StoredEvent {
  const { time, value, properties } = JSON.parse(String(fields['Description'])) as Pick<StoredEvent, 'time' | 'value' | 'properties'>;
  const email = String(tables['Contact']?.rows.get(String(fields['WhoId']))?.fields['Email'] ?? '');
  return { id, email, name: String(fields['Subject']), time, ...(value === undefined ? {} : { value }), properties };
}

function objectOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ContractViolation('the body is no object', 400, 'JSON_PARSER_ERROR');
  return value as Fields;
}

function without(fields: Fields, name: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([field]) => field !== name));
}

/** Made by chance: an id says nothing of the order. */
function newId(prefix: string): string {
  return `${prefix}4S${randomBytes(5).toString('hex')}QAO`;
}
