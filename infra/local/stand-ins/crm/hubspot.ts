import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { type Answered, type Asked, ContractViolation, type StoredContact, type StoredEvent, startCrmStandIn, type Vendor } from './crm-stand-in.ts';
import { LEAD_PROPERTIES } from './lead-properties.ts';
import { checked } from './schema.ts';

const TEXTS = { type: 'object', additionalProperties: { type: 'string', maxLength: 65_536 } };

/** BatchInputSimplePublicObjectBatchInputUpsert. */
const upserts = checked<{ readonly inputs: readonly UpsertInput[] }>('batch upsert', {
  type: 'object',
  required: ['inputs'],
  additionalProperties: false,
  properties: {
    inputs: {
      type: 'array',
      minItems: 1,
      maxItems: 100,
      items: {
        type: 'object',
        required: ['id', 'properties'],
        additionalProperties: false,
        properties: { id: { type: 'string' }, idProperty: { type: 'string' }, objectWriteTraceId: { type: 'string' }, properties: TEXTS },
      },
    },
  },
});

const COMPLETION = {
  type: 'object',
  required: ['eventName'],
  additionalProperties: false,
  properties: {
    eventName: { type: 'string', pattern: '^pe\\d+_[a-z][a-z0-9_]*$' },
    email: { type: 'string', format: 'email' },
    utk: { type: 'string' },
    objectId: { type: 'string' },
    occurredAt: { type: 'string', format: 'date-time' },
    uuid: { type: 'string', format: 'uuid' },
    properties: TEXTS,
  },
};
/** BehavioralEventHttpCompletionRequest, alone and in a batch. */
const completion = checked<Completion>('events/v3/send', COMPLETION);
const completions = checked<{ readonly inputs: readonly Completion[] }>('events/v3/send/batch', {
  type: 'object',
  required: ['inputs'],
  additionalProperties: false,
  properties: { inputs: { type: 'array', minItems: 1, maxItems: 500, items: COMPLETION } },
});

interface UpsertInput {
  readonly id: string;
  readonly idProperty?: string;
  readonly properties: Readonly<Record<string, string>>;
}

interface Completion {
  readonly eventName: string;
  readonly email?: string;
  readonly occurredAt?: string;
  readonly uuid?: string;
  readonly properties?: Readonly<Record<string, string>>;
}

interface Row {
  readonly id: string;
  readonly properties: Record<string, string>;
}

export interface HubspotOptions {
  /** Custom properties that the account has. */
  readonly custom?: readonly string[];
}

const STANDARD = ['email', 'firstname', 'lastname', 'phone', 'company', 'jobtitle', 'address', 'city', 'state', 'zip', 'country', 'website'];

/** Starts a stand-in for HubSpot: rows of a batch come back in another order, a limit has no Retry-After, one bad property refuses a whole batch. */
export async function startHubspot(options: HubspotOptions = {}) {
  return await startCrmStandIn(hubspotVendor(options));
}

function hubspotVendor({ custom = LEAD_PROPERTIES }: HubspotOptions): Vendor {
  const credentials = { api_key: `pat-na1-${randomUUID()}` };
  const known = new Set([...STANDARD, ...custom]);
  const account = randomInt(1_000_000, 99_999_999);
  const rows = new Map<string, Row>();
  const events = new Map<string, StoredEvent>();
  const refused = new Set<string>();
  const rowOf = (email: string): Row => {
    const row = rows.get(email) ?? { id: String(randomInt(100_000, 2 ** 40)), properties: { email } };
    rows.set(email, row);
    return row;
  };
  return {
    type: 'hubspot',
    hostNames: ['api.hubapi.com'],
    credentials,
    refused,
    answer(asked) {
      if (asked.headers['authorization'] !== `Bearer ${credentials.api_key}`)
        return { status: 401, body: errorBody(401, 'INVALID_AUTHENTICATION', asked.headers['authorization'] ?? '') };
      switch (`${asked.method} ${asked.path}`) {
        case 'GET /account-info/v3/details':
          return { status: 200, body: { portalId: account, accountType: 'STANDARD', timeZone: 'US/Eastern', uiDomain: 'app.hubspot.com' } };
        case 'GET /crm/v3/objects/contacts':
          return {
            status: 200,
            body: {
              results: [...rows.values()]
                .slice(0, Number(asked.query.get('limit') ?? 10))
                .map((row) => ({ ...row, createdAt: TIME, updatedAt: TIME, archived: false })),
            },
          };
        case 'POST /crm/v3/objects/contacts/batch/upsert':
          return upsert(asked, { known, rows, rowOf, refused });
        case 'POST /events/v3/send':
          return record(asked, [completion(jsonOf(asked))], { account, events, rowOf, refused });
        case 'POST /events/v3/send/batch':
          return record(asked, completions(jsonOf(asked)).inputs, { account, events, rowOf, refused });
        default:
          throw new ContractViolation('no such operation', 404);
      }
    },
    errorBody,
    contacts: () => [...rows].map(([email, { id, properties }]): StoredContact => ({ id, email, fields: properties })),
    events: () => [...events.values()],
    putContact: (email, fields) => void Object.assign(rowOf(email).properties, fields),
    makeField: (name) => void known.add(name),
    expireSessions() {},
  };
}

