import { randomBytes, randomUUID } from 'node:crypto';
import { conditionOf, equationOf, type Language, tokensOf } from './condition.ts';
import { type Answered, type Asked, ContractViolation, type StoredEvent, startCrmStandIn, type Vendor } from './crm-stand-in.ts';
import { LEAD_PROPERTIES } from './lead-properties.ts';
import { type Table, tableOf } from './table.ts';

const ODATA: Language = { token: /\s+|'((?:[^']|'')*)'|([A-Za-z_][\w/]*|\d+)/, textOf: (literal) => literal.replaceAll("''", "'"), equal: 'eq', unequal: 'ne' };
const CONTACT = [
  ...[
    'Id',
    'Name',
    'GivenName',
    'MiddleName',
    'Surname',
    'Email',
    'MobilePhone',
    'Phone',
    'HomePhone',
    'JobTitle',
    'Address',
    'Zip',
    'Notes',
    'Dear',
    'BirthDate',
  ],
  ...['AccountId', 'DepartmentId', 'CityId', 'RegionId', 'CountryId', 'TypeId', 'OwnerId', 'JobId'],
];
/** Names of the way to a lookup: in a body they are silently ignored. */
const NAVIGATION = new Set(['Account', 'Department', 'City', 'Region', 'Country', 'Type', 'Owner', 'Contact', 'ActivityCategory']);
const ACTIVITY = ['Id', 'Title', 'Notes', 'StartDate', 'DueDate', 'ContactId', 'AccountId', 'ActivityCategoryId', 'StatusId', 'PriorityId', 'TypeId'];
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LOOKUPS = ['Account', 'Department', 'City', 'Region', 'Country'] as const;

export interface CreatioOptions {
  /** Custom columns of Contact. */
  readonly custom?: readonly string[];
  /** Names of entries, by lookup. */
  readonly entries?: Readonly<Partial<Record<(typeof LOOKUPS)[number], readonly string[]>>>;
  /** Where the service is: sites that do not run on .NET Framework have no /0. */
  readonly service?: '/0/odata' | '/odata';
}

type Row = Record<string, unknown>;

interface Site {
  readonly tables: Readonly<Record<string, Table<Row>>>;
  readonly columns: Readonly<Record<string, ReadonlySet<string>>>;
  readonly refused: ReadonlySet<string>;
}

/** Starts a stand-in for a site of Creatio: log-in by form with 200 also for wrong passwords, cookies with a token against forgery, OData 4. */
export async function startCreatio(options: CreatioOptions = {}) {
  return await startCrmStandIn(creatioVendor(options));
}

function creatioVendor({ custom = LEAD_PROPERTIES.map(columnOf), entries = {}, service = '/0/odata' }: CreatioOptions): Vendor {
  const host = 'stand-in.creatio.com';
  const credentials = { instance_url: `https://${host}`, username: 'Sync', password: `Pw '${randomBytes(12).toString('hex')}` };
  const sessions = new Map<string, string>();
  const refused = new Set<string>();
  const tables = Object.fromEntries(['Contact', 'Activity', 'SysSettings', ...LOOKUPS].map((name) => [name, tableOf<Row>((row, field) => row[field])]));
  for (const name of LOOKUPS) for (const entry of entries[name] ?? []) tables[name]?.insert(randomUUID(), { Name: entry });
  const contactColumns = new Set([...CONTACT, ...custom]);
  const site: Site = {
    tables,
    columns: { Contact: contactColumns, Activity: new Set(ACTIVITY) },
    refused,
  };
  return {
    type: 'creatio',
    hostNames: [host],
    credentials,
    refused,
    answer(asked) {
      if (asked.path === '/ServiceModel/AuthService.svc/Login') return login(asked, credentials, sessions);
      if (asked.path.startsWith('/0/ServiceModel/')) return { status: 401 };
      const session = cookiesOf(asked).get('.ASPXAUTH') ?? '';
      const token = sessions.get(session);
      if (token === undefined) return { status: 401, body: { Message: 'Authorization has been denied for this request.', Received: session } };
      if (asked.method !== 'GET' && asked.headers['bpmcsrf'] !== token) throw new ContractViolation('no BPMCSRF', 403);
      const path = asked.path.startsWith(`${service}/`) ? asked.path.slice(service.length + 1) : undefined;
      return path === undefined
        ? { status: 404, body: { Message: `No HTTP resource was found that matches the request URI '${asked.path}'.` } }
        : operate(site, asked, decodeURIComponent(path));
    },
    errorBody: (status, code, echo) =>
      status >= 500
        ? { Message: 'An error has occurred.', ExceptionMessage: echo, ExceptionType: 'System.NullReferenceException', StackTrace: '   at Terrasoft.Web.OData' }
        : { error: { code: code ?? '', message: echo } },
    contacts: () => [...rowsOf(site, 'Contact')].map(([id, fields]) => ({ id, email: String(fields['Email'] ?? ''), fields })),
    events: () => [...rowsOf(site, 'Activity')].map(([id, row]) => eventOf(site, id, row)),
    putContact(email, fields) {
      const contacts = site.tables['Contact'];
      const known = contacts?.having('Email', email).find(([, row]) => row['Email'] === email)?.[1];
      if (known !== undefined) contacts?.change(() => Object.assign(known, fields));
      else contacts?.insert(randomUUID(), { Name: email, Email: email, ...fields });
    },
    makeField: (name) => void contactColumns.add(name),
    expireSessions: () => sessions.clear(),
  };
}

