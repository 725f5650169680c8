import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type EzFocusDataSet, type EzFocusDefectKind, type EzFocusRecord, generateEzFocus } from '../../../../infra/local/stand-ins/ezfocus-data.ts';
import { type EzFocusFailure, type EzFocusStandIn, startEzFocus } from '../../../../infra/local/stand-ins/ezfocus.ts';

const SIZE = { accounts: 120, callReports: 110, inventory: 300 };
const DATA_SETS = ['accounts', 'callReports', 'inventory'] as const;

let api: EzFocusStandIn;
beforeEach(async () => {
  api = await startEzFocus(SIZE);
});
afterEach(() => api.stop());

describe('access', () => {
  test('needs Basic and a key together', async () => {
    expect((await get('accounts')).status).toBe(200);
    expect((await get('accounts', { authorization: null })).status).toBe(401);
    expect((await get('accounts', { authorization: basic(api.credentials.username, 'wrong') })).status).toBe(401);
    expect((await get('accounts', { query: { key: undefined } })).status).toBe(401);
    expect((await get('accounts', { query: { key: '00000000-0000-4000-8000-000000000000' } })).status).toBe(401);
  });

  test.each(['prov', 'seg', 'tpcl', 'agent'])('answers 400 when %s is missing', async (name) => {
    const response = await get('accounts', { query: { [name]: undefined } });
    expect(response.status).toBe(400);
    expect(await response.json()).toHaveProperty('error', `parameter ${name} is needed once`);
  });

  test.each([
    ['agent', '12'],
    ['prov', 'Ontario'],
    ['prov', ''],
    ['tpcl', 'SUCC;LRS'],
    ['tpcl', ''],
  ])('answers 400 when %s is "%s"', async (name, value) => {
    expect((await get('accounts', { query: { [name]: value } })).status).toBe(400);
  });

  test('answers 400 when a parameter comes twice', async () => {
    const url = urlOf('accounts');
    url.searchParams.append('seg', 'Oils');
    expect((await fetch(url, { headers: { authorization: basic() } })).status).toBe(400);
  });

  test.each(['/', '/api/', '/api/accounts', '//'])('answers 404 on the path %s', async (path) => {
    expect((await fetch(`${api.baseUrl}${path}`)).status).toBe(404);
  });

  test.each(['POST', 'HEAD', 'DELETE'])('answers 405 to %s', async (method) => {
    const response = await get('accounts', { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET');
  });

  test('makes up other credentials at every start, but for those that are given', async () => {
    const other = await startEzFocus({ ...SIZE, credentials: { username: 'ana' } });
    const { username, ...rest } = other.credentials;
    await other.stop();
    expect(username).toBe('ana');
    expect(rest.agent).toMatch(/^\d{4}$/);
    for (const key of [rest.accountsKey, rest.callReportsKey, rest.inventoryKey]) expect(key).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(Object.values(api.credentials)).not.toContain(rest.password);
    expect(Object.values(api.credentials)).not.toContain(rest.accountsKey);
  });
});

describe('answers', () => {
  test.each(DATA_SETS)('the key alone picks the data set: %s', async (dataSet) => {
    const response = await get(dataSet);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual(api.data[dataSet]);
  });

  test('hold the full set whatever the segment is', async () => {
    expect(await (await get('callReports', { query: { seg: 'Oils' } })).json()).toHaveLength(SIZE.callReports);
  });

  test('count their records once they are complete', async () => {
    await (await get('accounts')).text();
    await (await get('inventory')).text();
    await (await get('inventory')).text();
    expect(api.served).toEqual({ accounts: 120, callReports: 0, inventory: 600 });
  });

  test('do not count when the client leaves in the middle', async () => {
    api.serve('inventory', [{ BRAND: 'x'.repeat(32 * 1024 * 1024) }]);
    const client = new AbortController();
    const response = await get('inventory', { signal: client.signal });
    client.abort();
    await expect(response.text()).rejects.toThrow('aborted');
    await (await get('accounts')).text();
    await api.stop();
    expect(api.served).toEqual({ accounts: 120, callReports: 0, inventory: 0 });
  });

  test('are recorded in order, without the key', async () => {
    await get('accounts');
    await get('inventory', { query: { agent: undefined } });
    await get('callReports', { query: { key: 'none' } });
    const query = { prov: 'ON', seg: '', tpcl: 'SUCC,LRS,MED', agent: api.credentials.agent };
    const { agent: _agent, ...withoutAgent } = query;
    expect(api.requests).toEqual([
      { at: 1, dataSet: 'accounts', query, status: 200 },
      { at: 2, dataSet: 'inventory', query: withoutAgent, status: 400 },
      { at: 3, dataSet: null, query, status: 401 },
    ]);
  });

  test('hold what a test serves instead, byte for byte', async () => {
    api.serve('accounts', '[{"accnt_no":12.0,"n":1e5},\n{"accnt_no":9223372036854775807}]');
    expect(await (await get('accounts')).text()).toBe('[{"accnt_no":12.0,"n":1e5},\n{"accnt_no":9223372036854775807}]');
    api.serve('inventory', [{ BRAND: 'Pinède' }]);
    expect(await (await get('inventory')).text()).toBe('[{"BRAND":"Pinède"}]');
    api.serve('callReports', 'no JSON at all');
    expect(await (await get('callReports')).text()).toBe('no JSON at all');
    expect(api.served).toEqual({ accounts: 2, callReports: 0, inventory: 1 });
    expect(api.data.inventory).toEqual([{ BRAND: 'Pinède' }]);
    expect(api.data.defects).toEqual([]);
  });

  test('larger than every socket buffer arrive whole', async () => {
    api.serve(
      'inventory',
      Array.from({ length: 200_000 }, (_nothing, row) => ({ row, BRAND: 'Aurore Boréale' })),
    );
    expect(await (await get('inventory')).json()).toHaveLength(200_000);
    expect(api.served.inventory).toBe(200_000);
  });
});

describe('failures', () => {
  test('answers the status that was set, with Retry-After where given', async () => {
    api.fail('accounts', { kind: 'status', status: 503 });
    api.fail('inventory', { kind: 'status', status: 429, retryAfter: '7' });
    const [unavailable, throttled] = [await get('accounts'), await get('inventory')];
    expect([unavailable.status, unavailable.headers.get('retry-after')]).toEqual([503, null]);
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '7']);
    expect(api.requests.map(({ status }) => status)).toEqual([503, 429]);
  });

  test('hit one data set, as often as said, in the order of the calls', async () => {
    api.fail('accounts', { kind: 'status', status: 500 }, 2);
    api.fail('accounts', { kind: 'status', status: 502 }, 1);
    expect((await get('callReports')).status).toBe(200);
    const statuses = [];
    for (let asked = 0; asked < 4; asked += 1) statuses.push((await get('accounts')).status);
    expect(statuses).toEqual([500, 500, 502, 200]);
  });

  test('last until they are healed when no number is said', async () => {
    api.fail('accounts', { kind: 'status', status: 500 });
    for (let asked = 0; asked < 5; asked += 1) expect((await get('accounts')).status).toBe(500);
    api.heal('accounts');
    expect((await get('accounts')).status).toBe(200);
  });

  test('are not used up by a request that is refused', async () => {
    api.fail('accounts', { kind: 'status', status: 500 }, 1);
    expect((await get('accounts', { authorization: null })).status).toBe(401);
    expect((await get('accounts')).status).toBe(500);
  });

  test('slow answers whole in the end', async () => {
    api.fail('accounts', { kind: 'slow', delayMs: 1 });
    expect(await (await get('accounts')).json()).toHaveLength(120);
    expect(api.served.accounts).toBe(120);
  });

  test('slow does not keep a stopped server waiting', async () => {
    api.fail('accounts', { kind: 'slow', delayMs: 2_000_000_000 });
    const arrived = api.nextRequest();
    const answer = expect(get('accounts')).rejects.toThrow('fetch failed');
    await arrived;
    await api.stop();
    await answer;
  });

  test('hang never answers, until the server stops', async () => {
    api.fail('accounts', { kind: 'hang' });
    const arrived = api.nextRequest();
    const answer = expect(get('accounts')).rejects.toThrow('fetch failed');
    expect(await arrived).toMatchObject({ dataSet: 'accounts', status: null });
    await api.stop();
    await answer;
  });

  test('hang ends when the client gives up, and the next answer is whole', async () => {
    api.fail('accounts', { kind: 'hang' }, 1);
    const client = new AbortController();
    const arrived = api.nextRequest();
    const answer = expect(get('accounts', { signal: client.signal })).rejects.toThrow('aborted');
    await arrived;
    client.abort();
    await answer;
    expect(await (await get('accounts')).json()).toHaveLength(120);
  });

  test('stall sends half of a body and holds the rest until the server stops', async () => {
    api.fail('inventory', { kind: 'stall' });
    const response = await get('inventory');
    const body = await startOf(response, Number(response.headers.get('content-length')) >> 1);
    await api.stop();
    await expect(body.read()).rejects.toThrow('terminated');
    expect(api.served.inventory).toBe(0);
  });

  test('cut announces the full length and ends in the middle', async () => {
    const whole = await (await get('accounts')).bytes();
    api.fail('accounts', { kind: 'cut' });
    const response = await get('accounts');
    expect([response.status, response.headers.get('content-length')]).toEqual([200, String(whole.length)]);
    await expect(response.text()).rejects.toThrow('terminated');
    expect(api.served.accounts).toBe(120);
  });

  test('cut-chunked announces no length and ends without the last chunk', async () => {
    api.fail('accounts', { kind: 'cut-chunked' });
    const response = await get('accounts');
    expect([response.headers.get('content-length'), response.headers.get('transfer-encoding')]).toEqual([null, 'chunked']);
    await expect(response.text()).rejects.toThrow('terminated');
    expect(api.served.accounts).toBe(0);
  });

  test('incomplete-json is a complete answer whose JSON stops in the middle', async () => {
    api.serve('accounts', [{ accnt_name: 'é'.repeat(100) }]);
    api.fail('accounts', { kind: 'incomplete-json' });
    const response = await get('accounts');
    const body = await response.bytes();
    expect([response.status, response.headers.get('content-length')]).toEqual([200, String(body.length)]);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    expect(JSON.stringify(api.data.accounts).startsWith(text)).toBe(true);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(api.served.accounts).toBe(0);
  });

  test('error-object and html come with status 200', async () => {
    api.fail('accounts', { kind: 'error-object' });
    api.fail('inventory', { kind: 'html' });
    const [error, page] = [await get('accounts'), await get('inventory')];
    expect([error.status, error.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await error.json()).toHaveProperty('error');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('<form');
    expect(api.served).toEqual({ accounts: 0, callReports: 0, inventory: 0 });
  });

  test.each<[string, EzFocusFailure | null, Asking]>([
    ['401 of a wrong password', null, { authorization: basic('ana', 'a wrong secret') }],
    ['400', null, { query: { prov: undefined } }],
    ['405', null, { method: 'DELETE' }],
    ['404', null, { path: '/other' }],
    ['500', { kind: 'status', status: 500 }, {}],
    ['403', { kind: 'status', status: 403 }, {}],
    ['error object', { kind: 'error-object' }, {}],
    ['login page', { kind: 'html' }, {}],
  ])('the body of the %s repeats the received header, user name, password and key', async (_name, failure, asking) => {
    if (failure !== null) api.fail('accounts', failure);
    const authorization = asking.authorization ?? basic();
    const body = await (await get('accounts', { ...asking, authorization })).text();
    expect(body).toContain(authorization);
    expect(body).toContain(Buffer.from(authorization.slice('Basic '.length), 'base64').toString());
    expect(body).toContain(api.credentials.accountsKey);
  });
});

describe('generator', () => {
  test('gives the same bytes for the same seed and other bytes for another', () => {
    const bytes = (seed: number): string => JSON.stringify(generateEzFocus({ seed, ...SIZE }));
    expect(bytes(7)).toBe(bytes(7));
    for (const dataSet of DATA_SETS) {
      expect(generateEzFocus({ seed: 8, ...SIZE })[dataSet]).not.toEqual(generateEzFocus({ seed: 7, ...SIZE })[dataSet]);
    }
  });

  test('has the sizes of the real source by default', () => {
    const { accounts, callReports, inventory } = generateEzFocus({ seed: 1 });
    expect([accounts.length, callReports.length, inventory.length]).toEqual([2_684, 3_000, 20_000]);
  });

  test('gives every call report the same 35 columns, two of which differ in case only', () => {
    const columns = Object.keys(generateEzFocus({ seed: 1 }).callReports[0] ?? {});
    for (const report of generateEzFocus({ seed: 1 }).callReports) expect(Object.keys(report)).toEqual(columns);
    expect(columns).toHaveLength(35);
    expect(columns.slice(0, 3)).toEqual(['accnt_no', 'sales_rep', 'action_date']);
    expect(new Set(columns.map((column) => column.toLowerCase())).size).toBe(34);
    expect(columns.filter((column) => /^\d/.test(column))).toHaveLength(1);
  });

  test('gives call reports texts, numbers, booleans, empty texts and nulls', () => {
    const values = new Set(generateEzFocus({ seed: 1 }).callReports.flatMap((report) => Object.values(report)));
    for (const value of ['', null, true, false, '12.0', '00012', '1,234.50']) expect(values).toContain(value);
  });

  test('sends call reports to stores that exist', () => {
    const { accounts, callReports } = generateEzFocus({ seed: 1 });
    const numbers = new Set(accounts.map(({ accnt_no }) => accnt_no));
    expect(numbers).toContain(null);
    for (const { accnt_no } of callReports) {
      expect(accnt_no).not.toBeNull();
      expect(numbers.has(accnt_no)).toBe(true);
    }
  });

  test('keeps every coordinate that is not a defect inside Ontario', () => {
    const { accounts } = generateEzFocus({ seed: 1 });
    const outside = accounts.filter((store) => !inside(store.latitude, 41.6, 57) || !inside(store.longitude, -95.2, -74.3));
    expect(outside).toHaveLength(4 + 2 + 2);
  });

  test.each([1, 2, 3, 20_260_101])('has exactly the defects that it declares, with the seed %i', (seed) => {
    const data = generateEzFocus({ seed, ...SIZE });
    expect(data.defects).toEqual(EXPECTED_DEFECTS);
    for (const { dataSet, kind, count } of data.defects) expect([kind, count]).toEqual([kind, COUNT[kind](data[dataSet])]);
  });

  test('spoils nothing in a data set of fewer than 100 records', () => {
    const { accounts, callReports, defects } = generateEzFocus({ seed: 1, accounts: 99, callReports: 99, inventory: 0 });
    expect(defects).toEqual([]);
    for (const count of Object.values(COUNT)) expect(count(accounts)).toBe(0);
    expect(COUNT['no-sales-rep'](callReports)).toBe(0);
  });

  test('makes call reports even when there are no stores', () => {
    expect(generateEzFocus({ seed: 1, accounts: 0, callReports: 2, inventory: 0 }).callReports).toHaveLength(2);
  });
});

interface Asking {
  readonly authorization?: string | null;
  readonly method?: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

type Counter = (records: readonly EzFocusRecord[]) => number;

const EXPECTED_DEFECTS = [
  { dataSet: 'accounts', kind: 'no-number', count: 3 },
  { dataSet: 'accounts', kind: 'other-province', count: 2 },
  { dataSet: 'accounts', kind: 'zero-coordinates', count: 4 },
  { dataSet: 'accounts', kind: 'null-coordinates', count: 2 },
  { dataSet: 'accounts', kind: 'text-coordinates', count: 2 },
  { dataSet: 'accounts', kind: 'zero-date', count: 3 },
  { dataSet: 'accounts', kind: 'us-date', count: 2 },
  { dataSet: 'accounts', kind: 'duplicate-number', count: 2 },
  { dataSet: 'accounts', kind: 'no-name', count: 1 },
  { dataSet: 'callReports', kind: 'no-sales-rep', count: 2 },
];

const COUNT: Readonly<Record<EzFocusDefectKind, Counter>> = {
  'no-number': counting((store) => store.accnt_no === null),
  'other-province': counting((store) => store.accnt_prov === 'QC'),
  'zero-coordinates': counting((store) => store.latitude === 0 && store.longitude === 0),
  'null-coordinates': counting((store) => store.latitude === null && store.longitude === null),
  'text-coordinates': counting((store) => store.latitude === 'n/a' && store.longitude === 'n/a'),
  'zero-date': counting((store) => [store.client_since, store.client_until].includes('0000-00-00')),
  'us-date': counting((store) => /^\d\d\/\d\d\/\d{4}$/.test(String(store.client_since))),
  'duplicate-number': (stores) => {
    const numbers = stores.map(({ accnt_no }) => accnt_no).filter((number) => number !== null);
    return numbers.length - new Set(numbers).size;
  },
  'no-name': counting((store) => store.accnt_name === null),
  'no-sales-rep': counting((report) => report.sales_rep === null || report.sales_rep === ''),
};

function counting(holds: (record: EzFocusRecord) => boolean): Counter {
  return (records) => records.filter(holds).length;
}

function inside(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}

function basic(username = api.credentials.username, password = api.credentials.password): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function urlOf(dataSet: EzFocusDataSet, { path = '/api', query = {} }: Asking = {}): URL {
  const url = new URL(path, api.baseUrl);
  const right = { key: api.credentials[`${dataSet}Key`], prov: 'ON', seg: '', tpcl: 'SUCC,LRS,MED', agent: api.credentials.agent };
  for (const [name, value] of Object.entries({ ...right, ...query })) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

function get(dataSet: EzFocusDataSet, asking: Asking = {}): Promise<Response> {
  const { authorization = basic(), method = 'GET', signal = null } = asking;
  return fetch(urlOf(dataSet, asking), { method, signal, headers: authorization === null ? {} : { authorization } });
}

/** Reads until so many bytes are there; returns the reader, for what follows. */
async function startOf(response: Response, length: number) {
  if (response.body === null) throw new Error('no body');
  const reader = response.body.getReader();
  for (let read = 0; read < length; ) read += (await reader.read()).value?.length ?? Number.POSITIVE_INFINITY;
  return reader;
}
