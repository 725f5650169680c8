import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { deliverFunction } from '../../functions/deliver/index.ts';
import { type FolderStore, openFolderStore } from '../../infra/local/folder-store.ts';
import { type JsonlNotices, openJsonlNotices } from '../../infra/local/jsonl-notices.ts';
import { type Crms, startCrms } from '../../infra/local/stand-ins/crm/crms.ts';
import { migrate } from '../../infra/postgres/migrate.ts';
import type { CrmType } from '../../shared/crm/provider.ts';
import { CRM_PROVIDERS } from '../../shared/crm/providers.ts';
import { createTokenCache } from '../../shared/crm/token-cache.ts';
import { createLimiters } from '../../shared/crm-delivery/connections.ts';
import { insertIntegration } from '../../shared/crm-store/integrations.ts';
import type { Database } from '../../shared/database/database.ts';
import { postgres } from '../../shared/database/postgres.ts';
import { createOutsideHttp } from '../../shared/http-outside.ts';
import { createObject, type ObjectInfo } from '../../shared/object-store/object-store.ts';
import { keyOf } from '../../shared/secrets/envelope.ts';
import { openPostgres } from '../support/postgres-server.ts';
import { type Cut, cutOutside } from './gates.ts';
import { CRM_TYPES } from './items.ts';

jest.setTimeout(300_000);

const USER = 'shop-1';
const KEYS = { current: keyOf(Buffer.alloc(32, 'k')), previous: [] };
const SETTINGS: Readonly<Partial<Record<CrmType, Record<string, string>>>> = {
  salesforce: { external_id_field: 'Sync_Key__c', event_external_id_field: 'Sync_Key__c' },
};
const BAD = 'bad@example.com';
const PEOPLE = ['a', 'b', 'c'].map((name) => `${name}@example.com`);

let dir: string;
let server: Awaited<ReturnType<typeof openPostgres>>;
let database: Database;
let crms: Crms;
let outbox: FolderStore;
let notices: JsonlNotices;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sweep-sync-'));
  server = await openPostgres();
  await migrate({ dsn: server.dsn });
});
beforeEach(async () => {
  // A process that has died holds its connection: each case has a pool of its own.
  database = postgres({ dsn: server.dsn, max: server.max });
  crms = await startCrms();
});
afterAll(async () => {
  await server.stop();
  await rm(dir, { recursive: true, force: true });
});

/** Five contacts of three people and one that the CRM refuses, and a line that is no record. */
function contactLines(): string {
  const contacts = [...PEOPLE, BAD].map((email) => ({ user_id: USER, contact: { email, first_name: 'Old', last_name: 'Name' } }));
  const newer = { user_id: USER, contact: { email: PEOPLE[0], first_name: 'New', last_name: 'Name' } };
  return `${[...contacts, newer].map((parcel) => JSON.stringify(parcel)).join('\n')}\n{"user_id":"shop-1"}\n`;
}

function eventLines(): string {
  const event = { event_name: 'Order placed', timestamp: '2026-11-20T10:00:00Z', properties: { order: 7 } };
  return `${[...PEOPLE, BAD].map((email) => JSON.stringify({ user_id: USER, key: `order of ${email}`, contact: { email }, event })).join('\n')}\nno record\n`;
}

/** Everything as before the object came. */
async function fresh(type: CrmType, kind: 'contact' | 'event'): Promise<ObjectInfo> {
  await crms.stop();
  crms = await startCrms();
  const standIn = crms.standIns[type];
  if (kind === 'event') for (const email of [...PEOPLE, BAD]) standIn.putContact(email, {});
  standIn.refuse(BAD);
  await database.query('TRUNCATE crm.crm_integrations, crm.crm_sync_logs, crm.crm_item_states, crm.crm_outbox_items, crm.crm_locks');
  const { credentials } = standIn;
  await insertIntegration(database.query, KEYS, {
    id: randomUUID(),
    userId: USER,
    crmType: type,
    credentials,
    shown: undefined,
    settings: SETTINGS[type] ?? {},
  });
  const place = join(dir, randomUUID());
  outbox = await openFolderStore({ dir: place, bucket: 'outbox', now: () => new Date(), settleMs: 0, durable: false });
  notices = openJsonlNotices(join(place, 'notices.jsonl'));
  const object = await createObject(outbox, `${type}/${kind}/2026-11-20/bulk.ndjson`, kind === 'contact' ? contactLines() : eventLines());
  if (object === undefined) throw new Error('the object is there already');
  return object;
}

