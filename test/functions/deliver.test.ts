import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ItemResult } from '../../shared/crm/provider.ts';
import { createObject, type ObjectInfo } from '../../shared/object-store/object-store.ts';
import { type KeyRing, keyOf, seal } from '../../shared/secrets/envelope.ts';
import { openServiceLab, type ServiceLab } from '../support/service-lab.ts';

let lab: ServiceLab;

beforeAll(async () => {
  lab = await openServiceLab();
}, 120_000);
afterAll(() => lab.close());
beforeEach(() => lab.reset());

const NAME = 'hubspot/contact/2026-11-20/list.ndjson';
const DOWN: ItemResult = { outcome: 'later', reason: 'it answered 503', statusCode: 503 };

function line(number: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { user_id: 'user-1', contact: { email: `p${number}@example.com`, first_name: `P${number}` }, ...more };
}

async function put(lines: readonly unknown[], name = NAME): Promise<ObjectInfo> {
  const text = lines.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n');
  const object = await createObject(lab.outbox, name, text);
  if (object === undefined) throw new Error('the object is there');
  return object;
}

async function statuses(): Promise<Record<string, number>> {
  const rows = await lab.rows<{ status: string; rows: number }>('SELECT status, count(*)::int AS rows FROM crm.crm_sync_logs GROUP BY status');
  return Object.fromEntries(rows.map(({ status, rows: count }) => [status, count]));
}

