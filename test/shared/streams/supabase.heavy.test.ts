import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { PgRow } from '../../../infra/local/stand-ins/postgrest-values.ts';
import { type SupabaseStandIn, startSupabase } from '../../../infra/local/stand-ins/supabase.ts';
import { defineStream, merge } from '../../../shared/stream.ts';
import { streams } from '../../../shared/streams/index.ts';
import { keysOf } from '../../../shared/streams/supabase/keys.ts';
import { changedRows } from '../../../shared/streams/supabase/request.ts';
import { supabase } from '../../../shared/streams/supabase/source.ts';
import { type Chain, openChain, type Response } from '../../support/chain.ts';
import { supabaseSettings } from '../../support/supabase.ts';

const FIRST = '2026-11-20T06:00:00Z';
const SECOND = '2026-11-21T06:00:00Z';
const THIRD = '2026-11-22T06:00:00Z';
const CHANGED = '2026-11-19T12:00:00.25+00:00';

/** Streams of tables whose keys are anything: texts, and numbers of 64 bits. */
const lab = ['notes', 'counters'].map((name) =>
  defineStream({
    source: supabase,
    name,
    description: name,
    ...changedRows(name, 'id'),
    columns: { id: { type: 'STRING', required: true }, updated_at: { type: 'TIMESTAMP', required: true } },
    key: ['id'],
    write: merge(),
    table: { dataset: 'lab', name },
  }),
);

let api: SupabaseStandIn;
let chain: Chain;
beforeEach(async () => {
  const note = { id: 'text', updated_at: 'timestamptz' } as const;
  api = await startSupabase({
    seed: 3,
    customers: 60,
    products: 50,
    sales: 70,
    support_tickets: 55,
    tables: { notes: { columns: note, rows: [] }, counters: { columns: { ...note, id: 'int8' }, rows: [] } },
  });
  chain = await openChain({ streams: [...streams, ...lab, ...lab.map(keysOf)], sources: supabaseSettings(api) });
});
afterEach(async () => {
  await chain.close();
  await api.stop();
});

/** Runs a stream at a time, through to its table. */
async function run(stream: string, time: string, id = `${stream} ${time}`): Promise<Response> {
  chain.setNow(time);
  const response = await chain.publish({ source: 'supabase', stream }, { id, time });
  await chain.settle();
  return response;
}

/** What was asked for a table since. */
function asked(table: string, since = 0) {
  return api.requests.slice(since).filter((request) => request.table === table);
}

async function column(table: string, name: string): Promise<readonly unknown[]> {
  return (await chain.rows(`SELECT "${name}" AS value FROM ${table} ORDER BY 1`)).map(({ value }) => value);
}

function keys(table: string, name: string): readonly unknown[] {
  return api
    .rows(table)
    .map((row) => row[name])
    .sort((a, b) => Number(a) - Number(b));
}

describe('a first run', () => {
  test('fetches all rows, in as many pages as the server makes of them, each once', async () => {
    api.setMaxRows(7);
    expect(await run('customers', FIRST)).toMatchObject({ status: 200, body: { runs: [{ records: 60 }] } });
    // Nine pages, then the empty one twice, the second time counted.
    expect(asked('customers')).toHaveLength(11);
    expect(await column('supabase.customers', 'customer_id')).toEqual(keys('customers', 'customer_id'));
  });

  test('asks as PostgREST wants it: an order without ties, pages behind the last row, values in quotes', async () => {
    api.setMaxRows(59);
    await run('customers', FIRST);
    const [first, second] = asked('customers');
    const common = { and: '(updated_at.lt."2026-11-20T06:00:00Z")', order: 'updated_at.asc,customer_id.asc', limit: '1000' };
    expect(first).toMatchObject({ query: common });
    const [, last] = api.rows('customers').toSorted((a, b) => String(b['updated_at']).localeCompare(String(a['updated_at'])));
    const at = `"${last?.['updated_at']}"`;
    expect(second?.query).toEqual({ ...common, or: `(updated_at.gt.${at},and(updated_at.eq.${at},customer_id.gt."${last?.['customer_id']}"))` });
  });

  test('passes rows of one moment that fill more than a page', async () => {
    for (const id of keys('products', 'product_id')) api.upsert('products', { product_id: Number(id), updated_at: CHANGED });
    api.setMaxRows(7);
    await run('products', FIRST);
    expect(await column('supabase.products', 'product_id')).toEqual(keys('products', 'product_id'));
  });

  test('fetches pages of a thousand where the server gives as many', async () => {
    for (let id = 1; id <= 2_500; id += 1) api.upsert('counters', { id, updated_at: CHANGED });
    await run('counters', FIRST);
    expect(asked('counters')).toHaveLength(5);
    expect(await chain.rows('SELECT COUNT(DISTINCT id) AS n FROM lab.counters')).toEqual([{ n: 2_500 }]);
  });
});