/** The name that the service gives to a column for a custom property. */
function columnOf(property: string): string {
  return `Usr${property
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}`;
}

/** Answers 200 to wrong passwords too. */
function login({ method, json, headers }: Asked, credentials: Readonly<Record<string, string>>, sessions: Map<string, string>): Answered {
  if (method !== 'POST' || headers['content-type'] !== 'application/json') throw new ContractViolation('log-in: POST of JSON', 415);
  const { UserName: name, UserPassword: password } = (json ?? {}) as Row;
  if (name !== credentials['username'] || password !== credentials['password'])
    return { status: 200, body: { Code: 1, Message: `Invalid password ${password} for ${name}`, Exception: null } };
  const [session, token] = [randomBytes(24).toString('hex'), randomBytes(12).toString('base64')];
  sessions.set(session, token);
  const expires = 'expires=Fri, 31-Dec-2027 23:59:59 GMT; path=/; HttpOnly';
  return {
    status: 200,
    body: { Code: 0, Message: '', Exception: null },
    headers: {
      'set-cookie': [
        `.ASPXAUTH=${session}; ${expires}`,
        `BPMCSRF=${token}; path=/`,
        `BPMLOADER=${randomBytes(8).toString('hex')}; ${expires}`,
        'UserName=; path=/',
      ],
    },
  };
}

function cookiesOf({ headers }: Asked): ReadonlyMap<string, string> {
  return new Map((headers['cookie'] ?? '').split('; ').map((cookie) => [cookie.slice(0, cookie.indexOf('=')), cookie.slice(cookie.indexOf('=') + 1)]));
}

function operate(site: Site, asked: Asked, path: string): Answered {
  const [, entity = '', key] = /^(\w+)(?:\(([^)]*)\))?$/.exec(path) ?? [];
  const table = site.tables[entity];
  if (table === undefined)
    return { status: 404, body: { Message: 'No HTTP resource was found.', MessageDetail: `No type was found that matches the controller named '${entity}'.` } };
  if (key !== undefined && !GUID.test(key)) throw new ContractViolation(`the key ${key} is no bare GUID`, 400);
  if (asked.method === 'GET') return key === undefined ? list(table, asked.query) : one(table, key.toLowerCase(), entity);
  if (asked.headers['content-type'] !== 'application/json') throw new ContractViolation(`content type ${asked.headers['content-type']}`, 415);
  const given = (asked.json ?? {}) as Row;
  const wrong = wrongColumn(site, entity, given);
  if (wrong !== undefined) return wrong;
  const email = String(given['Email'] ?? site.tables['Contact']?.rows.get(String(given['ContactId']))?.['Email'] ?? '');
  if (site.refused.has(email)) return { status: 400, body: { error: { code: '', message: `Email ${email} is not allowed` } } };
  const kept = Object.fromEntries(Object.entries(given).filter(([name]) => !NAVIGATION.has(name)));
  if (asked.method === 'POST' && key === undefined) return insert(table, entity, kept);
  if (asked.method === 'PATCH' && key !== undefined) return update(table, key.toLowerCase(), kept);
  throw new ContractViolation('no such operation', 405);
}

