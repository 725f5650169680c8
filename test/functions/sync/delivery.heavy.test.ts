import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { syncService } from '../../../functions/sync/service.ts';
import { serveService } from '../../../infra/local/service-server.ts';
import type { ItemResult } from '../../../shared/crm/provider.ts';
import type { ObjectInfo } from '../../../shared/object-store/object-store.ts';
import { keyOf } from '../../../shared/secrets/envelope.ts';
import { API_KEY, openServiceLab, type ServiceLab, TYPES } from '../../support/service-lab.ts';

let lab: ServiceLab;

beforeAll(async () => {
  lab = await openServiceLab();
}, 120_000);
afterAll(() => lab.close());
beforeEach(() => lab.reset());

const CONTACT = { email: ' Ada@Example.com ', first_name: 'Ada', last_name: 'Example', phone: '+1 (613) 555-0123' };
/** What CONTACT says of a person: whole values, as three letters or digits may stand in any random identifier. */
const VALUES = /ada@example|"ada"|"example"|613\W*555|555-0123/;
const DOWN: ItemResult = { outcome: 'later', reason: 'it answered 503', statusCode: 503 };

async function objects(): Promise<ObjectInfo[]> {
  return await Array.fromAsync(lab.outbox.list(''));
}

function contacts(type: (typeof TYPES)[number]) {
  return lab.crms[type].calls.flat().map(({ item }) => item.contact);
}