describe('the next run', () => {
  test('asks from an hour before the last one', async () => {
    await run('customers', FIRST);
    const since = api.requests.length;
    expect(await run('customers', SECOND)).toMatchObject({ body: { runs: [{ outcome: 'success', records: 0 }] } });
    expect(asked('customers', since)[0]?.query['and']).toBe('(updated_at.gte."2026-11-20T05:00:00Z",updated_at.lt."2026-11-21T06:00:00Z")');
    expect(await column('supabase.customers', 'customer_id')).toEqual(keys('customers', 'customer_id'));
  });

  test('lands an update inside the overlap once, the newest version of it', async () => {
    api.upsert('products', { product_id: 11, brand: 'old', updated_at: '2026-11-20T05:30:00+00:00' });
    await run('products', FIRST);
    expect(await run('products', SECOND)).toMatchObject({ body: { runs: [{ records: 1 }] } });
    api.upsert('products', { product_id: 11, brand: 'new', updated_at: '2026-11-21T05:59:59.999999+00:00' });
    expect(await run('products', THIRD)).toMatchObject({ body: { runs: [{ records: 1 }] } });
    expect(await chain.rows('SELECT brand FROM supabase.products WHERE product_id = 11')).toEqual([{ brand: 'new' }]);
  });

  test('finds a late row, which was older than the last run when it came', async () => {
    await run('products', FIRST);
    api.upsert('products', { product_id: 9_999, product_name: 'Late', brand: null, category: null, updated_at: '2026-11-20T05:00:00+00:00' });
    await run('products', SECOND);
    expect(await column('supabase.products', 'product_id')).toContain(9_999);
  });

  test('leaves what changes at the moment of the event to the one behind it', async () => {
    api.upsert('products', { product_id: 11, brand: 'later', updated_at: '2026-11-20T06:00:00+00:00' });
    await run('products', FIRST);
    expect(await column('supabase.products', 'product_id')).not.toContain(11);
    await run('products', SECOND);
    expect(await column('supabase.products', 'product_id')).toContain(11);
  });

  test('is the same one when its message comes twice: nothing is asked, nothing changes', async () => {
    await run('sales', FIRST, 'once');
    const before = [api.requests.length, (await chain.objects(chain.raw)).length, await column('supabase.sales', 'sale_id')];
    expect(await run('sales', FIRST, 'once')).toMatchObject({ body: { runs: [{ outcome: 'done before' }] } });
    expect([api.requests.length, (await chain.objects(chain.raw)).length, await column('supabase.sales', 'sale_id')]).toEqual(before);
  });
});

