import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { PgRow, PgType } from '../../../../infra/local/stand-ins/postgrest-values.ts';
import { generateSupabase, type SupabaseTable } from '../../../../infra/local/stand-ins/supabase-data.ts';
import { type SupabaseFailure, type SupabaseStandIn, startSupabase } from '../../../../infra/local/stand-ins/supabase.ts';

const EMPTY = { customers: 0, products: 0, sales: 0, support_tickets: 0 };
const COLUMNS: Readonly<Record<string, PgType>> = { id: 'text', n: 'int8', price: 'numeric', at: 'timestamptz', open: 'bool' };
const row = (id: string, more: PgRow = {}): PgRow => ({ id, n: null, price: null, at: null, open: null, ...more });

let api: SupabaseStandIn;
beforeEach(async () => {
  api = await startSupabase({ ...EMPTY, tables: { things: { columns: COLUMNS, rows: [] } } });
});
afterEach(() => api.stop());

function get(query: Readonly<Record<string, string>>, headers: Readonly<Record<string, string | undefined>> = {}, table = 'things'): Promise<Response> {
  const sent = Object.entries({ apikey: api.key, authorization: `Bearer ${api.key}`, ...headers }).filter(([, value]) => value !== undefined);
  return fetch(`${api.baseUrl}/rest/v1/${table}?${new URLSearchParams(query)}`, { headers: Object.fromEntries(sent) as Record<string, string> });
}

/** The ids of the rows that a query finds, or the code of its refusal. */
async function found(query: Readonly<Record<string, string>>): Promise<unknown> {
  const body = (await (await get(query)).json()) as readonly { id: string }[] | { code: string };
  return 'code' in body ? body.code : body.map(({ id }) => id);
}

describe('access', () => {
  test.each([
    ['without the header apikey', { apikey: undefined }, 401, ''],
    ['with another apikey', { apikey: 'other' }, 401, ''],
    ['without a bearer token', { authorization: undefined }, 401, 'PGRST302'],
    ['with another bearer token', { authorization: 'Bearer other' }, 401, 'PGRST301'],
    ['for a schema that is not exposed', { 'accept-profile': 'private' }, 406, 'PGRST106'],
    ['for the schema that is exposed', { 'accept-profile': 'public' }, 200, undefined],
  ])('%s', async (_what, headers, status, code) => {
    const response = await get({}, headers);
    const body = (await response.json()) as { code?: string };
    expect([response.status, body.code]).toEqual([status, code]);
    if (status !== 200) expect(Object.keys(body)).toEqual(['code', 'message', 'details', 'hint']);
  });

  test('to a table or a column that is not there is refused', async () => {
    const table = await get({}, {}, 'nothing');
    expect([table.status, await table.json()]).toMatchObject([404, { code: 'PGRST205' }]);
    for (const query of [{ nothing: 'eq.1' }, { order: 'nothing' }, { select: 'nothing' }, { or: '(nothing.eq.1)' }]) expect(await found(query)).toBe('42703');
  });
});

