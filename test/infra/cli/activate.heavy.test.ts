import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { planActivation } from '../../../infra/cli/activation.ts';
import { openFolderStore } from '../../../infra/local/folder-store.ts';
import { createObject } from '../../../shared/object-store/object-store.ts';
import type { QueryResult } from '../../../shared/warehouse/warehouse.ts';
import { openWorkplace, type Workplace } from './command.ts';

jest.setTimeout(60_000);

const STORE = { accnt_name: 'Herbe & Café', accnt_city: 'Ottawa', accnt_prov: 'ON', latitude: 45.4, longitude: -75.7 };
const AT = new Date('2026-11-20T10:00:00.123Z');
const CONTACTS = { to: 'hubspot', kind: 'contact', user: 'shop-1', event: undefined, query: 'q', at: AT } as const;
const EVENTS = { ...CONTACTS, kind: 'event', event: 'Order placed' } as const;

function result(columns: Readonly<Record<string, string>>, ...rows: QueryResult['rows'][number][]): QueryResult {
  return { columns: Object.entries(columns).map(([name, type]) => ({ name, type })), rows };
}

function parcels(plan: ReturnType<typeof planActivation>): unknown[] {
  return plan.objects.flatMap(({ lines }) => lines.map((line) => JSON.parse(line)));
}

describe('a row of a query', () => {
  test('is a contact: fields by their names, every other column a property, and nothing that is empty', () => {
    const plan = planActivation(
      result({ Email: 'STRING', first_name: 'STRING', phone: 'INT64', orders: 'INT64', tags: 'ARRAY<STRING>', custom_properties: 'JSON', city: 'STRING' }, [
        'ada@example.com',
        'Ada',
        16135550123,
        3,
        '["a"]',
        '{"tier":"gold"}',
        '',
      ]),
      CONTACTS,
    );
    expect(parcels(plan)).toEqual([
      {
        user_id: 'shop-1',
        source: 'activate',
        occurred_at: AT.toISOString(),
        contact: { email: 'ada@example.com', first_name: 'Ada', phone: '16135550123', custom_properties: { orders: 3, tags: ['a'], tier: 'gold' } },
      },
    ]);
    expect(plan.objects[0]?.name).toMatch(/^hubspot\/contact\/2026-11-20\/20261120T100000Z-activate-[0-9a-f]{8}-1\.ndjson$/);
  });

  test('is an event, which is the same one when the query runs again', () => {
    const columns = { email: 'STRING', timestamp: 'DATE', value: 'NUMERIC', sku: 'STRING' };
    const plan = (at: Date) => planActivation(result(columns, ['ada@example.com', '2026-11-19', '12.5', 'A1']), { ...EVENTS, at });
    const [first] = parcels(plan(AT)) as [{ key: string }];
    const [again] = parcels(plan(new Date(AT.getTime() + 60_000))) as [{ key: string }];
    expect(first).toMatchObject({
      contact: { email: 'ada@example.com' },
      event: { event_name: 'Order placed', timestamp: '2026-11-19T00:00:00Z', value: 12.5, properties: { sku: 'A1' } },
    });
    expect(first.key).toMatch(/^activate ./);
    expect(again.key).toBe(first.key);
  });

  test('is left out, by its number and the rule, where deliver would refuse it', () => {
    const plan = planActivation(result({ email: 'STRING' }, ['ada@example.com'], ['nobody'], [null]), CONTACTS);
    expect(plan.objects[0]?.lines).toHaveLength(1);
    expect(plan.refused).toEqual([
      { row: 2, problem: 'contact.email: must match format "email"' },
      { row: 3, problem: "contact: must have required property 'email'" },
    ]);
  });

  test('is left out where the value of an event is none, instead of going without it', () => {
    const rows = [
      ['ada@example.com', '2026-11-19', '12.50 CAD'],
      ['ada@example.com', '2026-11-19', '12.50'],
    ];
    const plan = planActivation(result({ email: 'STRING', timestamp: 'DATE', value: 'STRING' }, ...rows), EVENTS);
    expect(plan.refused).toEqual([{ row: 1, problem: 'event.value: must be number,null' }]);
    expect(parcels(plan)).toMatchObject([{ event: { value: 12.5 } }]);
  });

  test('keeps every digit of a number in a JSON column', () => {
    const plan = planActivation(result({ email: 'STRING', order: 'JSON' }, ['ada@example.com', '{"id":12345678901234567891}']), CONTACTS);
    expect(parcels(plan)).toMatchObject([{ contact: { custom_properties: { order: '{"id":12345678901234567891}' } } }]);
  });

  test('makes another object after 5,000', () => {
    const rows = Array.from({ length: 5_001 }, (_, index) => [`c${index}@example.com`]);
    expect(planActivation(result({ email: 'STRING' }, ...rows), CONTACTS).objects.map(({ lines }) => lines.length)).toEqual([5_000, 1]);
  });

  test.each([
    ['no email', { first_name: 'STRING' }, CONTACTS, /no column email/],
    ['no user', { email: 'STRING' }, { ...CONTACTS, user: undefined }, /name the user with --user/],
    ['an event without a name', { email: 'STRING', timestamp: 'TIMESTAMP' }, { ...EVENTS, event: undefined }, /--event/],
    ['an event without a time', { email: 'STRING' }, EVENTS, /no column timestamp/],
  ])('is refused with all others when the query gives %s', (_, columns, activation, message) => {
    expect(() => planActivation(result(columns as Record<string, string>), activation)).toThrow(message);
  });
});