describe('a bulk object', () => {
  test('goes in batches of the size that the CRM takes, and is removed', async () => {
    await lab.connect(['hubspot']);
    const reply = await lab.finalize(await put(Array.from({ length: 95 }, (_, index) => line(index))));
    expect(reply.body).toMatchObject({ status: 'success', runs: [{ outcome: 'delivered', records: 95, loaded: 95, rejects: 0 }] });
    expect(lab.crms.hubspot.held.size).toBe(95);
    expect(Math.max(...lab.crms.hubspot.calls.map((items) => items.length))).toBe(10);
    expect(lab.crms.hubspot.calls).toHaveLength(10);
    expect(await Array.fromAsync(lab.outbox.list(''))).toEqual([]);
    expect(await statuses()).toEqual({ success: 95 });
  });

  test('finds the bad record of a batch that is refused whole', async () => {
    await lab.connect(['hubspot']);
    const provider = lab.crms.hubspot;
    provider.answer = async (_, call) => {
      const batch = provider.calls[call - 1] ?? [];
      const isBad = batch.some((write) => write.item.contact.email === 'p13@example.com');
      return isBad ? { outcome: 'refused', code: 'invalid', message: 'the batch is refused', statusCode: 400 } : { outcome: 'delivered', statusCode: 200 };
    };
    const reply = await lab.finalize(await put(Array.from({ length: 30 }, (_, index) => line(index))));
    expect(reply.body.runs[0]).toMatchObject({ outcome: 'refused', records: 30, loaded: 29, rejects: 1 });
    expect(await statuses()).toEqual({ success: 29, failed: 1 });
    expect(lab.notices).toEqual([
      expect.objectContaining({ function: 'deliver', object: NAME, rule: 'refused', state: 'final', counts: { records: 30, refused: 1 } }),
    ]);
    expect(await Array.fromAsync(lab.outbox.list(''))).toEqual([]);
  });

  test('does not cut up a batch of records that each lack something', async () => {
    await lab.connect(['hubspot']);
    lab.crms.hubspot.answer = () => ({ outcome: 'refused', code: 'required_fields_missing', message: 'it needs last_name' });
    await lab.finalize(await put(Array.from({ length: 10 }, (_, index) => line(index))));
    expect(lab.crms.hubspot.calls.map((items) => items.length)).toEqual([10]);
    expect(await statuses()).toEqual({ failed: 10 });
  });

  test('sends acknowledged records no second time when it is delivered again', async () => {
    await lab.connect(['hubspot']);
    lab.crms.hubspot.answer = ({ item }) => (item.contact.email === 'p5@example.com' ? DOWN : { outcome: 'delivered', statusCode: 200 });
    const object = await put(Array.from({ length: 8 }, (_, index) => line(index)));
    expect((await lab.finalize(object)).status).toBe(500);
    expect(await lab.rows('SELECT count(*)::int AS rows FROM crm.crm_outbox_items')).toEqual([{ rows: 7 }]);
    lab.crms.hubspot.calls.length = 0;
    // Even what the state of contacts does not remember any more.
    await lab.rows('DELETE FROM crm.crm_item_states');
    lab.crms.hubspot.answer = () => ({ outcome: 'delivered', statusCode: 200 });
    const copy = await lab.outbox.copy(NAME, object.generation, NAME);
    if (copy === undefined) throw new Error('the object is gone');
    expect((await lab.finalize(copy)).body.runs[0]).toMatchObject({ outcome: 'delivered', records: 8, loaded: 8 });
    expect(lab.crms.hubspot.calls.flat().map(({ item }) => item.contact.email)).toEqual(['p5@example.com']);
    expect(await lab.rows('SELECT attempts > 1 AS again, status FROM crm.crm_sync_logs WHERE attempts > 1')).toEqual([{ again: true, status: 'success' }]);
  });

  test('holds a later version of a contact back while the earlier one has to wait, so that it never comes after it', async () => {
    await lab.connect(['hubspot']);
    const versions = ['Old', 'New'].map((first_name) => line(1, { contact: { email: 'p1@example.com', first_name } }));
    lab.crms.hubspot.answer = ({ kind, item }) => (kind === 'contact' && item.contact.first_name === 'Old' ? DOWN : { outcome: 'delivered', statusCode: 200 });
    const object = await put([versions[0], line(2), versions[1]]);
    expect((await lab.finalize(object)).status).toBe(500);
    expect([...lab.crms.hubspot.held.values()].map(({ item }) => item.contact.email)).toEqual(['p2@example.com']);
    lab.crms.hubspot.answer = () => ({ outcome: 'delivered', statusCode: 200 });
    expect((await lab.finalize(object)).body.runs[0]).toMatchObject({ outcome: 'delivered', records: 3 });
    const names = [...lab.crms.hubspot.held.values()].map(({ item }) => item.contact.first_name);
    expect(names.sort()).toEqual(['New', 'P2']);
  });

  test('is left alone for now when the CRM takes nothing of it', async () => {
    await lab.connect(['hubspot']);
    lab.crms.hubspot.answer = () => DOWN;
    const lines = Array.from({ length: 200 }, (_, index) => line(index));
    expect((await lab.finalize(await put(lines))).status).toBe(500);
    const asked = new Set(lab.crms.hubspot.calls.flat().map(({ item }) => item.contact.email));
    // What is busy at once: four calls of ten.
    expect(asked.size).toBe(40);
  });

  test('refuses lines that are no records, of users without that CRM, and tells each in the audit where there is one', async () => {
    await lab.connect(['hubspot']);
    await lab.connect(['hubspot'], {}, 'gone');
    await lab.call('DELETE', '/crm/hubspot/disconnect', undefined, { 'x-user-id': 'gone' });
    const object = await put([
      line(1),
      '{"user_id":',
      line(2, { contact: { email: 'no email' } }),
      line(3, { user_id: 'stranger' }),
      line(4, { user_id: 'gone' }),
      '',
      line(5),
      `{"user_id":"user-1","contact":{"email":"a@b.ca","city":"${'x'.repeat(6_300_000)}"}}`,
    ]);
    const reply = await lab.finalize(object);
    expect(reply.body.runs[0]).toMatchObject({ outcome: 'refused', records: 7, loaded: 2, rejects: 5 });
    const rows = await lab.rows("SELECT user_id, error_details ->> 'code' AS code FROM crm.crm_sync_logs WHERE status = 'failed' ORDER BY 1, 2");
    expect(rows).toEqual([
      { user_id: 'gone', code: 'not_connected' },
      { user_id: 'user-1', code: 'invalid' },
    ]);
    expect(JSON.stringify(lab.notices)).not.toContain('@');
  });

  test('refuses a number that no machine holds, instead of emptying a field with it', async () => {
    await lab.connect(['hubspot']);
    const bare = (number: string) => `{"user_id":"user-1","contact":{"email":"p1@example.com","custom_properties":{"score":[${number}]}}}`;
    const reply = await lab.finalize(await put([bare('1e400'), bare('-1e400'), bare('1e300')]));
    expect(reply.body.runs[0]).toMatchObject({ records: 3, loaded: 1, rejects: 2 });
    expect(lab.crms.hubspot.calls.flat().map(({ item }) => item.contact.custom_properties)).toEqual([{ score: [1e300] }]);
    const rows = await lab.rows("SELECT error_message FROM crm.crm_sync_logs WHERE status = 'failed'");
    expect(rows).toEqual(Array.from({ length: 2 }, () => ({ error_message: expect.stringContaining('a number beyond') })));
  });

  test('refuses whole numbers that lose digits, and bytes that are no UTF-8, instead of sending something else', async () => {
    await lab.connect(['hubspot']);
    const start = '{"user_id":"user-1","contact":{"email":"p1@example.com",';
    const bytes = [
      `${start}"custom_properties":{"order":12345678901234567891}}}\n`,
      `${start}"custom_properties":{"order":"12345678901234567891","rate":0.12345678901234567891}}}\n`,
      Buffer.from(`${start}"first_name":"Zoë"}}`, 'latin1'),
    ].map((part) => Buffer.from(part));
    const object = await createObject(lab.outbox, NAME, Buffer.concat(bytes));
    if (object === undefined) throw new Error('the object is there');
    expect((await lab.finalize(object)).body.runs[0]).toMatchObject({ records: 3, loaded: 1, rejects: 2 });
    expect(lab.crms.hubspot.calls.flat().map(({ item }) => item.contact.custom_properties)).toEqual([
      { order: '12345678901234567891', rate: 0.12345678901234568 },
    ]);
    const rows = await lab.rows("SELECT error_message FROM crm.crm_sync_logs WHERE status = 'failed'");
    expect(rows).toEqual([{ error_message: expect.stringContaining('loses digits') }]);
  });

  test('takes every time that is valid, whatever its offset', async () => {
    await lab.connect(['hubspot']);
    const times = ['2026-11-20T00:00:00+23:00', '2026-11-20T00:00:00-2300', '2026-11-20t00:00:00z', '2026-11-20 00:00:00', '0001-01-01T00:00:00-23:00'];
    const reply = await lab.finalize(await put(times.map((occurred_at, index) => line(index, { occurred_at }))));
    expect(reply.body.runs[0]).toMatchObject({ outcome: 'delivered', records: times.length });
    const rows = await lab.rows<{ occurred_at: Date }>('SELECT occurred_at FROM crm.crm_item_states ORDER BY occurred_at');
    expect(rows.map((row) => row.occurred_at.toISOString())).toEqual([
      '0001-01-01T23:00:00.000Z',
      '2026-11-19T01:00:00.000Z',
      '2026-11-20T00:00:00.000Z',
      '2026-11-20T00:00:00.000Z',
      '2026-11-20T23:00:00.000Z',
    ]);
  });

  test('ends every record but the one whose ending the database refuses, and sends that one alone again', async () => {
    await lab.connect(['hubspot']);
    await lab.rows(
      "ALTER TABLE crm.crm_sync_logs ADD CONSTRAINT no_poison CHECK (entity_id IS DISTINCT FROM 'poison' OR request_completed_at IS NULL) NOT VALID",
    );
    // More than one group: the second is delivered, too.
    const lines = Array.from({ length: 45 }, (_, index) => line(index, index === 1 ? { entity_id: 'poison' } : {}));
    const object = await put(lines);
    const [first, second] = [await lab.finalize(object), await lab.finalize(object)];
    await lab.rows('ALTER TABLE crm.crm_sync_logs DROP CONSTRAINT no_poison');
    expect([first.status, second.status]).toEqual([500, 500]);
    expect(await statuses()).toEqual({ success: 44, pending: 1 });
    expect(
      await lab.rows('SELECT count(*)::int AS known, count(delivered_at)::int AS delivered, count(lease_token)::int AS taken FROM crm.crm_item_states'),
    ).toEqual([{ known: 45, delivered: 44, taken: 0 }]);
    const emails = lab.crms.hubspot.calls.flat().map(({ item }) => item.contact.email);
    expect(emails).toHaveLength(46);
    expect(emails.filter((email) => email === 'p1@example.com')).toHaveLength(2);
    expect((await lab.finalize(object)).body.runs[0]).toMatchObject({ outcome: 'delivered', records: 45, loaded: 45 });
    expect(await statuses()).toEqual({ success: 45 });
  });

  test('sends two versions of one contact in order, the later one last', async () => {
    await lab.connect(['hubspot']);
    const at = (occurred_at: string, first_name: string) => line(1, { occurred_at, key: occurred_at, contact: { email: 'p1@example.com', first_name } });
    await lab.finalize(await put([at('2026-11-20T10:00:00Z', 'A'), at('2026-11-20T12:00:00Z', 'C'), at('2026-11-20T11:00:00Z', 'B')]));
    expect(lab.crms.hubspot.calls.flat().map(({ item }) => item.contact.first_name)).toEqual(['A', 'C']);
    expect(await statuses()).toEqual({ success: 2, superseded: 1 });
  });

  test('of events keeps name, time and properties', async () => {
    await lab.connect(['hubspot']);
    const event = { event_name: 'Ordered', timestamp: '2026-11-20T08:00:00Z', properties: { a: 1 } };
    await lab.finalize(await put([{ user_id: 'user-1', contact: { email: 'p1@example.com' }, event }], 'hubspot/event/2026-11-20/events.ndjson'));
    expect(lab.crms.hubspot.calls.flat().map(({ item }) => item)).toEqual([
      expect.objectContaining({ name: 'Ordered', time: '2026-11-20T08:00:00.000Z', properties: { a: 1 } }),
    ]);
  });
});