describe('POST /crm/sync/contact', () => {
  test('delivers to every connected CRM and leaves a row of the audit each, without values', async () => {
    await lab.connect();
    const reply = await lab.call('POST', '/crm/sync/contact', CONTACT);
    expect(reply.status).toBe(200);
    for (const type of TYPES) {
      expect(reply.body.data.results[type]).toMatchObject({ success: true, outcome: 'delivered', attempts: 1 });
      expect(contacts(type)).toEqual([{ email: 'ada@example.com', first_name: 'Ada', last_name: 'Example', phone: '+16135550123' }]);
    }
    const rows = await lab.rows('SELECT * FROM crm.crm_sync_logs ORDER BY crm_type');
    expect(rows.map((row) => row['crm_type'])).toEqual([...TYPES].sort());
    for (const row of rows) {
      expect(row).toMatchObject({
        status: 'success',
        status_code: 200,
        attempts: 1,
        request_payload: { fields: ['email', 'first_name', 'last_name', 'phone'] },
      });
      expect(JSON.stringify(row).toLowerCase()).not.toMatch(VALUES);
    }
    expect(await lab.rows('SELECT * FROM crm.crm_item_states')).not.toEqual([]);
    expect(JSON.stringify(await lab.rows('SELECT * FROM crm.crm_item_states')).toLowerCase()).not.toMatch(VALUES);
  });

  test('goes to the CRMs that the request names, in the query or the body', async () => {
    await lab.connect();
    const byQuery = await lab.call('POST', '/crm/sync/contact?crm_types=HubSpot,klaviyo', CONTACT);
    expect(Object.keys(byQuery.body.data.results).sort()).toEqual(['hubspot', 'klaviyo']);
    const byBody = await lab.call('POST', '/crm/sync/contact', { ...CONTACT, crm_types: ['creatio'] });
    expect(Object.keys(byBody.body.data.results)).toEqual(['creatio']);
    expect((await lab.call('POST', '/crm/sync/contact?crm_types=zoho', CONTACT)).body).toMatchObject({ success: false, error_code: 'CRM_INVALID_TYPE' });
    expect((await lab.call('POST', '/crm/sync/contact', CONTACT, { 'x-user-id': 'nobody' })).status).toBe(404);
  });

  test('sends no field again that the CRM has, and nothing where all are known', async () => {
    await lab.connect(['hubspot']);
    await lab.call('POST', '/crm/sync/contact', { ...CONTACT, custom_properties: { score: 1, tier: 'a' } });
    const changed = await lab.call('POST', '/crm/sync/contact', { ...CONTACT, first_name: 'Augusta', custom_properties: { score: 2, tier: 'a' } });
    expect(changed.body.data.results.hubspot.outcome).toBe('delivered');
    const same = await lab.call('POST', '/crm/sync/contact', { ...CONTACT, first_name: 'Augusta', city: null, custom_properties: { score: 2 } });
    expect(same.body.data.results.hubspot).toMatchObject({ success: true, outcome: 'unchanged', attempts: 0 });
    expect(contacts('hubspot').slice(1)).toEqual([{ email: 'ada@example.com', first_name: 'Augusta', custom_properties: { score: 2 } }]);
  });

  test('sends a field again that the CRM has left out, also with the value that it had before', async () => {
    await lab.connect(['hubspot']);
    const send = async (city: string) => (await lab.call('POST', '/crm/sync/contact', { ...CONTACT, city })).body.data.results.hubspot.outcome;
    await send('Rome');
    lab.crms.hubspot.answer = () => ({ outcome: 'delivered', statusCode: 200, leftOut: ['city'] });
    await send('Oslo');
    lab.crms.hubspot.answer = () => ({ outcome: 'delivered', statusCode: 200 });
    expect([await send('Rome'), await send('Rome')]).toEqual(['delivered', 'unchanged']);
    expect(contacts('hubspot').map(({ city }) => city)).toEqual(['Rome', 'Oslo', 'Rome']);
  });

  test('empties a field only where it is asked to, and once', async () => {
    await lab.connect(['hubspot']);
    await lab.call('POST', '/crm/sync/contact', { ...CONTACT, phone: null, wipe: ['phone'] });
    await lab.call('POST', '/crm/sync/contact', { ...CONTACT, phone: null, wipe: ['phone'] });
    expect(lab.crms.hubspot.calls.flat().map(({ item }) => 'wipe' in item && item.wipe)).toEqual([['phone']]);
  });

  test.each([
    [
      'nothing that the settings keep back',
      { phone: '+16135550123', first_name: '', wipe: ['phone', 'first_name'] },
      { selected_fields: ['email', 'last_name'] },
      undefined,
    ],
    ['nothing that has a value', { phone: '+16135550123', wipe: ['phone', 'city', 'custom_properties.tier'], custom_properties: { tier: 'a' } }, {}, ['city']],
    ['all that has none', { phone: ' ', wipe: ['phone', 'custom_properties.tier'], custom_properties: { tier: '' } }, {}, ['phone', 'custom_properties.tier']],
  ])('of what wipe names empties %s', async (_, given, settings, wipe) => {
    await lab.connect(['hubspot'], settings);
    await lab.call('POST', '/crm/sync/contact', { email: 'ada@example.com', last_name: 'Example', ...given });
    expect(lab.crms.hubspot.calls.flat().map(({ item }) => ('wipe' in item ? item.wipe : undefined))).toEqual([wipe]);
  });

  test('refuses a version that is older than the one delivered', async () => {
    await lab.connect(['hubspot']);
    await lab.call('POST', '/crm/sync/contact', { ...CONTACT, first_name: 'New', occurred_at: '2026-11-20T10:00:00Z' });
    const late = await lab.call('POST', '/crm/sync/contact', { ...CONTACT, first_name: 'Old', occurred_at: '2026-11-20T09:59:59+00:00' });
    expect(late.body.data.results.hubspot).toMatchObject({ success: false, outcome: 'superseded' });
    expect(contacts('hubspot').map((one) => one.first_name)).toEqual(['New']);
    expect(await lab.rows('SELECT status FROM crm.crm_sync_logs ORDER BY created_at')).toEqual([{ status: 'success' }, { status: 'superseded' }]);
  });

  test.each(['0001-01-01T00:00:00+23:00', '9999-12-31T23:59:59-23:00'])(
    'refuses the time %s, which nobody can store, before a CRM has it',
    async (occurred_at) => {
      await lab.connect(['hubspot']);
      const reply = await lab.call('POST', '/crm/sync/contact', { ...CONTACT, occurred_at });
      expect([reply.status, reply.body.details?.validation_errors[0].field]).toEqual([400, 'occurred_at']);
      expect(lab.crms.hubspot.calls).toEqual([]);
    },
  );

  test('tries again what may pass, within the time of the request', async () => {
    await lab.connect(['hubspot']);
    lab.crms.hubspot.answer = (_, call) => (call < 3 ? { ...DOWN, retryAfterMs: 1 } : { outcome: 'delivered', statusCode: 201, created: true });
    const reply = await lab.call('POST', '/crm/sync/contact', CONTACT);
    expect(reply.body.data.results.hubspot).toMatchObject({ outcome: 'delivered', attempts: 3, data: { created: true, status_code: 201 } });
  });

  test('puts by what one CRM does not take now, and it ends as success without another request', async () => {
    await lab.connect();
    lab.crms.creatio.answer = () => DOWN;
    const reply = await lab.call('POST', '/crm/sync/contact', CONTACT);
    expect(reply.status).toBe(202);
    expect(reply.body.data.results.creatio).toMatchObject({ success: true, outcome: 'queued', data: { status_code: 503 } });
    expect(reply.body.data.results.klaviyo.outcome).toBe('delivered');
    const waiting = await objects();
    expect(waiting.map(({ name }) => name)).toEqual([expect.stringMatching(/^creatio\/contact\/\d{4}-\d\d-\d\d\/[0-9a-f-]{36}\.json$/)]);
    const [row] = await lab.rows("SELECT status, outbox_object, next_retry_at FROM crm.crm_sync_logs WHERE crm_type = 'creatio'");
    expect(row).toMatchObject({ status: 'retrying', outbox_object: waiting[0]?.name, next_retry_at: expect.any(Date) });

    expect((await lab.deliverAll()).map(({ status }) => status)).toEqual([500]);
    lab.crms.creatio.answer = () => ({ outcome: 'delivered', statusCode: 200 });
    expect((await lab.deliverAll()).map(({ body }) => body.status)).toEqual(['success']);
    expect(await objects()).toEqual([]);
    const [done] = await lab.rows<{ attempts: number }>("SELECT status, attempts, next_retry_at FROM crm.crm_sync_logs WHERE crm_type = 'creatio'");
    expect(done).toMatchObject({ status: 'success', next_retry_at: null });
    expect(done?.attempts).toBeGreaterThan(1);
    expect(await lab.rows('SELECT * FROM crm.crm_outbox_items')).toEqual([]);
  });

  test('never lets what was put by overwrite what came later', async () => {
    await lab.connect(['creatio']);
    lab.crms.creatio.answer = () => DOWN;
    await lab.call('POST', '/crm/sync/contact', { ...CONTACT, first_name: 'First' });
    lab.crms.creatio.answer = () => ({ outcome: 'delivered', statusCode: 200 });
    await lab.call('POST', '/crm/sync/contact', { ...CONTACT, first_name: 'Second' });
    expect((await lab.deliverAll()).map(({ body }) => body.status)).toEqual(['success']);
    expect([...lab.crms.creatio.held.values()].map(({ item }) => item.contact.first_name)).toEqual(['Second']);
    expect(await objects()).toEqual([]);
  });

  test('says what a CRM refuses, and tells the user that the connection has a problem', async () => {
    await lab.connect(['hubspot']);
    lab.crms.hubspot.answer = () => ({ outcome: 'refused', code: 'credentials', message: 'HubSpot answered 401: connect again', statusCode: 401 });
    const reply = await lab.call('POST', '/crm/sync/contact', CONTACT);
    expect(reply.status).toBe(200);
    expect(reply.body.data.results.hubspot).toMatchObject({ success: false, outcome: 'refused', error_code: 'credentials' });
    expect(await lab.rows('SELECT status, status_code, error_details FROM crm.crm_sync_logs')).toEqual([
      { status: 'failed', status_code: 401, error_details: { code: 'credentials' } },
    ]);
    expect((await lab.call('GET', '/crm/hubspot/status')).body.data.integration).toMatchObject({
      sync_status: 'error',
      sync_error: expect.stringContaining('401'),
    });
  });

  test('leaves a connection disconnected that ended before the CRM refused its credentials', async () => {
    await lab.connect(['hubspot']);
    lab.crms.hubspot.answer = () => ({ outcome: 'refused', code: 'credentials', message: 'HubSpot answered 401: connect again', statusCode: 401 });
    lab.crms.hubspot.meanwhile = async () => void (await lab.call('DELETE', '/crm/hubspot/disconnect'));
    await lab.call('POST', '/crm/sync/contact', CONTACT);
    expect((await lab.call('GET', '/crm/hubspot/status')).body.data.integration).toMatchObject({
      is_active: false,
      sync_status: 'disconnected',
      sync_error: null,
    });
  });

  test('does not wait for one CRM before it asks the next', async () => {
    await lab.connect();
    const arrived = new Set<string>();
    const all = Promise.withResolvers<void>();
    for (const type of TYPES) {
      lab.crms[type].meanwhile = async () => {
        if (arrived.add(type).size === TYPES.length) all.resolve();
        await all.promise;
      };
    }
    expect((await lab.call('POST', '/crm/sync/contact', CONTACT)).status).toBe(200);
  });

  test.each([
    ['with a key', { 'idempotency-key': 'once' }],
    ['without one', {}],
  ])('is not answered %s while its ending is not written down; repeated, it is', async (_, headers) => {
    await lab.connect(['hubspot']);
    await lab.rows('ALTER TABLE crm.crm_sync_logs ADD CONSTRAINT no_ending CHECK (request_completed_at IS NULL) NOT VALID');
    const refused = await lab.call('POST', '/crm/sync/contact', CONTACT, headers);
    await lab.rows('ALTER TABLE crm.crm_sync_logs DROP CONSTRAINT no_ending');
    expect([refused.status, refused.body.error_code]).toEqual([503, 'SRV_DATABASE_ERROR']);
    await lab.rows('UPDATE crm.crm_item_states SET lease_until = now()');
    const repeated = await lab.call('POST', '/crm/sync/contact', CONTACT, headers);
    expect([repeated.status, repeated.body.data.results.hubspot.outcome]).toEqual([200, 'delivered']);
  });

  test('holds no connection to the database while a CRM is asked', async () => {
    await lab.connect();
    for (const type of TYPES) {
      // PostgreSQL here has one connection: this would wait for ever.
      lab.crms[type].meanwhile = async () => void (await lab.rows('SELECT 1'));
    }
    expect((await lab.call('POST', '/crm/sync/contact', CONTACT)).status).toBe(200);
  });

  test('lets two requests about one contact pass one after the other', async () => {
    await lab.connect(['hubspot']);
    let inside = 0;
    let most = 0;
    lab.crms.hubspot.meanwhile = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await lab.rows('SELECT 1');
      inside -= 1;
    };
    await Promise.all(['A', 'B', 'C'].map((name) => lab.call('POST', '/crm/sync/contact', { ...CONTACT, first_name: name })));
    expect(most).toBe(1);
  });
});

