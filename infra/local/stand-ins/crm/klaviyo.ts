import { randomBytes } from 'node:crypto';
import { type Answered, type Asked, ContractViolation, type StoredEvent, startCrmStandIn, type Vendor } from './crm-stand-in.ts';
import { checked } from './schema.ts';

const REVISION = '2026-07-15';
const MAX_PROFILE_BYTES = 100_000;
const TEXT = { type: ['string', 'null'], maxLength: 100_000 };
const E164 = { type: ['string', 'null'], pattern: '^\\+[1-9]\\d{6,14}$' };

/** ProfileUpsertQuery of revision 2026-07-15; what it does not name is refused here. */
const profile = checked<ProfileBody>('profile-import', {
  type: 'object',
  required: ['data'],
  additionalProperties: false,
  properties: {
    data: {
      type: 'object',
      required: ['type', 'attributes'],
      additionalProperties: false,
      properties: {
        type: { const: 'profile' },
        id: TEXT,
        attributes: {
          type: 'object',
          required: ['email'],
          additionalProperties: false,
          properties: {
            email: { type: 'string', format: 'email' },
            phone_number: E164,
            external_id: TEXT,
            first_name: TEXT,
            last_name: TEXT,
            organization: TEXT,
            locale: TEXT,
            title: TEXT,
            image: TEXT,
            location: {
              type: ['object', 'null'],
              additionalProperties: false,
              properties: Object.fromEntries(['address1', 'address2', 'city', 'country', 'region', 'zip', 'timezone', 'ip'].map((name) => [name, TEXT])),
            },
            properties: { type: ['object', 'null'] },
          },
        },
      },
    },
  },
});

/** EventCreateQueryV2 of the same revision. */
const event = checked<EventBody>('events', {
  type: 'object',
  required: ['data'],
  additionalProperties: false,
  properties: {
    data: {
      type: 'object',
      required: ['type', 'attributes'],
      additionalProperties: false,
      properties: {
        type: { const: 'event' },
        attributes: {
          type: 'object',
          required: ['properties', 'metric', 'profile'],
          additionalProperties: false,
          properties: {
            properties: { type: 'object', maxProperties: 400 },
            time: { type: 'string', format: 'date-time' },
            value: { type: ['number', 'null'] },
            value_currency: TEXT,
            unique_id: TEXT,
            backfill: { type: ['boolean', 'null'] },
            metric: resource('metric', { type: 'object', required: ['name'], properties: { name: { type: 'string', minLength: 1 } } }),
            profile: resource('profile', {
              type: 'object',
              required: ['email'],
              properties: { email: { type: 'string', format: 'email' }, phone_number: E164 },
            }),
          },
        },
      },
    },
  },
});

interface ProfileBody {
  readonly data: { readonly attributes: Readonly<Record<string, unknown>> & { readonly email: string } };
}

interface EventBody {
  readonly data: {
    readonly attributes: {
      readonly properties: Readonly<Record<string, unknown>>;
      readonly time?: string;
      readonly value?: number | null;
      readonly unique_id?: string | null;
      readonly metric: { readonly data: { readonly attributes: { readonly name: string } } };
      readonly profile: { readonly data: { readonly attributes: { readonly email: string } } };
    };
  };
}

interface Profile {
  readonly id: string;
  readonly fields: Record<string, unknown>;
}

/** Starts a stand-in for Klaviyo. */
export async function startKlaviyo() {
  return await startCrmStandIn(klaviyoVendor());
}