describe('the audit of what waits', () => {
  const LEAD = { session_id: 's-1', merchant_id: 'm-1', customer_email: 'p1@example.com', conversation_summary: 'Wants tea' };
  const ROWS = `SELECT entity_type, status, error_details ->> 'code' AS code, next_retry_at IS NOT NULL AS again FROM crm.crm_sync_logs ORDER BY entity_type`;

  beforeEach(async () => {
    await lab.connect(['hubspot']);
    lab.crms.hubspot.answer = ({ kind }) => (kind === 'event' ? DOWN : { outcome: 'delivered', statusCode: 200 });
  });

  test.each([
    ['a conversation whose contact is delivered', async () => void (await lab.call('POST', '/crm/sync/lead', LEAD))],
    [
      'a conversation whose contact was delivered from the same object',
      async () => {
        const lead = line(1, { event: { event_name: 'Chat Conversation' } });
        expect((await lab.finalize(await put([lead], 'hubspot/lead/2026-11-20/lead.json'))).status).toBe(500);
      },
    ],
  ])('ends with %s when the CRM is disconnected', async (_, wait) => {
    await wait();
    expect(await lab.rows(ROWS)).toMatchObject([
      { entity_type: 'event', status: 'retrying', again: true },
      { entity_type: 'lead', status: 'success' },
    ]);
    await lab.call('DELETE', '/crm/hubspot/disconnect');
    expect((await lab.deliverAll()).map(({ body }) => body.runs[0].outcome)).toEqual(['refused']);
    expect(await lab.rows(ROWS)).toEqual([
      { entity_type: 'event', status: 'failed', code: 'not_connected', again: false },
      { entity_type: 'lead', status: 'success', code: null, again: false },
    ]);
  });

  test('is written down however long it has waited', async () => {
    await lab.call('POST', '/crm/sync/event?contact_email=p1@example.com', { event_name: 'Ordered' });
    await lab.rows("UPDATE crm.crm_sync_logs SET request_started_at = now() - interval '60 days'");
    lab.crms.hubspot.answer = () => ({ outcome: 'delivered', statusCode: 200 });
    expect((await lab.deliverAll()).map(({ body }) => body.runs[0].outcome)).toEqual(['delivered']);
    expect(await lab.rows('SELECT status, duration_ms FROM crm.crm_sync_logs')).toEqual([{ status: 'success', duration_ms: 2_147_483_647 }]);
  });

  test.each([
    ['an event', '/crm/sync/event?contact_email=p1@example.com', { event_name: 'Ordered' }],
    ['a conversation', '/crm/sync/lead', LEAD],
  ])('ends with %s that the settings let out no more', async (_, path, body) => {
    await lab.call('POST', path, body);
    await lab.call('PATCH', '/crm/hubspot', { settings: { enabled_events: ['Other'] } });
    expect((await lab.deliverAll()).map((reply) => reply.body.runs[0].outcome)).toEqual(['delivered']);
    expect(await lab.rows(`SELECT * FROM (${ROWS}) rows WHERE entity_type = 'event'`)).toEqual([
      { entity_type: 'event', status: 'failed', code: 'not_enabled', again: false },
    ]);
  });

  test('has no row of an event that never came to the CRM because of the settings', async () => {
    await lab.call('PATCH', '/crm/hubspot', { settings: { enabled_events: ['Other'] } });
    await lab.finalize(await put([line(1, { event: { event_name: 'Ordered' } })], 'hubspot/event/2026-11-20/events.ndjson'));
    expect(await lab.rows(ROWS)).toEqual([]);
  });
});