describe('what is put by', () => {
  const properties = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`property_${at}`, at]));
  const LONG_KEY = { 'idempotency-key': 'k'.repeat(255) };

  test.each<[string, string, unknown, Record<string, string>]>([
    ['a contact with a long key', '/crm/sync/contact', CONTACT, LONG_KEY],
    ['a contact with a text that looks like an escape', '/crm/sync/contact', { ...CONTACT, city: 'C:\\u0000' }, {}],
    ['a contact with many properties', '/crm/sync/contact', { ...CONTACT, custom_properties: properties(200) }, {}],
    [
      'a lead with many properties and a long key',
      '/crm/sync/lead',
      {
        session_id: 's'.repeat(200),
        merchant_id: 'm-1',
        customer_email: 'ada@example.com',
        conversation_summary: 'Wants a quote',
        custom_properties: properties(200),
      },
      LONG_KEY,
    ],
    ['a large event', '/crm/sync/event?contact_email=ada@example.com', `{"event_name":"Ordered","properties":{"all":[${'1e20,'.repeat(205_000)}1]}}`, {}],
  ])('is taken out again, whatever a request may hold: %s', async (_, path, body, headers) => {
    await lab.connect(['hubspot']);
    lab.crms.hubspot.answer = () => DOWN;
    expect((await lab.call('POST', path, body, headers)).status).toBe(202);
    lab.crms.hubspot.answer = () => ({ outcome: 'delivered', statusCode: 200 });
    expect((await lab.deliverAll()).map(({ body: answer }) => answer.runs[0].outcome)).toEqual(['delivered']);
  });
});