test('rows that come, change and go while they are paged are neither skipped nor doubled', async () => {
  api.setMaxRows(10);
  const inOrder = api.rows('customers').toSorted((a, b) => String(a['updated_at']).localeCompare(String(b['updated_at'])));
  const id = (at: number) => inOrder[at]?.['customer_id'] ?? null;
  const now = '2026-11-20T06:00:01.5+00:00';
  const change = (customer_id: PgRow[string], more: PgRow = {}) => api.upsert('customers', { customer_id, updated_at: now, ...more });
  api.onAnswer(({ table, at }) => {
    if (table !== 'customers' || at !== 3) return;
    change(id(2), { location: 'read, then changed' });
    change(id(40), { location: 'changed, not read yet' });
    change(7, { customer_name: 'new' });
    api.upsert('customers', { customer_id: 8, customer_name: 'late', updated_at: '2026-11-20T05:59:00+00:00' });
    api.remove('customers', id(4));
    api.remove('customers', id(45));
  });
  // Not the changed one, nor one of the two that went; but the late one, which stands behind.
  expect(await run('customers', FIRST)).toMatchObject({ body: { runs: [{ records: 59 }] } });
  const [raw] = await chain.rows("SELECT records, rows, duplicates FROM ops.ledger WHERE stream = 'customers'");
  expect(raw).toEqual({ records: 59, rows: 59, duplicates: 0 });
  await run('customers', SECOND);
  const gone = id(4);
  expect(await column('supabase.customers', 'customer_id')).toEqual([...keys('customers', 'customer_id'), gone].sort((a, b) => Number(a) - Number(b)));
  expect(await chain.rows("SELECT customer_id FROM supabase.customers WHERE location LIKE '%changed%' ORDER BY 1")).toEqual(
    [id(2), id(40)].sort((a, b) => Number(a) - Number(b)).map((customer_id) => ({ customer_id })),
  );
});

describe('keys of any kind', () => {
  const hostile = [
    'a,b',
    'a)',
    '(a',
    'a"b',
    'a\\',
    'a\\"',
    '"',
    '","',
    '1),or(id.gt.a',
    'x",id.gt."',
    ' ',
    'a.b:c',
    'null',
    '%_*',
    'é\n😀',
    '0&order=id.desc',
    '#?+%2C',
  ];

  test('are values, never a part of the filter', async () => {
    for (const id of hostile) api.upsert('notes', { id, updated_at: CHANGED });
    api.setMaxRows(1);
    await run('notes', FIRST);
    await run('notes_keys', FIRST);
    expect(asked('notes').map(({ status }) => status)).toEqual(Array(2 * (hostile.length + 2)).fill(200));
    const found = await chain.rows('SELECT id, COUNT(*) AS n FROM lab.notes GROUP BY id');
    expect(new Map(found.map(({ id, n }) => [id, n]))).toEqual(new Map(hostile.map((id) => [id, 1])));
    expect(new Set(await column('lab.notes_keys', 'id'))).toEqual(new Set(hostile));
  });

  test('keep all their digits from page to page', async () => {
    const numbers = [9_007_199_254_740_992n, 9_007_199_254_740_993n, 9_007_199_254_740_994n, 9_223_372_036_854_775_807n];
    for (const id of numbers) api.upsert('counters', { id, updated_at: CHANGED });
    api.setMaxRows(1);
    await run('counters', FIRST);
    expect(await column('lab.counters', 'id')).toEqual(numbers.map(String));
  });
});

describe('the sweep over the keys', () => {
  test('leaves exactly the keys that there are', async () => {
    api.setMaxRows(7);
    await run('customers_keys', FIRST);
    expect(asked('customers')[0]?.query).toEqual({ select: 'customer_id', order: 'customer_id.asc', limit: '1000' });
    expect(await column('supabase.customers_keys', 'customer_id')).toEqual(keys('customers', 'customer_id'));

    for (const key of keys('customers', 'customer_id').slice(5, 20)) api.remove('customers', Number(key));
    api.upsert('customers', { customer_id: 4, updated_at: CHANGED });
    await run('customers_keys', SECOND);
    expect(await column('supabase.customers_keys', 'customer_id')).toEqual(keys('customers', 'customer_id'));
    expect(keys('customers', 'customer_id')).toHaveLength(46);
  });

  test.each([
    ['all rows are gone, as a key that may see none makes believe', 0, 'min'],
    ['half of them are', 30, 'drop'],
  ])('is refused where %s', async (_what, left, gate) => {
    await run('customers_keys', FIRST);
    const before = keys('customers', 'customer_id');
    for (const key of before.slice(left)) api.remove('customers', Number(key));
    await run('customers_keys', SECOND);
    expect(await column('supabase.customers_keys', 'customer_id')).toEqual(before);
    expect(await chain.notices.list()).toMatchObject([{ stream: 'customers_keys', rule: gate }]);
  });

  test.each(streams.filter(({ source, name }) => source === supabase && !name.endsWith('_keys')))('stands beside $id, with its key alone', (stream) => {
    const sweep = streams.find(({ id }) => id === `${stream.id}_keys`);
    expect(Object.keys(sweep?.columns ?? {})).toEqual(stream.key);
    expect(sweep).toMatchObject({
      key: stream.key,
      write: { mode: 'replace', scope: 'table' },
      table: { dataset: 'supabase', name: `${stream.table.name}_keys` },
    });
  });
});