describe('an event', () => {
  test('of a generation that is gone is acknowledged', async () => {
    await lab.connect(['hubspot']);
    const object = await put([line(1)]);
    await lab.finalize(object);
    expect((await lab.finalize(object)).body.runs[0]).toMatchObject({ outcome: 'superseded' });
    expect(lab.crms.hubspot.calls).toHaveLength(1);
  });

  test('of a name outside the grammar ends with one notice', async () => {
    const object = await put([line(1)], 'hubspot/order/2026-11-20/x.json');
    expect((await lab.finalize(object)).body).toMatchObject({ status: 'failure' });
    expect(lab.notices).toEqual([expect.objectContaining({ rule: 'name', class: 'permanent' })]);
  });

  test('that fails for more than six hours ends with a notice, and the object stays for a person', async () => {
    await lab.connect(['hubspot']);
    lab.crms.hubspot.answer = () => DOWN;
    const object = await put([line(1)]);
    expect((await lab.finalize(object, 2 * 3_600_000)).status).toBe(500);
    expect((await lab.finalize(object, 7 * 3_600_000)).body).toMatchObject({ status: 'failure' });
    expect(lab.notices.map(({ state, rerun }) => [state, rerun])).toEqual([
      ['late', 'npm run pipeline -- reconcile --redo'],
      ['final', 'npm run pipeline -- reconcile --redo'],
    ]);
    expect(await Array.fromAsync(lab.outbox.list(''))).toHaveLength(1);
    expect(await statuses()).toEqual({ retrying: 1 });
  });

  test('delivered twice at the same time sends each record once', async () => {
    await lab.connect(['hubspot']);
    const object = await put(Array.from({ length: 20 }, (_, index) => line(index)));
    const [a, b] = await Promise.all([lab.finalize(object), lab.finalize(object)]);
    expect([a.status, b.status].filter((status) => status === 200)).not.toEqual([]);
    const emails = lab.crms.hubspot.calls.flat().map(({ item }) => item.contact.email);
    expect(emails).toHaveLength(20);
    expect(new Set(emails).size).toBe(20);
  });
});