describe('a connection to another account', () => {
  const ANOTHER = { credentials: { api_key: 'key-of-another-account' }, reconnect: true };
  const FIELDS = { email: 'ada@example.com', first_name: 'Ada', last_name: 'Example', phone: '+16135550123' };

  test.each([
    ['after a disconnect', true],
    ['in place of the one before', false],
  ])('gets whole contacts and their new ids, %s', async (_, isDisconnected) => {
    await lab.connect(['hubspot', 'klaviyo']);
    lab.crms.hubspot.answer = () => ({ outcome: 'delivered', statusCode: 200, crmId: 'of-the-first' });
    await lab.call('POST', '/crm/sync/contact', CONTACT);
    if (isDisconnected) await lab.call('DELETE', '/crm/hubspot/disconnect');
    else await lab.call('PATCH', '/crm/hubspot', ANOTHER);
    expect(
      await lab.rows("SELECT sent, crm_entity_id, delivered_at, occurred_at IS NOT NULL AS is_kept FROM crm.crm_item_states WHERE crm_type = 'hubspot'"),
    ).toEqual([{ sent: {}, crm_entity_id: null, delivered_at: null, is_kept: true }]);
    if (isDisconnected) await lab.call('PATCH', '/crm/hubspot', ANOTHER);
    lab.crms.hubspot.answer = () => ({ outcome: 'delivered', statusCode: 200, crmId: 'of-the-second' });
    const { results } = (await lab.call('POST', '/crm/sync/contact', CONTACT)).body.data;
    expect(results.hubspot).toMatchObject({ outcome: 'delivered', data: { crm_entity_id: 'of-the-second' } });
    expect(contacts('hubspot')).toEqual([FIELDS, FIELDS]);
    // Another CRM keeps what it is known to have.
    expect(results.klaviyo.outcome).toBe('unchanged');
  });

  test('learns nothing of what was on its way to the one before', async () => {
    await lab.connect(['hubspot']);
    lab.crms.hubspot.meanwhile = async () => {
      lab.crms.hubspot.meanwhile = async () => undefined;
      await lab.call('PATCH', '/crm/hubspot', ANOTHER);
    };
    await lab.call('POST', '/crm/sync/contact', CONTACT);
    await lab.rows('UPDATE crm.crm_item_states SET lease_until = now()');
    // Not even that it had a version.
    const older = { ...CONTACT, occurred_at: '2026-01-01T00:00:00Z' };
    expect((await lab.call('POST', '/crm/sync/contact', older)).body.data.results.hubspot.outcome).toBe('delivered');
    expect(contacts('hubspot')).toEqual([FIELDS, FIELDS]);
  });

  test.each([
    ['a disconnect', () => lab.call('DELETE', '/crm/hubspot/disconnect')],
    ['other credentials', () => lab.call('PATCH', '/crm/hubspot', ANOTHER)],
  ])('gets whole contacts also where there are too many to be forgotten one by one, after %s', async (_, change) => {
    await lab.connect(['hubspot']);
    await lab.call('POST', '/crm/sync/contact', CONTACT);
    await lab.rows(`CREATE FUNCTION crm.too_long() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'statement timeout' USING ERRCODE = '57014'; END $$`);
    await lab.rows(`CREATE TRIGGER too_long BEFORE UPDATE ON crm.crm_item_states FOR EACH ROW WHEN (NEW.sent = '{}' AND NEW.lease_token IS NULL)
      EXECUTE FUNCTION crm.too_long()`);
    try {
      expect((await change()).status).toBe(200);
      await lab.call('PATCH', '/crm/hubspot', ANOTHER);
    } finally {
      await lab.rows('DROP FUNCTION crm.too_long CASCADE');
    }
    expect((await lab.call('POST', '/crm/sync/contact', CONTACT)).body.data.results.hubspot.outcome).toBe('delivered');
    expect(contacts('hubspot')).toEqual([FIELDS, FIELDS]);
    expect((await lab.call('POST', '/crm/sync/contact', CONTACT)).body.data.results.hubspot.outcome).toBe('unchanged');
  });

  test('has many contacts of the one before forgotten', async () => {
    await lab.connect(['hubspot']);
    await lab.rows(`INSERT INTO crm.crm_item_states (user_id, crm_type, kind, item_key, sent, crm_entity_id, delivered_at)
      SELECT 'user-1', 'hubspot', 'contact', 'key ' || n, '{"email":"x"}', n::text, now() FROM generate_series(1, 4500) AS n`);
    await lab.call('DELETE', '/crm/hubspot/disconnect');
    expect(await lab.rows("SELECT item_key FROM crm.crm_item_states WHERE sent <> '{}' OR crm_entity_id IS NOT NULL OR delivered_at IS NOT NULL")).toEqual([]);
  });

  test('is sent nothing by who still has the credentials of the one before', async () => {
    await lab.connect(['hubspot']);
    lab.crms.hubspot.meanwhile = async () => {
      lab.crms.hubspot.meanwhile = async () => undefined;
      await lab.call('PATCH', '/crm/hubspot', ANOTHER);
    };
    const lead = { session_id: 's-1', merchant_id: 'm-1', customer_email: 'ada@example.com', conversation_summary: 'Wants a quote' };
    const reply = await lab.call('POST', '/crm/sync/lead', lead);
    expect([reply.status, reply.body.data.results[0].outcome]).toEqual([202, 'queued']);
    await lab.rows('UPDATE crm.crm_item_states SET lease_until = now()');
    expect((await lab.deliverAll()).map(({ body }) => body.runs[0].outcome)).toEqual(['delivered']);
    // The contact went out with the first; all of the lead is at the second.
    expect(lab.crms.hubspot.connections.map(({ credentials }) => credentials['api_key'])).toEqual([
      'secret-hubspot',
      'key-of-another-account',
      'key-of-another-account',
    ]);
    expect(lab.crms.hubspot.calls.map(([write]) => write?.kind)).toEqual(['contact', 'contact', 'event']);
  });

  test('does not get an event again, nor does a change of settings send anything again', async () => {
    await lab.connect(['hubspot']);
    const send = () => lab.call('POST', '/crm/sync/event?contact_email=ada@example.com', { event_name: 'Ordered' }, { 'idempotency-key': 'order-9' });
    await send();
    await lab.call('POST', '/crm/sync/contact', CONTACT);
    await lab.call('PATCH', '/crm/hubspot', { settings: { own: 1 }, reconnect: true });
    expect((await lab.call('POST', '/crm/sync/contact', CONTACT)).body.data.results.hubspot.outcome).toBe('unchanged');
    await lab.call('PATCH', '/crm/hubspot', ANOTHER);
    await lab.rows("UPDATE crm.crm_requests SET status = NULL, response = NULL, lease_until = now() - interval '1 second'");
    expect((await send()).body.data.results.hubspot.outcome).toBe('unchanged');
  });
});

