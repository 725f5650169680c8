import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Crms, startCrms } from '../../../infra/local/stand-ins/crm/crms.ts';
import { CRM_PROVIDERS } from '../../../shared/crm/providers.ts';
import { createTokenCache } from '../../../shared/crm/token-cache.ts';
import { createOutsideHttp } from '../../../shared/http-outside.ts';
import { createObject } from '../../../shared/object-store/object-store.ts';
import { openServiceLab, type ServiceLab, TYPES } from '../../support/service-lab.ts';

/** The service with the real providers, against stand-ins that check every request and repeat credentials in their errors. */
let lab: ServiceLab;
let crms: Crms;
/** How many requests to the CRMs were on their way at once. */
const busy = { now: 0, most: 0 };
/** How far the clock of tokens is ahead, in milliseconds. */
const clock = { ahead: 0 };
/** Is awaited while a request to a CRM is on its way. */
let meanwhile = async (): Promise<void> => undefined;

beforeAll(async () => {
  crms = await startCrms();
  const outside = createOutsideHttp({ transport: crms.transport });
  lab = await openServiceLab({
    providers: new Map(CRM_PROVIDERS.map((provider) => [provider.type, provider])),
    http: {
      async send(request, signal) {
        busy.now += 1;
        busy.most = Math.max(busy.most, busy.now);
        await meanwhile();
        return await outside.send(request, signal).finally(() => {
          busy.now -= 1;
        });
      },
    },
    tokens: createTokenCache({ now: () => Date.now() + clock.ahead }),
    budgetMs: 4_000,
  });
}, 120_000);
afterAll(async () => {
  await lab.close();
  await crms.stop();
});
beforeEach(async () => {
  await lab.reset();
  meanwhile = async () => undefined;
  for (const type of TYPES) crms.standIns[type].heal();
});

async function connectAll(): Promise<void> {
  for (const type of TYPES) {
    const reply = await lab.call('POST', '/crm/connect', { crm_type: type, credentials: crms.standIns[type].credentials });
    expect([type, reply.status, reply.text]).toEqual([type, 200, expect.any(String)]);
  }
}

/** HubSpot makes an internal name of an event's name. */
function eventNames(type: (typeof TYPES)[number]): readonly string[] {
  return crms.standIns[type].events().map(({ name }) => name.toLowerCase().replaceAll('_', ' '));
}

/** A secret as it could show itself: plain, percent-encoded, in base64 at any offset. */
function disguises(secret: string): readonly string[] {
  const shifted = ['', 'x', 'xx'].map((before) => Buffer.from(`${before}${secret}`).toString('base64').slice(4, -4));
  return [secret, encodeURIComponent(secret), ...shifted.filter((text) => text.length > 8)];
}

