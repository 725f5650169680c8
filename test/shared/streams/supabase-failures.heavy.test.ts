import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type SupabaseFailure, type SupabaseStandIn, startSupabase } from '../../../infra/local/stand-ins/supabase.ts';
import { defineStream, merge } from '../../../shared/stream.ts';
import { streams } from '../../../shared/streams/index.ts';
import { supabase } from '../../../shared/streams/supabase/source.ts';
import { type Chain, filesBelow, openChain, type Response } from '../../support/chain.ts';
import { supabaseSettings } from '../../support/supabase.ts';

const FIRST = '2026-11-20T06:00:00Z';
const SECOND = '2026-11-21T06:00:00Z';
const THIRD = '2026-11-22T06:00:00Z';
const FROM_FIRST = 'updated_at.gte."2026-11-20T05:00:00Z"';
const ROWS = 40;

/** A table asked for page by page with a declared total. */
const totals = defineStream({
  source: supabase,
  name: 'totals',
  description: 'Products by range',
  request: () => ({ path: '/rest/v1/products', query: { order: 'product_id' } }),
  pages: { type: 'content_range', size: 15 },
  columns: { product_id: { type: 'INT64', required: true } },
  key: ['product_id'],
  write: merge(),
  table: { dataset: 'lab', name: 'totals' },
});

let api: SupabaseStandIn;
let chain: Chain;
beforeEach(async () => {
  api = await startSupabase({ seed: 5, customers: 5, products: ROWS, sales: 5, support_tickets: 5 });
  api.setMaxRows(15);
  chain = await openChain({ streams: [...streams, totals], sources: supabaseSettings(api) });
});
afterEach(async () => {
  await chain.close();
  await api.stop();
});

async function run(time: string, stream = 'products'): Promise<Response> {
  chain.setNow(time);
  const response = await chain.publish({ source: 'supabase', stream }, { id: `${stream} ${time}`, time });
  await chain.settle();
  return response;
}

/** All products change, so that a run has as many pages as the first one. */
function changeAll(time: string): void {
  for (const { product_id = null } of api.rows('products')) api.upsert('products', { product_id, updated_at: time });
}

async function rawObjects(): Promise<number> {
  return (await chain.objects(chain.raw)).length;
}

async function loaded(): Promise<unknown> {
  return (await chain.rows('SELECT COUNT(*) AS n FROM supabase.products'))[0]?.['n'];
}