describe('selected_fields, lead_quality and enabled_events', () => {
  test('hold for contacts', async () => {
    await lab.connect(['hubspot'], { selected_fields: ['first_name'], lead_quality: 'Hot' });
    await lab.call('POST', '/crm/sync/contact', { ...CONTACT, company: 'Example Ltd' });
    expect(contacts('hubspot')).toEqual([{ email: 'ada@example.com', first_name: 'Ada', company: 'Example Ltd', custom_properties: { lead_quality: 'Hot' } }]);
  });

  test('hold for what was put by, as they are when it is delivered', async () => {
    await lab.connect(['hubspot']);
    lab.crms.hubspot.answer = () => DOWN;
    await lab.call('POST', '/crm/sync/contact', CONTACT);
    lab.crms.hubspot.answer = () => ({ outcome: 'delivered', statusCode: 200 });
    await lab.call('PATCH', '/crm/hubspot', { selected_fields: ['last_name'] });
    lab.crms.hubspot.calls.length = 0;
    await lab.deliverAll();
    expect(contacts('hubspot')).toEqual([{ email: 'ada@example.com', last_name: 'Example' }]);
  });

  test('let an event out to those CRMs only that want it', async () => {
    await lab.connect(['hubspot'], { enabled_events: ['Viewed'] });
    await lab.connect(['klaviyo']);
    const reply = await lab.call('POST', '/crm/sync/event?contact_email=ada@example.com', { event_name: 'Ordered' });
    expect(Object.keys(reply.body.data.results)).toEqual(['klaviyo']);
    expect(reply.body.data.skipped).toEqual(['hubspot']);
    expect(lab.crms.hubspot.calls).toEqual([]);
  });
});