describe('credentials of a key that the service does not know', () => {
  const unknown: KeyRing = { current: keyOf(Buffer.alloc(32, 'u')), previous: [] };

  async function sealWith(keys: KeyRing): Promise<void> {
    const credentials = seal({ api_key: 'secret-hubspot' }, keys, { userId: 'user-1', crmType: 'hubspot' });
    await lab.rows('UPDATE crm.crm_integrations SET encrypted_credentials = $1 RETURNING user_id', [credentials]);
  }

  test('are tried again and told by the id of the key, and deliver once the service knows it', async () => {
    await lab.connect(['hubspot']);
    await sealWith(unknown);
    const object = await put([line(1), line(2)]);
    expect((await lab.finalize(object, 2 * 3_600_000)).status).toBe(500);
    const message = expect.stringMatching(new RegExp(`^2 of 2 records .*the key ${unknown.current.id}: set it as CRM_ENCRYPTION_KEY_PREVIOUS$`));
    expect(lab.notices).toEqual([expect.objectContaining({ class: 'transient', state: 'late', rule: 'not-delivered', message })]);
    expect(await statuses()).toEqual({ retrying: 2 });
    await sealWith(lab.deps.keys);
    expect((await lab.finalize(object)).body.runs[0]).toMatchObject({ outcome: 'delivered', records: 2, loaded: 2 });
  });

  test('put what a request sends into OUTBOX', async () => {
    await lab.connect(['hubspot']);
    await sealWith(unknown);
    const reply = await lab.call('POST', '/crm/sync/contact', { email: 'p1@example.com', first_name: 'P1' });
    expect([reply.status, reply.body.data.results.hubspot.outcome]).toEqual([202, 'queued']);
    await sealWith(lab.deps.keys);
    expect((await lab.deliverAll()).map(({ body }) => body.status)).toEqual(['success']);
    expect(lab.crms.hubspot.held.size).toBe(1);
  });

  test('wait as well where they are those of the replaced service, which a command takes over', async () => {
    await lab.connect(['hubspot']);
    await lab.rows("UPDATE crm.crm_integrations SET encrypted_credentials = '\\xc30d04' RETURNING user_id");
    const object = await put([line(1)]);
    expect((await lab.finalize(object)).status).toBe(500);
    await sealWith(lab.deps.keys);
    expect((await lab.finalize(object)).body.runs[0]).toMatchObject({ outcome: 'delivered', loaded: 1 });
  });

  test('are refused where they were changed: no key opens those', async () => {
    await lab.connect(['hubspot']);
    await lab.rows("UPDATE crm.crm_integrations SET encrypted_credentials = encrypted_credentials || '\\x00' RETURNING user_id");
    expect((await lab.finalize(await put([line(1)]))).body.runs[0]).toMatchObject({ outcome: 'refused', rejects: 1 });
  });
});
