import { type CrmsOptions, startCrms } from '../../infra/local/stand-ins/crm/crms.ts';
import type { CrmStandIn } from '../../infra/local/stand-ins/crm/crm-stand-in.ts';
import type { StandardContact } from '../../shared/crm/contact.ts';
import type { Connection, ContactItem, CrmProvider, CrmType, EventItem, ItemResult } from '../../shared/crm/provider.ts';
import { providerOf } from '../../shared/crm/providers.ts';
import type { IntegrationSettings } from '../../shared/crm/settings.ts';
import { createTokenCache } from '../../shared/crm/token-cache.ts';
import { createOutsideHttp, type OutsideOptions } from '../../shared/http-outside.ts';

/** One CRM with its stand-in and a connection to it. */
export interface OpenedCrm {
  readonly provider: CrmProvider;
  readonly standIn: CrmStandIn;
  readonly connection: Connection;
  upsert(items: readonly ContactItem[]): Promise<readonly ItemResult[]>;
  send(items: readonly EventItem[]): Promise<readonly ItemResult[]>;
  /** The same CRM, reached in another way or with other credentials. */
  with(change: Partial<Connection>): OpenedCrm;
  reachedBy(options: OutsideOptions): OpenedCrm;
  close(): Promise<void>;
}

export interface OpenOptions extends CrmsOptions {
  readonly settings?: IntegrationSettings;
}

export async function openCrm(type: CrmType, { settings = {}, ...options }: OpenOptions = {}): Promise<OpenedCrm> {
  const crms = await startCrms(options);
  const standIn = crms.standIns[type];
  let now = 0;
  const connection: Connection = {
    userId: 'user-1',
    integrationId: `integration-${type}`,
    credentials: standIn.credentials,
    settings,
    tokens: createTokenCache({ now: () => (now += 1) }),
    // Long, so that a busy machine is no failure.
    http: createOutsideHttp({ transport: crms.transport, answerTimeoutMs: 30_000 }),
    lock: oneByOne(),
  };
  return opened(providerOf(type), standIn, connection, crms);
}

function opened(provider: CrmProvider, standIn: CrmStandIn, connection: Connection, crms: Awaited<ReturnType<typeof startCrms>>): OpenedCrm {
  const never = new AbortController().signal;
  return {
    provider,
    standIn,
    connection,
    upsert: (items) => provider.upsertContacts(connection, items, never),
    send: (items) => provider.sendEvents(connection, items, never),
    with: (change) => opened(provider, standIn, { ...connection, ...change }, crms),
    reachedBy: (options) => opened(provider, standIn, { ...connection, http: createOutsideHttp({ transport: crms.transport, ...options }) }, crms),
    close: crms.stop,
  };
}

/** A lock within this process. */
function oneByOne(): Connection['lock'] {
  const last = new Map<string, Promise<unknown>>();
  return async (key, _signal, work) => {
    const run = (last.get(key) ?? Promise.resolve()).then(work, work);
    last.set(
      key,
      run.catch(() => {}),
    );
    return await run;
  };
}

/** A contact with a value in every field. */
export const WHOLE: StandardContact = {
  email: 'zoe.okafor@example.com',
  first_name: 'Zoë',
  last_name: "O'Kafor",
  phone: '+16135550123',
  company: 'Blue Door',
  job_title: 'Buyer',
  department: 'Retail',
  street_address: '12 "Main" St \\ West',
  street_address_2: 'Unit 4',
  city: 'Ottawa',
  state: 'Ontario',
  postal_code: 'K1A 0B1',
  country: 'CA',
  website: 'https://bluedoor.example.com',
  timezone: 'America/Toronto',
  language: 'en',
  custom_properties: { lead_score: 87, territory: 'East' },
};

export function contactItem(number: number, change: Partial<StandardContact> = {}): ContactItem {
  const contact = { email: `person${number}@example.com`, first_name: `First${number}`, last_name: `Last${number}`, ...change };
  return { key: `contact-${number}`, contact };
}

export function eventItem(number: number, change: Partial<EventItem> = {}): EventItem {
  return {
    key: `event-${number}`,
    name: 'Placed Order',
    time: '2026-03-04T05:06:07.000Z',
    value: 12.5,
    properties: { order: `order-${number}`, note: `it's "quoted" \\ and\nbroken` },
    contact: contactItem(number).contact,
    ...change,
  };
}

/** Everything that a person could read a secret from, in the forms a leak takes. */
export function secretsOf({ credentials }: Connection): readonly string[] {
  const values = Object.entries(credentials).filter(([name]) => name !== 'instance_url' && name !== 'username');
  return values.flatMap(([, value]) => [value, encodeURIComponent(value), Buffer.from(value).toString('base64').replace(/=+$/, '')]);
}