function wrongColumn({ columns }: Site, entity: string, given: Row): Answered | undefined {
  const unknown = Object.keys(given).find((name) => !columns[entity]?.has(name) && !NAVIGATION.has(name));
  if (unknown !== undefined)
    return {
      status: 400,
      body: { error: { code: '', message: `The property '${unknown}' does not exist on type 'Terrasoft.Configuration.OData.${entity}'.` } },
    };
  // A text column of the account's own may end in Id, too: UsrSessionId.
  const badLookup = Object.entries(given).find(([name, value]) => name.endsWith('Id') && !name.startsWith('Usr') && !GUID.test(String(value)));
  if (badLookup !== undefined) throw new ContractViolation(`${badLookup[0]} is no GUID`);
  return undefined;
}

function list(table: Table<Row>, query: URLSearchParams): Answered {
  const unknown = [...query.keys()].find((name) => !['$filter', '$select', '$orderby', '$top', '$skip', '$count', '$expand'].includes(name));
  if (unknown !== undefined) throw new ContractViolation(`no such option ${unknown}`);
  const filter = query.get('$filter');
  const tokens = filter === null ? [] : tokensOf(filter, ODATA);
  const equation = equationOf(tokens, ODATA);
  const matches = filter === null ? () => true : conditionOf(tokens, ODATA);
  if (tokens.length > 0) throw new ContractViolation(`malformed filter: ${filter}`);
  const candidates = equation === undefined ? [...table.rows] : table.having(...equation);
  const found = candidates.filter(([, row]) => matches((name) => row[name])).slice(0, Number(query.get('$top') ?? 20_000));
  return { status: 200, body: { '@odata.context': 'https://stand-in.creatio.com/0/odata/$metadata', value: found.map(([id]) => ({ Id: id })) } };
}

function one({ rows }: Table<Row>, id: string, entity: string): Answered {
  return rows.has(id)
    ? { status: 200, body: { '@odata.context': `https://stand-in.creatio.com/0/odata/$metadata#${entity}/$entity`, Id: id } }
    : { status: 404, body: { Message: '' } };
}

function insert(table: Table<Row>, entity: string, { Id: given, ...row }: Row): Answered {
  const id = String(given ?? randomUUID()).toLowerCase();
  if (entity === 'Contact' && (row['Name'] ?? '') === '') return { status: 400, body: { error: { code: '', message: 'Column Name is required' } } };
  if (table.rows.has(id))
    return {
      status: 500,
      body: { Message: 'An error has occurred.', ExceptionMessage: `Violation of PRIMARY KEY constraint 'PK${entity}'. The duplicate key value is (${id}).` },
    };
  table.insert(id, row);
  return { status: 201, body: { '@odata.context': `https://stand-in.creatio.com/0/odata/$metadata#${entity}/$entity`, Id: id, ...row } };
}

function update(table: Table<Row>, id: string, { Id: _, ...row }: Row): Answered {
  const held = table.rows.get(id);
  if (held === undefined) return { status: 404, body: { Message: '' } };
  table.change(() => {
    Object.assign(held, row);
    for (const [name, value] of Object.entries(held)) if (value === '' || value === null || value === EMPTY_ID) delete held[name];
  });
  return { status: 204 };
}

const EMPTY_ID = '00000000-0000-0000-0000-000000000000';

function rowsOf({ tables }: Site, entity: string): ReadonlyMap<string, Row> {
  return tables[entity]?.rows ?? new Map();
}

function eventOf(site: Site, id: string, row: Row): StoredEvent {
  const { time, value, properties } = JSON.parse(String(row['Notes'])) as Pick<StoredEvent, 'time' | 'value' | 'properties'>;
  const email = String(rowsOf(site, 'Contact').get(String(row['ContactId']))?.['Email'] ?? '');
  return { id, email, name: String(row['Title']), time, ...(value === undefined ? {} : { value }), properties };
}