function jsonOf({ headers, json }: Asked): unknown {
  if (headers['content-type'] !== 'application/json') throw new ContractViolation(`content type ${headers['content-type']}`, 415);
  return json;
}

function errorBody(status: number, code: string | undefined, echo: string): unknown {
  const category = code ?? (status === 429 ? 'RATE_LIMITS' : status >= 500 ? 'INTERNAL_ERROR' : 'VALIDATION_ERROR');
  const limit = status === 429 ? { policyName: 'SECONDLY' } : {};
  return { status: 'error', message: echo, correlationId: randomUUID(), category, ...limit };
}

interface Contacts {
  readonly known: ReadonlySet<string>;
  readonly rows: ReadonlyMap<string, Row>;
  readonly rowOf: (email: string) => Row;
  readonly refused: ReadonlySet<string>;
}

function upsert(asked: Asked, { known, rows, rowOf, refused }: Contacts): Answered {
  const { inputs } = upserts(jsonOf(asked));
  if (inputs.some(({ idProperty }) => idProperty !== 'email')) throw new ContractViolation('idProperty is not email');
  if (new Set(inputs.map(({ id }) => id)).size < inputs.length) throw new ContractViolation('the same id twice in a batch');
  const unknown = [...new Set(inputs.flatMap(({ properties }) => Object.keys(properties)))].filter((name) => !known.has(name));
  if (unknown.length > 0) return { status: 400, body: missingProperties(unknown) };
  const taken = inputs.filter(({ id }) => !refused.has(id));
  const results = taken.map(({ id, properties }) => {
    const isNew = !rows.has(id);
    const row = rowOf(id);
    for (const [name, value] of Object.entries(properties)) {
      if (value === '') delete row.properties[name];
      else row.properties[name] = value;
    }
    return { id: row.id, new: isNew, archived: false, properties: { ...row.properties, hs_object_id: row.id }, createdAt: TIME, updatedAt: TIME };
  });
  const errors = inputs
    .filter(({ id }) => refused.has(id))
    .map(({ id }) => ({ status: 'error', category: 'VALIDATION_ERROR', message: `${id} is not valid`, context: { id: [id] }, links: {}, errors: [] }));
  const times = { status: 'COMPLETE', startedAt: TIME, completedAt: TIME };
  // The order is that of the record ids, whatever it was in the request.
  results.sort((one, other) => Number(one.id) - Number(other.id));
  return errors.length === 0 ? { status: 200, body: { ...times, results } } : { status: 207, body: { ...times, results, numErrors: errors.length, errors } };
}

const TIME = '2026-01-02T03:04:05.678Z';

function missingProperties(names: readonly string[]): unknown {
  const errors = names.map((name) => ({ message: `Property "${name}" does not exist`, code: 'PROPERTY_DOESNT_EXIST', context: { propertyName: [name] } }));
  return { status: 'error', message: 'Property values were not valid', correlationId: randomUUID(), category: 'VALIDATION_ERROR', errors };
}

interface Events {
  readonly account: number;
  readonly events: Map<string, StoredEvent>;
  readonly rowOf: (email: string) => Row;
  readonly refused: ReadonlySet<string>;
}

function record({ text }: Asked, inputs: readonly Completion[], { account, events, rowOf, refused }: Events): Answered {
  if (inputs.some(({ eventName }) => !eventName.startsWith(`pe${account}_`))) throw new ContractViolation('the event is of another account');
  if (inputs.some(({ email = '' }) => refused.has(email))) return { status: 400, body: errorBody(400, undefined, text) };
  for (const { eventName, email = '', occurredAt = TIME, uuid = randomBytes(8).toString('hex'), properties = {} } of inputs) {
    const { value, ...others } = properties;
    const stored = {
      id: uuid,
      email,
      name: eventName.slice(`pe${account}_`.length),
      time: occurredAt,
      ...(value === undefined ? {} : { value: Number(value) }),
      properties: others,
    };
    if (!events.has(uuid)) events.set(uuid, stored);
    rowOf(email);
  }
  return { status: 204 };
}