describe('the service with all four CRMs', () => {
  test('sends contact, event and lead, which every CRM then holds', async () => {
    await connectAll();
    const contact = { email: 'zoe@example.com', first_name: 'Zoë', last_name: "O'Kafor", phone: '+16135550123', city: 'Ottawa' };
    const first = await lab.call('POST', '/crm/sync/contact', contact);
    const event = await lab.call('POST', '/crm/sync/event?contact_email=zoe@example.com', { event_name: 'Ordered', value: 3, properties: { order: 'A-1' } });
    const lead = await lab.call('POST', '/crm/sync/lead', {
      session_id: 's-1',
      merchant_id: 'm-1',
      customer_email: 'lea@example.com',
      first_name: 'Lea',
      last_name: 'Lead',
      conversation_summary: 'Wants tea',
    });
    for (const type of TYPES) {
      expect([type, first.body.data.results[type]]).toEqual([type, expect.objectContaining({ success: true, outcome: 'delivered' })]);
      expect([type, event.body.data.results[type]]).toEqual([type, expect.objectContaining({ success: true, outcome: 'delivered' })]);
      expect(crms.standIns[type].contacts().map(({ email }) => email)).toEqual(expect.arrayContaining(['zoe@example.com', 'lea@example.com']));
      expect(eventNames(type)).toEqual(expect.arrayContaining(['ordered', 'chat conversation']));
      expect(crms.standIns[type].violations).toEqual([]);
    }
    expect(lead.body.data).toMatchObject({ total_crms: 4, successful_syncs: 4, failed_syncs: 0 });
    expect(await lab.rows("SELECT crm_type FROM crm.crm_sync_logs WHERE status <> 'success'")).toEqual([]);
  });

  test('sends a field again that a CRM had no place for at first, once it has one', async () => {
    await connectAll();
    const contact = { email: 'later@example.com', last_name: 'Later', custom_properties: { brand_new: 'x' } };
    const knowing = ['salesforce', 'creatio', 'hubspot'] as const;
    const first = await lab.call('POST', '/crm/sync/contact', contact);
    for (const type of knowing) {
      expect(first.body.data.results[type].data.warnings).toEqual(expect.arrayContaining([expect.stringMatching(/^custom_properties\.brand_new: /)]));
      crms.standIns[type].makeField(type === 'salesforce' ? 'brand_new__c' : type === 'creatio' ? 'UsrBrandNew' : 'brand_new');
    }
    // What a CRM does not know is asked for again after the lifetime of a token.
    clock.ahead += 3_600_000;
    const second = await lab.call('POST', '/crm/sync/contact', contact);
    for (const type of knowing) {
      expect([type, second.body.data.results[type]]).toEqual([type, expect.objectContaining({ outcome: 'delivered' })]);
      const [held] = crms.standIns[type].contacts().filter(({ email }) => email === contact.email);
      expect([type, Object.values(held?.fields ?? {})]).toEqual([type, expect.arrayContaining(['x'])]);
    }
    const third = await lab.call('POST', '/crm/sync/contact', contact);
    expect(Object.values<{ outcome: string }>(third.body.data.results).map(({ outcome }) => outcome)).toEqual(TYPES.map(() => 'unchanged'));
  });

  describe('Salesforce', () => {
    const KEYED = { external_id_field: 'Sync_Key__c' };
    const connect = (settings = {}) =>
      lab.call('POST', '/crm/connect', { crm_type: 'salesforce', credentials: crms.standIns.salesforce.credentials, settings });
    const send = async (contact: object) => (await lab.call('POST', '/crm/sync/contact', contact)).body.data.results.salesforce;
    const held = (email: string) =>
      crms.standIns.salesforce
        .contacts()
        .filter((one) => one.email === email)
        .map(({ fields }) => fields);

    test.each([
      ['by their email', {}, 'part1@example.com'],
      ['by an external id', KEYED, 'part2@example.com'],
    ])('needs a last name only of contacts that are new, %s', async (_, settings, email) => {
      await connect(settings);
      expect(await send({ email, city: 'Oslo' })).toMatchObject({ outcome: 'refused', error: expect.stringContaining('last_name') });
      expect(await send({ email, last_name: 'Part', city: 'Rome' })).toMatchObject({ outcome: 'delivered' });
      expect(await send({ email, city: 'Oslo' })).toMatchObject({ outcome: 'delivered' });
      // Also where only the CRM knows that it is there.
      await lab.rows('DELETE FROM crm.crm_item_states');
      expect(await send({ email, city: 'Paris' })).toMatchObject({ outcome: 'delivered' });
      expect(held(email)).toEqual([expect.objectContaining({ LastName: 'Part', MailingCity: 'Paris' })]);
    });

    test('refuses a change of settings to an external id field that the org does not have', async () => {
      await connect();
      for (const setting of ['external_id_field', 'event_external_id_field']) {
        const reply = await lab.call('PATCH', '/crm/salesforce', { settings: { [setting]: 'Nothing__c' } });
        expect([reply.status >= 400, reply.body.message]).toEqual([true, expect.stringContaining(`settings.${setting}`)]);
      }
      expect((await lab.call('GET', '/crm/salesforce/status')).body.data.integration.settings).toEqual({ sync_frequency: 'real-time' });
    });

    test('doubles no contact when an external id field is named later, whoever has made the contact', async () => {
      await connect();
      crms.standIns.salesforce.putContact('theirs@example.com', { LastName: 'Theirs' });
      crms.standIns.salesforce.putContact('keyed@example.com', { LastName: 'Keyed', Sync_Key__c: 'of-another-system' });
      await send({ email: 'ours@example.com', last_name: 'Ours' });
      // The org may change the address of a record: its id is known all the same.
      await send({ email: 'moved@example.com', last_name: 'Moved' });
      crms.standIns.salesforce.putContact('moved@example.com', { Email: 'new-address@example.com' });
      expect((await lab.call('PATCH', '/crm/salesforce', { settings: KEYED })).status).toBe(200);
      for (const name of ['ours', 'theirs', 'moved', 'keyed']) {
        const email = `${name}@example.com`;
        expect([name, await send({ email, last_name: 'Changed', external_id: `id-of-${name}` })]).toEqual([
          name,
          expect.objectContaining({ outcome: 'delivered' }),
        ]);
        if (name !== 'keyed') expect(held(email)).toEqual([{ Email: email, LastName: 'Changed', Sync_Key__c: `id-of-${name}` }]);
      }
      // What another system has put there stays.
      expect(held('keyed@example.com').map(({ Sync_Key__c: key }) => key)).toEqual(['of-another-system', 'id-of-keyed']);
      expect(held('new-address@example.com')).toEqual([]);
      expect(crms.standIns.salesforce.violations).toEqual([]);
    });
  });

  test.each(TYPES)('has no more requests on their way to %s than the limit of a connection, whatever they belong to', async (type) => {
    await connectAll();
    const lines = Array.from({ length: 60 }, (_, at) => JSON.stringify({ user_id: 'user-1', contact: { email: `p${at}@example.com`, last_name: 'P' } }));
    const bulk = await createObject(lab.outbox, `${type}/contact/2026-11-20/bulk.ndjson`, lines.join('\n'));
    busy.most = 0;
    const requests = Array.from({ length: 30 }, (_, at) =>
      lab.call('POST', `/crm/sync/contact?crm_types=${type}`, { email: `q${at}@example.com`, last_name: 'Q' }),
    );
    if (bulk === undefined) throw new Error('the object is there already');
    await Promise.all([lab.finalize(bulk), ...requests]);
    expect(busy.most).toBeGreaterThan(1);
    const { concurrency } = CRM_PROVIDERS.find((provider) => provider.type === type)?.limits ?? { concurrency: 0 };
    expect(busy.most).toBeLessThanOrEqual(concurrency);
  });

  test('delivers to each CRM once while three of ten answers fail', async () => {
    await connectAll();
    let state = 7;
    const random = () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state / 2_147_483_648;
    };
    for (const type of TYPES) crms.standIns[type].failAtRandom(0.3, random);
    const replies = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        lab.call(
          'POST',
          '/crm/sync/event?contact_email=once@example.com',
          { event_name: 'Counted', properties: { number: index } },
          { 'idempotency-key': `count-${index}` },
        ),
      ),
    );
    expect(replies.map(({ status }) => status).filter((status) => status > 202)).toEqual([]);
    for (const type of TYPES) crms.standIns[type].heal();
    // Salesforce and Creatio record events of contacts that are there.
    for (const type of TYPES) crms.standIns[type].putContact('once@example.com', {});
    await lab.deliverAll();
    for (const type of TYPES) {
      expect([type, eventNames(type).filter((name) => name === 'counted')]).toEqual([type, Array.from({ length: 12 }, () => 'counted')]);
    }
  });

  test('puts by what a CRM that never answers does not take, and answers in time', async () => {
    await connectAll();
    crms.standIns.klaviyo.fail({ kind: 'hang' });
    const reply = await lab.call('POST', '/crm/sync/contact', { email: 'waits@example.com', last_name: 'Long' });
    expect([reply.status, reply.body.data.results.klaviyo.outcome, reply.body.data.results.hubspot.outcome]).toEqual([202, 'queued', 'delivered']);
    crms.standIns.klaviyo.heal();
    await lab.deliverAll();
    expect(crms.standIns.klaviyo.contacts().filter(({ email }) => email === 'waits@example.com')).toHaveLength(1);
  });

  test('waits for the lock of a contact no longer than a request may take, and for that of another user not at all', async () => {
    const { credentials } = crms.standIns.salesforce;
    for (const user of ['user-1', 'user-2']) await lab.call('POST', '/crm/connect', { crm_type: 'salesforce', credentials }, { 'x-user-id': user });
    const contact = { email: 'locked@example.com', last_name: 'Lock' };
    const keys = new Set<string>();
    meanwhile = async () => {
      for (const { lock_key: key } of await lab.rows<{ lock_key: string }>('SELECT lock_key FROM crm.crm_locks')) keys.add(key);
    };
    await lab.call('POST', '/crm/sync/contact', contact);
    expect([...keys]).toEqual([expect.stringMatching(/^[\w-]{22}$/)]);
    await lab.rows("INSERT INTO crm.crm_locks (lock_key, token, lease_until) VALUES ($1, gen_random_uuid(), now() + interval '1 hour')", [...keys]);
    const changed = { ...contact, last_name: 'Locked' };
    const own = await lab.call('POST', '/crm/sync/contact', changed);
    const another = await lab.call('POST', '/crm/sync/contact', changed, { 'x-user-id': 'user-2' });
    expect([own.status, own.body.data.results.salesforce]).toEqual([
      202,
      expect.objectContaining({ outcome: 'queued', data: expect.objectContaining({ reason: 'time' }) }),
    ]);
    expect([another.status, another.body.data.results.salesforce.outcome]).toEqual([200, 'delivered']);
  });

  test('leaves no credential and no value anywhere but where it belongs', async () => {
    await connectAll();
    const secrets = TYPES.flatMap((type) => Object.values(crms.standIns[type].credentials)).filter((text) => text.length >= 12 && !text.startsWith('https://'));
    expect(secrets.length).toBeGreaterThanOrEqual(4);
    const personal = ['canary.person@example.com', 'Canarius', '+16135550199'];
    const seen: string[] = [];
    for (const status of [401, 403, 400, 429, 500]) {
      for (const type of TYPES) {
        crms.standIns[type].heal();
        crms.standIns[type].fail({ kind: 'status', status });
      }
      const contact = { email: personal[0], first_name: personal[1], last_name: 'Long-enough', phone: personal[2] };
      seen.push((await lab.call('POST', '/crm/sync/contact', contact)).text);
      seen.push((await lab.call('POST', `/crm/sync/event?contact_email=${personal[0]}`, { event_name: 'E', properties: { who: personal[1] } })).text);
      for (const type of TYPES) seen.push((await lab.call('POST', '/crm/validate', { crm_type: type, credentials: crms.standIns[type].credentials })).text);
      seen.push((await lab.call('GET', '/crm/list')).text);
      for (const reply of await lab.deliverAll()) seen.push(reply.text);
    }
    const tables = ['crm_sync_logs', 'crm_item_states', 'crm_requests', 'crm_outbox_items', 'crm_locks', 'crm_integrations'];
    for (const table of tables) seen.push(JSON.stringify(await lab.rows(`SELECT to_jsonb(t) AS row FROM crm.${table} t`)));
    seen.push(...lab.logged, JSON.stringify(lab.notices));
    const objects = await Array.fromAsync(lab.outbox.list(''));
    const waiting: string[] = [];
    for (const { name, generation } of objects) {
      const chunks = (await lab.outbox.read(name, generation)) ?? [];
      waiting.push(Buffer.concat(await Array.fromAsync(chunks)).toString());
    }
    const found = (texts: readonly string[], secret: string) => texts.some((text) => disguises(secret).some((form) => text.includes(form)));
    expect(secrets.filter((secret) => found([...seen, ...waiting], secret))).toEqual([]);
    // OUTBOX holds what is to be delivered; nothing else does.
    expect(personal.filter((value) => found(seen, value))).toEqual([]);
    expect(lab.logged.length).toBeGreaterThan(20);
  }, 120_000);

  test.each([
    ['a private address', 'https://127.0.0.1'],
    ['another spelling of it', 'https://2130706433'],
    ['IPv6', 'https://[::ffff:10.0.0.1]'],
    ['metadata', 'http://169.254.169.254/computeMetadata/v1'],
    ['a user in the address', 'https://stand-in.creatio.com@127.0.0.1'],
    ['another port', 'https://stand-in.creatio.com:8443'],
  ])('refuses %s as an instance, before anything is called', async (_, instance_url) => {
    const before = crms.standIns.creatio.calls.length;
    const reply = await lab.call('POST', '/crm/validate', { crm_type: 'creatio', credentials: { ...crms.standIns.creatio.credentials, instance_url } });
    expect([reply.status, reply.body.error_code]).toEqual([400, 'VAL_INVALID_INPUT']);
    expect(crms.standIns.creatio.calls.length).toBe(before);
  });
});