/** One delivery of the event; resolves to how many calls it made, or to where it died. */
async function deliverOnce(object: ObjectInfo, cut?: Cut): Promise<{ calls: number; died?: string }> {
  const now = () => new Date();
  const http = createOutsideHttp({ transport: crms.transport });
  const { outside, cut: dead, calls } = cutOutside({ database, http, outbox, notices }, cut);
  const handler = deliverFunction({
    ...outside,
    keys: KEYS,
    tokens: createTokenCache({ now: () => Date.now() }),
    providers: new Map(CRM_PROVIDERS.map((provider) => [provider.type, provider])),
    limit: createLimiters(),
    now,
    random: () => 0,
    log: () => undefined,
    codeVersion: 'test',
    timeoutMs: 60_000,
    rerunFlag: '',
    groupMs: 2_000,
  });
  const data = { bucket: 'outbox', name: object.name, generation: object.generation };
  const event = { id: '1', time: now().toISOString(), type: 'google.cloud.storage.object.v1.finalized', data };
  const died = await Promise.race([dead, handler(event).then(() => undefined)]);
  return { calls: calls(), ...(died === undefined ? {} : { died }) };
}

/** The leases of a dead process end in a minute at most; here they do at once. */
async function laterOn(): Promise<void> {
  await database.query("UPDATE crm.crm_item_states SET lease_until = clock_timestamp() - interval '1 second' WHERE lease_until IS NOT NULL");
  await database.query("UPDATE crm.crm_locks SET lease_until = clock_timestamp() - interval '1 second'");
}

/** What is there in the end; the same however often a process has died. */
async function ending(type: CrmType, kind: 'contact' | 'event') {
  const standIn = crms.standIns[type];
  const there = (kind === 'contact' ? standIn.contacts() : standIn.events()).map(({ email }) => email).sort();
  const newest = kind === 'contact' && JSON.stringify(standIn.contacts().find(({ email }) => email === PEOPLE[0])?.fields).includes('New');
  const audit = await database.query('SELECT status, count(*)::int AS rows FROM crm.crm_sync_logs GROUP BY status ORDER BY status');
  const acknowledgements = await database.query('SELECT * FROM crm.crm_outbox_items');
  const told = (await notices.list()).map(({ rule, state, counts }) => ({ rule, state, counts }));
  return { there, newest, audit, acknowledgements, told, left: await Array.fromAsync(outbox.list('')), violations: standIn.violations };
}

describe('deliver, killed at any of its calls,', () => {
  afterEach(async () => {
    await database.close();
    await crms.stop();
  });

  test.each(CRM_TYPES.flatMap((type) => (['contact', 'event'] as const).map((kind) => [type, kind] as const)))(
    'brings each record to %s exactly once, and tells once of what is refused: %ss',
    async (type, kind) => {
      const { calls } = await deliverOnce(await fresh(type, kind));
      const expected = await ending(type, kind);
      // The stand-in of Salesforce refuses contacts only.
      const refused = type === 'salesforce' && kind === 'event' ? 0 : 1;
      const [bad, good] = kind === 'contact' ? [2, 4] : [refused, 4 - refused];
      expect(expected).toMatchObject({
        there: [...PEOPLE, ...(refused === 0 ? [BAD] : [])].sort(),
        newest: kind === 'contact',
        audit: [...(bad === 0 ? [] : [{ status: 'failed', rows: bad }]), { status: 'success', rows: good }],
        acknowledgements: [],
        told: [{ rule: 'refused', state: 'final', counts: { records: kind === 'contact' ? 6 : 5, refused: 1 + refused } }],
        left: [],
        violations: [],
      });
      for (let at = 1; at <= calls; at += 1) {
        for (const when of ['before', 'after'] as const) {
          const object = await fresh(type, kind);
          const { died } = await deliverOnce(object, { at, when });
          expect(died).toBeDefined();
          await database.close();
          database = postgres({ dsn: server.dsn, max: server.max });
          await laterOn();
          await deliverOnce(object);
          expect({ at, when, died, ...(await ending(type, kind)) }).toEqual({ at, when, died, ...expected });
        }
      }
    },
  );
});