describe('settings as the replaced service may have left them', () => {
  test.each([
    null,
    [],
    { selected_fields: null },
    { enabled_events: null },
    { enabled_events: [null] },
    { transcript_sync: null, lead_quality: null },
    { transcript_sync: { enabled: null } },
    { default_country: 1, event_names: null },
    { external_id_field: null, event_external_id_field: '', activity_category_id: null },
  ])('count as missing where they are no settings: %j', async (settings) => {
    await lab.connect(['hubspot', 'klaviyo']);
    await lab.rows("UPDATE crm.crm_integrations SET settings = $1::jsonb WHERE crm_type = 'hubspot'", [JSON.stringify(settings)]);
    const replies = [
      await lab.call('POST', '/crm/sync/contact', CONTACT),
      await lab.call('POST', '/crm/sync/event?contact_email=ada@example.com', { event_name: 'Ordered' }),
      await lab.call('POST', '/crm/sync/lead', {
        session_id: 's',
        merchant_id: 'm',
        customer_email: 'lea@example.com',
        phone: '6135550123',
        conversation_summary: 'Tea',
      }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    const sent = (type: 'hubspot' | 'klaviyo') => lab.crms[type].calls.flat().map(({ kind, item }) => ({ kind, contact: item.contact }));
    expect(sent('hubspot').map(({ kind }) => kind)).toEqual(['contact', 'event', 'contact', 'event']);
    expect(sent('hubspot')).toEqual(sent('klaviyo'));
  });

  test('hide no less than they say: one name without its list is a list of one, and what is the caller’s stays', async () => {
    await lab.connect(['hubspot']);
    await lab.rows(`UPDATE crm.crm_integrations SET settings = '{"selected_fields": "first_name", "own": {"nothing": null}}'`);
    await lab.call('POST', '/crm/sync/contact', CONTACT);
    expect(contacts('hubspot')).toEqual([{ email: 'ada@example.com', first_name: 'Ada' }]);
    expect((await lab.call('GET', '/crm/list')).body.data.integrations[0].settings).toEqual({ selected_fields: ['first_name'], own: { nothing: null } });
  });
});

describe('POST /crm/sync/event', () => {
  const EVENT = { event_name: 'Ordered', properties: { order: 7, note: null }, timestamp: '2026-11-20T08:00:00-05:00', value: 12.5 };

  test('keeps name, time, value and properties in every CRM', async () => {
    await lab.connect();
    const reply = await lab.call('POST', '/crm/sync/event?contact_email=Ada%40example.com', EVENT);
    expect(reply.status).toBe(200);
    for (const type of TYPES) {
      expect(lab.crms[type].calls.flat()).toEqual([
        {
          kind: 'event',
          item: {
            key: expect.any(String),
            name: 'Ordered',
            time: '2026-11-20T13:00:00.000Z',
            value: 12.5,
            properties: { order: 7 },
            contact: { email: 'ada@example.com' },
          },
        },
      ]);
    }
  });

  test('records an event once when the request is repeated with its key, also where the first got no answer', async () => {
    await lab.connect();
    const key = { 'idempotency-key': 'order-7' };
    const first = await lab.call('POST', '/crm/sync/event?contact_email=ada@example.com', EVENT, key);
    const again = await lab.call('POST', '/crm/sync/event?contact_email=ada@example.com', EVENT, key);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    await lab.rows("UPDATE crm.crm_requests SET status = NULL, response = NULL, lease_until = now() - interval '1 second'");
    const third = await lab.call('POST', '/crm/sync/event?contact_email=ada@example.com', EVENT, key);
    for (const type of TYPES) {
      expect(third.body.data.results[type].outcome).toBe('unchanged');
      expect(lab.crms[type].calls).toHaveLength(1);
    }
    expect(await lab.rows('SELECT status FROM crm.crm_sync_logs')).toEqual(TYPES.map(() => ({ status: 'success' })));
  });

  test('gives a request that died in the middle the same keys in the CRMs when it is repeated', async () => {
    await lab.connect(['klaviyo']);
    const key = { 'idempotency-key': 'order-8' };
    await lab.call('POST', '/crm/sync/event?contact_email=ada@example.com', EVENT, key);
    await lab.rows("UPDATE crm.crm_requests SET status = NULL, response = NULL, lease_until = now() - interval '1 second'");
    await lab.rows("UPDATE crm.crm_item_states SET delivered_at = NULL, lease_until = now() - interval '1 second'");
    await lab.call('POST', '/crm/sync/event?contact_email=ada@example.com', EVENT, key);
    const keys = lab.crms.klaviyo.calls.flat().map(({ item }) => item.key);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  test.each([
    ['no email', '/crm/sync/event', 'query.contact_email'],
    ['an email that is none', '/crm/sync/event?contact_email=ada', 'query.contact_email'],
    ['an email that no contact may have', `/crm/sync/event?contact_email=ada@${'long.'.repeat(50)}example.com`, 'query.contact_email'],
  ])('refuses %s', async (_, path, field) => {
    await lab.connect(['klaviyo']);
    const reply = await lab.call('POST', path, EVENT);
    expect(reply.status).toBe(400);
    expect(reply.body.details.validation_errors[0].field).toBe(field);
  });
});

describe('Idempotency-Key', () => {
  test('with another request than before is refused', async () => {
    await lab.connect(['klaviyo']);
    const key = { 'idempotency-key': 'k' };
    await lab.call('POST', '/crm/sync/contact', CONTACT, key);
    const other = await lab.call('POST', '/crm/sync/contact', { ...CONTACT, first_name: 'Eve' }, key);
    expect([other.status, other.body.error_code]).toEqual([422, 'REQ_KEY_REUSED']);
  });

  test.each([
    ['one that was answered', undefined, true],
    ['one that died in the middle', "UPDATE crm.crm_requests SET status = NULL, response = NULL, lease_until = now() - interval '1 second'", false],
  ])('says after a rotation of the keys that a repeat is the same request as %s, and another one is not', async (_, sql, isReplayed) => {
    await lab.connect(['klaviyo']);
    await lab.call('POST', '/crm/sync/contact', CONTACT, { 'idempotency-key': 'k' });
    if (sql !== undefined) await lab.rows(sql);
    const keys = { current: keyOf(Buffer.alloc(32, 'n')), previous: [lab.deps.keys.current] };
    const server = await serveService(syncService({ ...lab.deps, keys }));
    const ask = (contact: object) =>
      fetch(`${server.url}/crm/sync/contact`, {
        method: 'POST',
        headers: { 'x-api-key': API_KEY, 'x-user-id': 'user-1', 'content-type': 'application/json', 'idempotency-key': 'k' },
        body: JSON.stringify(contact),
      });
    const [other, repeated, again] = [await ask({ ...CONTACT, first_name: 'Eve' }), await ask(CONTACT), await ask(CONTACT)];
    await server.stop();
    expect([other.status, repeated.status, repeated.headers.get('idempotency-replayed') === 'true']).toEqual([422, 200, isReplayed]);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect(lab.crms.klaviyo.calls).toHaveLength(1);
  });

  test('of another user is another key', async () => {
    await lab.connect(['klaviyo']);
    await lab.connect(['klaviyo'], {}, 'user-2');
    const key = { 'idempotency-key': 'k' };
    await lab.call('POST', '/crm/sync/contact', CONTACT, key);
    const other = await lab.call('POST', '/crm/sync/contact', CONTACT, { ...key, 'x-user-id': 'user-2' });
    expect(other.body.data.results.klaviyo.outcome).toBe('delivered');
  });

  test('while the first request is being worked on gets 409 and when to come again', async () => {
    await lab.connect(['klaviyo']);
    const inside = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    lab.crms.klaviyo.meanwhile = async () => {
      inside.resolve();
      await release.promise;
    };
    const key = { 'idempotency-key': 'slow' };
    const first = lab.call('POST', '/crm/sync/contact', CONTACT, key);
    await inside.promise;
    const second = await lab.call('POST', '/crm/sync/contact', CONTACT, key);
    release.resolve();
    expect([second.status, second.body.error_code]).toEqual([409, 'REQ_IN_PROGRESS']);
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await first).status).toBe(200);
  });

  test('is forgotten after a week', async () => {
    await lab.connect(['klaviyo']);
    await lab.call('POST', '/crm/sync/contact', CONTACT, { 'idempotency-key': 'old' });
    await lab.rows("UPDATE crm.crm_requests SET received_at = now() - interval '8 days'");
    // The lab's dice always clear away.
    await lab.call('POST', '/crm/sync/contact', CONTACT, { 'idempotency-key': 'new' });
    expect(await lab.rows('SELECT idempotency_key FROM crm.crm_requests')).toEqual([{ idempotency_key: 'syncContact new' }]);
  });

  test('clears away locks whose holders have died, with what is forgotten', async () => {
    await lab.connect(['klaviyo']);
    await lab.rows(
      "INSERT INTO crm.crm_locks SELECT key, gen_random_uuid(), now() + left_over FROM (VALUES ('died', interval '-1 second'), ('held', interval '1 hour')) AS l (key, left_over)",
    );
    await lab.call('POST', '/crm/sync/contact', CONTACT, { 'idempotency-key': 'new' });
    expect(await lab.rows('SELECT lock_key FROM crm.crm_locks')).toEqual([{ lock_key: 'held' }]);
  });

  test('can be used again where neither the CRM nor OUTBOX took the item', async () => {
    await lab.connect(['klaviyo']);
    lab.crms.klaviyo.answer = () => DOWN;
    const { outbox } = lab.deps;
    const create = outbox.create;
    Object.assign(outbox, { create: () => Promise.reject(new Error('disk full')) });
    const failed = await lab.call('POST', '/crm/sync/contact', CONTACT, { 'idempotency-key': 'k2' });
    Object.assign(outbox, { create });
    expect([failed.status, failed.body.error_code]).toEqual([503, 'SRV_OUTBOX_ERROR']);
    lab.crms.klaviyo.answer = () => ({ outcome: 'delivered', statusCode: 200 });
    const repeated = await lab.call('POST', '/crm/sync/contact', CONTACT, { 'idempotency-key': 'k2' });
    expect(repeated.body.data.results.klaviyo.outcome).toBe('delivered');
  });
});

describe('POST /crm/sync/lead', () => {
  const LEAD = {
    session_id: 's-1',
    merchant_id: 'm-1',
    customer_email: 'ada@example.com',
    first_name: 'Ada',
    conversation_summary: 'Wants tea',
    messages: [{ role: 'user', content: 'Tea?' }],
    products_discussed: ['tea', 'cups'],
    conversation_ended_at: '2026-11-20T10:00:00Z',
    custom_properties: { shop: 'north' },
  };

  test('makes a contact and, after it, the conversation', async () => {
    await lab.connect(['klaviyo', 'hubspot']);
    const reply = await lab.call('POST', '/crm/sync/lead', LEAD);
    expect(reply.status).toBe(200);
    expect(reply.body.data).toMatchObject({ session_id: 's-1', merchant_id: 'm-1', total_crms: 2, successful_syncs: 2, failed_syncs: 0 });
    expect(reply.body.data.results[0]).toMatchObject({ success: true, crm_contact_id: expect.any(String), crm_activity_id: expect.any(String) });
    expect(lab.crms.hubspot.calls.map(([write]) => write?.kind)).toEqual(['contact', 'event']);
    expect(lab.crms.hubspot.calls[0]?.[0]?.item.contact.custom_properties).toEqual({
      shop: 'north',
      lead_source: 'chatbot',
      lead_quality: 'New',
      session_id: 's-1',
      merchant_id: 'm-1',
      products_discussed: 'tea, cups',
    });
    const rows = await lab.rows("SELECT operation_type, entity_type, entity_id FROM crm.crm_sync_logs WHERE crm_type = 'hubspot' ORDER BY operation_type");
    expect(rows).toEqual([
      { operation_type: 'create_lead_with_transcript', entity_type: 'lead', entity_id: 's-1' },
      { operation_type: 'send_event', entity_type: 'event', entity_id: 's-1' },
    ]);
  });

  test('sends no conversation where the settings say so', async () => {
    await lab.connect(['klaviyo'], { transcript_sync: { enabled: false } });
    await lab.connect(['hubspot'], { enabled_events: ['Ordered'] });
    await lab.call('POST', '/crm/sync/lead', LEAD);
    for (const type of ['klaviyo', 'hubspot'] as const) expect(lab.crms[type].calls.map(([write]) => write?.kind)).toEqual(['contact']);
  });

  test('puts contact and conversation by together, and sends them in that order later', async () => {
    await lab.connect(['klaviyo']);
    lab.crms.klaviyo.answer = () => DOWN;
    const reply = await lab.call('POST', '/crm/sync/lead', LEAD);
    expect([reply.status, reply.body.data.queued_syncs]).toEqual([202, 1]);
    lab.crms.klaviyo.answer = () => ({ outcome: 'delivered', statusCode: 200 });
    lab.crms.klaviyo.calls.length = 0;
    await lab.deliverAll();
    expect(lab.crms.klaviyo.calls.map(([write]) => write?.kind)).toEqual(['contact', 'event']);
    expect(await objects()).toEqual([]);
  });

  test('puts the conversation by alone where the contact is delivered', async () => {
    await lab.connect(['klaviyo']);
    lab.crms.klaviyo.answer = ({ kind }) => (kind === 'event' ? DOWN : { outcome: 'delivered', statusCode: 200 });
    await lab.call('POST', '/crm/sync/lead', LEAD);
    lab.crms.klaviyo.answer = () => ({ outcome: 'delivered', statusCode: 200 });
    lab.crms.klaviyo.calls.length = 0;
    await lab.deliverAll();
    expect(lab.crms.klaviyo.calls.map(([write]) => write?.kind)).toEqual(['event']);
  });

  test('is refused by each CRM where it has no email, and answers zeros where nothing is connected', async () => {
    expect((await lab.call('POST', '/crm/sync/lead', LEAD)).body.data).toMatchObject({ total_crms: 0, results: [] });
    await lab.connect(['klaviyo']);
    const { customer_email: _, ...nameless } = LEAD;
    const reply = await lab.call('POST', '/crm/sync/lead', nameless);
    expect(reply.body.data).toMatchObject({ failed_syncs: 1, results: [{ success: false, error_code: 'missing_field' }] });
    expect(lab.crms.klaviyo.calls).toEqual([]);
  });

  test('needs a proven caller and a user, as everything', async () => {
    expect((await lab.call('POST', '/crm/sync/lead', LEAD, { 'x-api-key': 'wrong' })).status).toBe(401);
    expect((await lab.call('POST', '/crm/sync/lead', LEAD, { 'x-user-id': ' ' })).status).toBe(400);
  });
});