describe('a row', () => {
  const pipeline = { _raw_object: expect.anything(), _raw_generation: expect.anything(), _row: expect.anything(), _extracted_at: expect.anything() };
  const cases: [string, string, PgRow, Record<string, unknown>][] = [
    [
      'customers',
      'customer_id = 5',
      { customer_id: 5, customer_name: 'Zoë', customer_email: 'z@example.com', customer_age: 41, signup_date: '2021-11-27', vip: true, updated_at: CHANGED },
      {
        customer_id: 5,
        customer_name: 'Zoë',
        customer_email: 'z@example.com',
        customer_age: 41,
        customer_gender: null,
        first_ticket_date: null,
        last_ticket_date: null,
        location: null,
        account_age_years: null,
        income_bracket: null,
        signup_date: '2021-11-27',
        _extra: '{"vip":true}',
      },
    ],
    [
      'products',
      'product_id = 5',
      { product_id: 5, product_name: 'iBook "5"', brand: '', category: 'Laptop', updated_at: CHANGED },
      { product_id: 5, product_name: 'iBook "5"', brand: null, category: 'Laptop', _extra: null },
    ],
    [
      'sales',
      'sale_id = 5',
      {
        sale_id: 5,
        customer_id: 6,
        product_id: 7,
        quantity: 3,
        unit_price: 1_703.22,
        total_amount: 5_109.66,
        currency: 'GBP',
        payment_method: 'paypal',
        purchase_date: '2022-03-20',
        updated_at: CHANGED,
      },
      {
        sale_id: 5,
        customer_id: 6,
        product_id: 7,
        quantity: 3,
        unit_price: expect.stringMatching(/^1703\.220*$/),
        total_amount: expect.stringMatching(/^5109\.660*$/),
        currency: 'GBP',
        payment_method: 'paypal',
        purchase_date: '2022-03-20',
        _extra: null,
      },
    ],
    [
      'support_tickets',
      'ticket_id = 5',
      {
        ticket_id: 5,
        customer_id: 6,
        ticket_status: 'Open',
        ticket_created: '2023-05-31T23:00:00',
        first_response_time: '2023-06-01T02:30:00.5+02:00',
        frt_minutes: 90.5,
        customer_satisfaction: 4,
        updated_at: CHANGED,
      },
      {
        ticket_id: 5,
        customer_id: 6,
        customer_email: null,
        ticket_type: null,
        ticket_subject: null,
        ticket_description: null,
        ticket_status: 'Open',
        resolution: null,
        ticket_priority: null,
        ticket_channel: null,
        ticket_created: expect.stringContaining('2023-05-31T23:00:00'),
        first_response_time: expect.stringContaining('2023-06-01T00:30:00.5'),
        time_to_resolution: null,
        frt_minutes: expect.stringMatching(/^90\.50*$/),
        ttr_minutes: null,
        customer_satisfaction: expect.stringMatching(/^4(\.0*)?$/),
        _extra: null,
      },
    ],
  ];

  test.each(cases)('of %s is what the declaration says', async (table, where, record, row) => {
    api.upsert(table, record);
    await run(table, FIRST);
    const [found] = await chain.rows(`SELECT * FROM supabase.${table} WHERE ${where}`);
    const stamps = { ...pipeline, load_timestamp: expect.anything(), updated_at: expect.stringContaining('2026-11-19T12:00:00.25') };
    expect(found).toEqual({ ...row, ...stamps });
  });
});