describe('a failure in the middle of the pages', () => {
  const permanent: [string, SupabaseFailure, string, string][] = [
    ['the token has expired', { kind: 'status', status: 401, code: 'PGRST303' }, 'http_401', 'SUPABASE_KEY has expired'],
    ['the token is none', { kind: 'status', status: 401, code: 'PGRST301' }, 'http_401', 'SUPABASE_KEY is no key of this project'],
    ['the token is not there', { kind: 'status', status: 401, code: 'PGRST302' }, 'http_401', 'SUPABASE_KEY is no key of this project'],
    ['the gateway refuses', { kind: 'status', status: 401 }, 'http_401', 'check the credentials'],
    ['the role may not read', { kind: 'status', status: 403, code: '42501' }, 'http_403', 'grant it SELECT'],
    ['the schema is not exposed', { kind: 'status', status: 406, code: 'PGRST106' }, 'http_406', 'SUPABASE_SCHEMA names no schema'],
    ['the table has gone', { kind: 'status', status: 404, code: 'PGRST205' }, 'http_404', 'has no such table'],
    ['the column has gone', { kind: 'status', status: 400, code: '42703' }, 'http_400', 'lacks its key or updated_at'],
    ['a policy calls itself', { kind: 'status', status: 500, code: '42P17' }, 'http_500', 'configuration of the project'],
    ['a page comes twice', { kind: 'repeated-page' }, 'page_repeated', 'page 3 is page 2 again'],
    ['it is HTML', { kind: 'html' }, 'malformed', 'malformed JSON at byte 0'],
    ['it is an object', { kind: 'error-object' }, 'root', 'the root is not an array'],
    ['it is half a document', { kind: 'incomplete-json' }, 'malformed', 'malformed JSON at byte'],
  ];

  test.each(permanent)('that stays ends with one notice, no object and the old cursor: %s', async (_what, failure, rule, words) => {
    await run(FIRST);
    changeAll('2026-11-20T12:00:00+00:00');
    api.fail('products', failure, { after: 2 });
    const before = api.requests.length;
    expect(await run(SECOND)).toMatchObject({ status: 200, body: { status: 'failure' } });
    expect(api.requests.length - before).toBe(3);
    expect(await chain.notices.list()).toMatchObject([{ class: 'permanent', rule, message: expect.stringContaining(words) }]);
    expect(await rawObjects()).toBe(1);

    api.heal('products');
    expect(await run(THIRD)).toMatchObject({ body: { runs: [{ records: ROWS }] } });
    expect(api.requests.at(-1)?.query['and']).toContain(FROM_FIRST);
  });

  const transient: [string, SupabaseFailure][] = [
    ['429 with Retry-After', { kind: 'status', status: 429, retryAfter: '0' }],
    ['500', { kind: 'status', status: 500 }],
    ['no connection (PGRST000)', { kind: 'status', status: 503, code: 'PGRST000' }],
    ['no connection (PGRST001)', { kind: 'status', status: 503, code: 'PGRST001' }],
    ['no schema cache (PGRST002)', { kind: 'status', status: 503, code: 'PGRST002' }],
    ['no connection left in the pool (PGRST003)', { kind: 'status', status: 504, code: 'PGRST003' }],
    ['a body that is cut', { kind: 'cut' }],
    ['a body that is cut in chunks', { kind: 'cut-chunked' }],
  ];

  test.each(transient)('that may go away is tried three times, then delivered again: %s', async (_what, failure) => {
    api.fail('products', failure, { after: 2, times: 3 });
    expect((await run(FIRST)).status).toBe(500);
    expect(api.requests).toHaveLength(5);
    expect(await rawObjects()).toBe(0);
    expect(await run(FIRST)).toMatchObject({ status: 200, body: { runs: [{ records: ROWS }] } });
    expect(await chain.notices.list()).toEqual([]);
  });

  test('that is a statement out of time makes it ask for half the time at once', async () => {
    await run(FIRST);
    changeAll('2026-11-20T12:00:00+00:00');
    api.fail('products', { kind: 'status', status: 500, code: '57014' }, { after: 2, times: 1 });
    expect(await run(SECOND)).toMatchObject({ body: { runs: [{ records: ROWS }] } });
    const bounds = new Set(api.requests.map(({ query }) => query['and']));
    expect(bounds).toContain(`(${FROM_FIRST},updated_at.lt."2026-11-20T17:30:00Z")`);
    expect(bounds).toContain('(updated_at.gte."2026-11-20T17:30:00Z",updated_at.lt."2026-11-21T06:00:00Z")');
  });

  test('that is an empty page by mistake loses nothing', async () => {
    api.fail('products', { kind: 'empty-page' }, { after: 1, times: 1 });
    expect(await run(FIRST)).toMatchObject({ body: { runs: [{ records: ROWS }] } });
    expect(await loaded()).toBe(ROWS);
  });

  test.each<[string, SupabaseFailure]>([
    ['pages that are empty although there are rows', { kind: 'empty-page' }],
    ['an end that is none by its own total', { kind: 'lying-total', by: 3 }],
  ])('that is %s leaves no object', async (_what, failure) => {
    api.fail('products', failure, { after: 1 });
    const { status, body } = await run(FIRST);
    expect([status, String(body)]).toEqual([500, expect.stringContaining('does not say that there are no more records')]);
    expect(await rawObjects()).toBe(0);
  });

  test('that is no more than slowness is waited for: a trickle arrives whole', async () => {
    api.fail('products', { kind: 'trickle', everyMs: 1 });
    expect(await run(FIRST)).toMatchObject({ body: { runs: [{ records: ROWS }] } });
    expect(await loaded()).toBe(ROWS);
  });
});

describe('pages by range', () => {
  test('end where as many rows have come as are declared', async () => {
    expect(await run(FIRST, 'totals')).toMatchObject({ body: { runs: [{ records: ROWS }] } });
    expect(api.requests).toHaveLength(3);
  });

  test('leave no object where the total lies', async () => {
    api.fail('products', { kind: 'lying-total', by: 3 });
    const { body } = await run(FIRST, 'totals');
    expect(body).toMatchObject({ runs: [{ message: `the source declares ${ROWS + 3} records and sent ${ROWS}` }] });
    expect(await rawObjects()).toBe(0);
  });
});

test('a schema that the settings name is asked for', async () => {
  const settings = supabaseSettings(api).get('supabase') ?? {};
  const other = await openChain({ streams, sources: new Map([['supabase', { ...settings, schema: 'private' }]]) });
  try {
    const { body } = await other.publish({ source: 'supabase', stream: 'products' });
    expect(body.runs[0]?.message).toContain('SUPABASE_SCHEMA names no schema that the project exposes');
  } finally {
    await other.close();
  }
});

test('the key is nowhere, whatever the source repeats of it', async () => {
  const failures: SupabaseFailure[] = [
    { kind: 'status', status: 401, code: 'PGRST303' },
    { kind: 'status', status: 500 },
    { kind: 'error-object' },
    { kind: 'html' },
    { kind: 'incomplete-json' },
    { kind: 'cut' },
  ];
  const answers: string[] = [];
  for (const [index, failure] of failures.entries()) {
    api.fail('products', failure);
    answers.push(JSON.stringify(await run(`2026-11-20T06:00:0${index}Z`)));
    api.heal('products');
  }
  answers.push(JSON.stringify(await run(SECOND)));
  const forms = [api.key, encodeURIComponent(api.key), Buffer.from(api.key).toString('base64'), Buffer.from(api.key).toString('base64url')];
  const files = await filesBelow(chain.dir);
  const places = [
    chain.logged.join('\n'),
    ...answers,
    JSON.stringify(await chain.notices.list()),
    ...[...files.values()].map((bytes) => bytes.toString('latin1')),
  ];
  expect(files.size).toBeGreaterThan(5);
  expect(answers.join('')).toContain('401');
  expect(places.filter((text) => forms.some((form) => text.includes(form)))).toEqual([]);
});