describe('the verb', () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await openWorkplace();
    await place.load('ezfocus/accounts', [
      { ...STORE, accnt_no: '1' },
      { ...STORE, accnt_no: '2' },
    ]);
  });
  afterAll(() => place.remove());

  const QUERY = "SELECT accnt_no || '@example.com' AS email, accnt_name AS company FROM WM_SalesTeam.Accounts_List ORDER BY accnt_no";

  test('shows with --dry-run what would go where, and writes nothing', async () => {
    const { code, out } = await place.call('activate', '--query', QUERY, '--to', 'hubspot', '--user', 'shop-1', '--dry-run');
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/company +contact company[\s\S]*2 contacts in 1 object would be written; nothing is sent/),
    });
    expect((await place.call('reconcile')).out).toContain('Nothing is missing');
  });

  test('tells with exit 1 of records that are refused, which no connection means', async () => {
    const { code, out, err } = await place.call('activate', '--query', QUERY, '--to', 'hubspot', '--user', 'shop-1');
    expect(err).toMatch(/outbox\/hubspot\/contact\/.*-activate-.*\.ndjson is written/);
    expect(out).toMatch(/deliver .*refused: 2 of 2 records are refused/);
    expect(code).toBe(1);
  });

  test('is not needed again: reconcile finds what has waited in OUTBOX for over an hour, and tries that', async () => {
    await putBy('old', new Date(Date.now() - 2 * 3_600_000));
    await putBy('young', new Date(Date.now() - 60_000));
    const found = await place.call('reconcile');
    expect(found).toMatchObject({ code: 1, err: expect.stringContaining('1 object not delivered') });
    expect(found.out).toMatch(/^not delivered: outbox\/hubspot\/contact\/2026-11-20\/old\.json \(generation \d+, since .*\)\n$/);
    const redone = await place.call('reconcile', '--redo');
    expect(redone).toMatchObject({ code: 0, out: expect.stringContaining('1 object of OUTBOX came to an end') });
    expect((await place.call('notices')).out).toContain('hubspot/contact/2026-11-20/old.json');
    expect((await place.call('reconcile')).out).toContain('Nothing is missing');
  });

  async function putBy(id: string, at: Date): Promise<void> {
    const outbox = await openFolderStore({ dir: join(place.dir, 'buckets'), bucket: 'outbox', now: () => at });
    await createObject(outbox, `hubspot/contact/2026-11-20/${id}.json`, JSON.stringify({ user_id: 'nobody', contact: { email: 'ada@example.com' } }));
  }

  test('refuses a CRM that there is none of, and --event for contacts', async () => {
    expect(await place.call('activate', '--query', QUERY, '--to', 'mailchimp')).toMatchObject({ code: 2, err: expect.stringContaining('is not one of') });
    expect(await place.call('activate', '--query', QUERY, '--to', 'hubspot', '--event', 'x')).toMatchObject({ code: 2 });
  });
});