describe('filters', () => {
  const hostile = [
    'a,b',
    'a)',
    '(a',
    'a"b',
    'a\\',
    'a\\"',
    '"',
    '","',
    '1),or(n.gt.0',
    'x",n.gt."0',
    '',
    ' ',
    'a.b:c',
    'null',
    '%_*',
    'é\n😀',
    "'; DROP TABLE things",
  ];
  const quoted = (value: string) => `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
  beforeEach(() => {
    for (const id of hostile) api.upsert('things', row(id, { n: 1 }));
  });

  test.each(hostile)('mean the value %j and nothing else, quoted in parentheses or as it is behind the operator', async (value) => {
    expect(await found({ or: `(id.eq.${quoted(value)},n.gt.5)` })).toEqual([value]);
    expect(await found({ and: `(id.eq.${quoted(value)},or(n.eq.1,n.is.null))` })).toEqual([value]);
    expect(await found({ and: `(id.in.(${quoted(value)},"no such"))` })).toEqual([value]);
    expect(await found({ id: `eq.${value}` })).toEqual([value]);
    expect(await found({ id: `in.(${quoted(value)})` })).toEqual([value]);
  });

  test.each(['(', '()', '(n.gt.1', '(n.gt.1))', '(n.gt.1,)', 'n.gt.1', '(n)', '(n.gt)', '(n.frob.1)', '(and(n.gt.1)', '(n.gt.1)x', '(n.in.1)', '(n.is.2)'])(
    'that nobody can read are refused: or=%s',
    async (or) => {
      expect(await found({ or })).toBe('PGRST100');
    },
  );

  test.each([
    ['n', 'eq.x', '22P02'],
    ['n', 'gt."1"', '22P02'],
    ['at', 'gt.null', '22007'],
    ['at', 'gt.2026-02-30T00:00:00Z', '22007'],
  ])('with a value that the column cannot have are refused: %s=%s', async (column, value, code) => {
    expect(await found({ [column]: value })).toBe(code);
  });

  test('compare as Postgres does: numbers, microseconds, zones, and NULL with nothing', async () => {
    api = await restarted([
      row('a', { n: 9_007_199_254_740_993n, at: '2026-01-01T00:00:00.000001+00:00' }),
      row('b', { n: 9_007_199_254_740_992n, at: '2026-01-01T01:00:00.000002+01:00', open: true }),
      row('c', { n: 10, price: 9.5 }),
      row('d'),
    ]);
    expect(await found({ n: 'gt.9007199254740992' })).toEqual(['a']);
    expect(await found({ at: 'gt.2026-01-01T00:00:00.000001Z' })).toEqual(['b']);
    expect(await found({ at: 'lte.2026-01-01T00:00:00.000001+00:00' })).toEqual(['a']);
    expect(await found({ price: 'lt.10' })).toEqual(['c']);
    expect(await found({ n: 'not.eq.10' })).toEqual(['a', 'b']);
    expect(await found({ 'not.or': '(n.eq.10,open.is.true)' })).toEqual(['a']);
    expect(await found({ 'not.or': '(n.eq.10,n.is.null)' })).toEqual(['a', 'b']);
    expect(await found({ n: 'is.null' })).toEqual(['d']);
    expect(await found({ n: 'not.is.null', open: 'is.null' })).toEqual(['a', 'c']);
    expect(await (await get({ n: 'gt.9007199254740992', select: 'n' })).text()).toBe('[{"n":9007199254740993}]');
  });

  test('leave the order to order, nulls last or first', async () => {
    api = await restarted([row('a', { n: 2 }), row('b'), row('c', { n: 10 }), row('d', { n: 2 })]);
    expect(await found({ order: 'n.asc,id.desc' })).toEqual(['d', 'a', 'c', 'b']);
    expect(await found({ order: 'n.desc,id' })).toEqual(['b', 'c', 'a', 'd']);
    expect(await found({ order: 'n.desc.nullslast,id' })).toEqual(['c', 'a', 'd', 'b']);
    expect(await found({ order: 'n.nullsfirst,id' })).toEqual(['b', 'a', 'd', 'c']);
    expect(await found({ order: 'n.up' })).toBe('PGRST100');
  });
});

describe('data that changes', () => {
  test('is seen by the next request, and a row that is changed moves to the end', async () => {
    api = await restarted([row('a'), row('b')]);
    api.onAnswer(({ at }) => at === 1 && api.upsert('things', { id: 'a', n: 1 }));
    expect(await found({})).toEqual(['a', 'b']);
    expect(await found({})).toEqual(['b', 'a']);
    api.remove('things', 'b');
    expect(api.rows('things')).toEqual([row('a', { n: 1 })]);
  });

  test('comes in pages no longer than the server gives, whatever is asked for', async () => {
    api = await restarted([row('a'), row('b'), row('c')]);
    api.setMaxRows(2);
    const response = await get({ limit: '100', order: 'id' }, { prefer: 'count=exact' });
    expect([response.status, response.headers.get('content-range'), await response.json()]).toMatchObject([206, '0-1/3', [{ id: 'a' }, { id: 'b' }]]);
  });
});

describe('failures', () => {
  beforeEach(async () => {
    api = await restarted([row('a'), row('b'), row('c')]);
  });
  const counted = { prefer: 'count=exact' };

  test('come after as many good answers as they are told, and so often', async () => {
    api.fail('things', { kind: 'status', status: 401, code: 'PGRST303' }, { after: 1, times: 2 });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await get({})).status);
    expect(statuses).toEqual([200, 401, 401, 200]);
    expect(api.requests.map(({ status }) => status)).toEqual(statuses);
  });

  test('with a status repeat the credentials, which a client must not let out', async () => {
    api.fail('things', { kind: 'status', status: 429, retryAfter: '7' });
    const response = await get({});
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
    expect(JSON.stringify(await response.json())).toContain(api.key);
  });

  test.each<[string, SupabaseFailure, string, string]>([
    ['an empty page', { kind: 'empty-page' }, '*/3', '[]'],
    ['a total that lies', { kind: 'lying-total', by: 5 }, '0-0/8', '[{"id":"a"}]'],
  ])('may be %s', async (_what, failure, range, body) => {
    api.fail('things', failure);
    const response = await get({ limit: '1', select: 'id' }, counted);
    expect([response.headers.get('content-range'), await response.text()]).toEqual([range, body]);
  });

  test('may be the page before once more', async () => {
    await get({ limit: '1', select: 'id' });
    api.fail('things', { kind: 'repeated-page' });
    expect(await (await get({ limit: '1', offset: '1', select: 'id' })).json()).toEqual([{ id: 'a' }]);
  });

  test.each<[string, SupabaseFailure]>([
    ['cut', { kind: 'cut' }],
    ['cut in chunks', { kind: 'cut-chunked' }],
  ])('may end a body early: %s', async (_what, failure) => {
    api.fail('things', failure);
    await expect((await get({})).text()).rejects.toThrow();
  });

  test('may be a body that comes whole, but slowly', async () => {
    api.fail('things', { kind: 'trickle', everyMs: 1 });
    expect(await (await get({})).json()).toEqual([row('a'), row('b'), row('c')]);
  });

  test.each<[SupabaseFailure['kind'], RegExp]>([
    ['html', /^<!doctype html>/],
    ['error-object', /^\{"message"/],
    ['incomplete-json', /^\[.*[^\]]$/],
  ])('may be something else with 200: %s', async (kind, text) => {
    api.fail('things', { kind } as SupabaseFailure);
    const response = await get({});
    expect([response.status, await response.text()]).toEqual([200, expect.stringMatching(text)]);
  });

  test('are forgotten when they are healed', async () => {
    api.fail('things', { kind: 'status', status: 500 });
    api.heal('things');
    expect((await get({})).status).toBe(200);
  });
});

describe('generated data', () => {
  const { rows, defects } = generateSupabase({ seed: 7 });
  const is: Readonly<Record<string, (row: PgRow) => boolean>> = {
    'customers no-email': (one) => one['customer_email'] === null,
    'customers no-at-sign': (one) => one['customer_email'] !== null && !String(one['customer_email']).includes('@'),
    'customers other-gender': (one) => !['Female', 'Male', 'Other'].includes(String(one['customer_gender'])),
    'customers impossible-age': (one) => Number(one['customer_age']) > 130,
    'products no-name': (one) => one['product_name'] === null,
    'sales wrong-total': (one) =>
      one['quantity'] !== null && Math.round(Number(one['unit_price']) * Number(one['quantity']) * 100) !== Math.round(Number(one['total_amount']) * 100),
    'sales unknown-customer': (one) => Number(one['customer_id']) < 1_001,
    'sales no-quantity': (one) => one['quantity'] === null,
    'sales late': (one) => one['updated_at'] === '2024-12-24T18:30:00.5+00:00',
    'support_tickets odd-status': (one) => !['Closed', 'Open'].includes(String(one['ticket_status'])),
    'support_tickets not-answered': (one) => one['first_response_time'] === null,
    'support_tickets answered-after-resolution': (one) => Number(one['ttr_minutes']) < 0,
    'support_tickets rating-of-seven': (one) => Number(one['customer_satisfaction']) > 5,
  };

  test('has the defects that it tells of, and no others', () => {
    expect(defects.map(({ table, kind }) => `${table} ${kind}`).sort()).toEqual(Object.keys(is).sort());
    const counts = defects.map(({ table, kind }) => [table, kind, rows[table].filter(is[`${table} ${kind}`]!).length]);
    expect(counts).toEqual(defects.map(({ table, kind, count }) => [table, kind, count]));
  });

  test('has keys that differ, and more sales of one moment than a page holds', () => {
    const keys = { customers: 'customer_id', products: 'product_id', sales: 'sale_id', support_tickets: 'ticket_id' };
    for (const [table, key] of Object.entries(keys)) {
      const all = rows[table as SupabaseTable];
      expect(new Set(all.map((one) => one[key])).size).toBe(all.length);
    }
    const moments = Map.groupBy(rows.sales, (one) => one['updated_at']);
    expect(Math.max(...[...moments.values()].map((same) => same.length))).toBeGreaterThan(2_000);
  });

  test('is the same for the same seed', () => {
    expect(generateSupabase({ seed: 7 })).toEqual({ rows, defects });
    expect(generateSupabase({ seed: 8 }).rows.customers).not.toEqual(rows.customers);
  });
});

/** The stand-in anew, with these rows. */
async function restarted(rows: readonly PgRow[]): Promise<SupabaseStandIn> {
  await api.stop();
  return await startSupabase({ ...EMPTY, tables: { things: { columns: COLUMNS, rows } } });
}