function klaviyoVendor(): Vendor {
  const credentials = { api_key: `pk_${randomBytes(17).toString('hex')}` };
  const profiles = new Map<string, Profile>();
  const events = new Map<string, StoredEvent>();
  const refused = new Set<string>();
  const profileOf = (email: string): Profile => {
    const known = profiles.get(email);
    if (known !== undefined) return known;
    const made = { id: `01${randomBytes(12).toString('hex').toUpperCase()}`, fields: { email } };
    profiles.set(email, made);
    return made;
  };
  return {
    type: 'klaviyo',
    hostNames: ['a.klaviyo.com'],
    credentials,
    refused,
    answer(asked) {
      const denial = admission(asked, credentials.api_key);
      if (denial !== undefined) return { status: denial, body: this.errorBody(denial, undefined, asked.headers['authorization'] ?? '') };
      if (asked.path === '/api/profiles' && asked.method === 'GET') return page(asked, [...profiles.values()]);
      const email =
        asked.path === '/api/profile-import' ? profile(asked.json).data.attributes.email : event(asked.json).data.attributes.profile.data.attributes.email;
      if (refused.has(email)) return { status: 400, body: this.errorBody(400, 'invalid', asked.text) };
      return asked.path === '/api/profile-import' ? importProfile(asked, profiles, profileOf) : recordEvent(asked, events, profileOf);
    },
    errorBody: (status, code = 'error', echo) => ({
      errors: [{ id: '7b1c', status, code, title: 'It did not work.', detail: echo, source: { pointer: '/data/attributes/email' } }],
    }),
    contacts: () => [...profiles].map(([email, { id, fields }]) => ({ id, email, fields })),
    events: () => [...events.values()],
    putContact: (email, fields) => void Object.assign(profileOf(email).fields, fields),
    // A profile takes any.
    makeField() {},
    expireSessions() {},
  };
}

/** The status of a request that does not come in. */
function admission({ method, path, headers }: Asked, key: string): number | undefined {
  if (headers['authorization'] !== `Klaviyo-API-Key ${key}`) return 401;
  if (headers['revision'] !== REVISION) throw new ContractViolation(`revision ${headers['revision']}`);
  const isPost = path === '/api/profile-import' || path === '/api/events';
  if (isPost ? method !== 'POST' : path !== '/api/profiles' || method !== 'GET') throw new ContractViolation('no such operation', 404, 'not_found');
  if (isPost && headers['content-type'] !== 'application/vnd.api+json') throw new ContractViolation(`content type ${headers['content-type']}`, 415);
  return undefined;
}

function page({ query }: Asked, profiles: readonly Profile[]): Answered {
  const size = Number(query.get('page[size]') ?? 20);
  if (!(size >= 1 && size <= 100)) throw new ContractViolation('page[size]');
  const data = profiles.slice(0, size).map(({ id }) => ({ type: 'profile', id, attributes: {}, links: { self: `https://a.klaviyo.com/api/profiles/${id}/` } }));
  return { status: 200, body: { data, links: { self: 'https://a.klaviyo.com/api/profiles' } } };
}

function importProfile({ json, text }: Asked, profiles: ReadonlyMap<string, Profile>, profileOf: (email: string) => Profile): Answered {
  if (Buffer.byteLength(text) > MAX_PROFILE_BYTES) throw new ContractViolation('the profile is over 100 KB', 413, 'payload_too_large');
  const { attributes } = profile(json).data;
  const isNew = !profiles.has(attributes.email);
  const { id, fields } = profileOf(attributes.email);
  for (const [name, value] of Object.entries(attributes)) {
    // Parts of an address and properties that are not sent stay; null clears.
    if (name === 'location' || name === 'properties') fields[name] = merged(fields[name], value);
    else if (value === null) delete fields[name];
    else fields[name] = value;
  }
  return {
    status: isNew ? 201 : 200,
    body: { data: { type: 'profile', id, attributes: fields, links: { self: `https://a.klaviyo.com/api/profiles/${id}/` } } },
  };
}

function merged(before: unknown, change: unknown): Record<string, unknown> {
  const both = { ...(before as Record<string, unknown> | undefined), ...(change as Record<string, unknown> | null) };
  return Object.fromEntries(Object.entries(both).filter(([, value]) => value !== null));
}

/** The first event of a profile, metric and unique_id stays; the answer does not tell. */
function recordEvent({ json }: Asked, events: Map<string, StoredEvent>, profileOf: (email: string) => Profile): Answered {
  const { properties, time = '', value, unique_id, metric, profile: of } = event(json).data.attributes;
  const { email } = of.data.attributes;
  const { name } = metric.data.attributes;
  const second = `${time.slice(0, 19)}Z`;
  const id = `${profileOf(email).id} ${name} ${unique_id ?? second}`;
  if (!events.has(id)) events.set(id, { id, email, name, time: second, ...(typeof value === 'number' ? { value } : {}), properties });
  return { status: 202 };
}

function resource(type: string, attributes: object): object {
  const data = { type: 'object', required: ['type', 'attributes'], properties: { type: { const: type }, id: TEXT, attributes } };
  return { type: 'object', required: ['data'], properties: { data } };
}
