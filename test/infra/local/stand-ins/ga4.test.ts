import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Ga4StandIn, startGa4 } from '../../../../infra/local/stand-ins/ga4.ts';
import { transactions } from '../../../../shared/streams/ga4/transactions.ts';

const ROW = {
  date: '20261118',
  transactionId: 'T1',
  sessionSource: 'google',
  sessionMedium: 'cpc',
  sessionCampaignName: 'Spring',
  purchaseRevenue: '10.5',
  totalUsers: '1',
};
const GOOD = {
  dimensions: [{ name: 'date' }],
  metrics: [{ name: 'purchaseRevenue' }, { name: 'totalUsers' }],
  dateRanges: [{ startDate: '2026-11-01', endDate: '2026-11-30' }],
};

let api: Ga4StandIn;
let token: string;
beforeAll(async () => {
  api = await startGa4({ rows: [ROW] });
  token = await newToken();
});
afterAll(() => api.stop());

async function newToken(): Promise<string> {
  const answer = await fetch(`${api.baseUrl}/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'refresh_token' }) });
  return ((await answer.json()) as { access_token: string }).access_token;
}

async function ask(body: unknown, more: { token?: string; method?: string; path?: string } = {}): Promise<{ status: number; body: unknown }> {
  const { token: bearer = token, method = 'POST', path = `/v1beta/properties/${api.property}:runReport` } = more;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${api.baseUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${bearer}` },
    ...(method === 'POST' ? { body: text } : {}),
  });
  return { status: response.status, body: await response.json() };
}

const refused = (code: number, status: string) => ({ status: code, body: { error: { code, status, message: expect.any(String) } } });
const invalid = refused(400, 'INVALID_ARGUMENT');

describe("a request is refused in the shape of Google's APIs", () => {
  test.each<[string, unknown, Parameters<typeof ask>[1], object]>([
    ['with another token', GOOD, { token: 'other' }, refused(401, 'UNAUTHENTICATED')],
    ['for a property of others', GOOD, { path: '/v1beta/properties/1:runReport' }, refused(403, 'PERMISSION_DENIED')],
    ['of another version', GOOD, { path: '/v1alpha/properties/213025502:runReport' }, refused(403, 'PERMISSION_DENIED')],
    ['by another method', GOOD, { method: 'GET' }, refused(403, 'PERMISSION_DENIED')],
    ['that is no JSON', '{', {}, invalid],
    ['with a member that is not there', { ...GOOD, pageSize: 5 }, {}, invalid],
    ['for a dimension that is not there', { ...GOOD, dimensions: [{ name: 'campaign' }] }, {}, invalid],
    ['for a metric that is not there', { ...GOOD, metrics: [{ name: 'revenue' }] }, {}, invalid],
    ['for no metric', { ...GOOD, metrics: [] }, {}, invalid],
    ['for too many dimensions', { ...GOOD, dimensions: Array(10).fill({ name: 'date' }) }, {}, invalid],
    ['for no days', { ...GOOD, dateRanges: [] }, {}, invalid],
    ['for days that are none', { ...GOOD, dateRanges: [{ startDate: '20261101', endDate: '20261130' }] }, {}, invalid],
    ['for days in the wrong order', { ...GOOD, dateRanges: [{ startDate: '2026-11-30', endDate: '2026-11-01' }] }, {}, invalid],
    ['for too many ranges of days', { ...GOOD, dateRanges: Array(5).fill(GOOD.dateRanges[0]) }, {}, invalid],
    ['in an order of what is not asked for', { ...GOOD, orderBys: [{ dimension: { dimensionName: 'transactionId' } }] }, {}, invalid],
    ['for pages of no rows', { ...GOOD, limit: 0 }, {}, invalid],
    ['for rows in front of the first', { ...GOOD, offset: '-1' }, {}, invalid],
  ])('%s', async (_what, body, more, answer) => {
    expect(await ask(body, more)).toEqual(answer);
  });

  test('for a token by a grant that is not known', async () => {
    const answer = await fetch(`${api.baseUrl}/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'password' }) });
    expect(answer.status).toBe(400);
  });

  test('with a token that has ended, until another one is fetched', async () => {
    expect((await ask(GOOD)).status).toBe(200);
    api.expireTokens();
    expect(await ask(GOOD)).toEqual(refused(401, 'UNAUTHENTICATED'));
    token = await newToken();
    expect((await ask(GOOD)).status).toBe(200);
  });
});

test('what the stream asks for is answered', async () => {
  const settings = { baseUrl: api.baseUrl, property: api.property, credentials: api.credentials };
  const request = transactions.request?.({ settings, window: { from: '2026-11-01', to: '2026-12-01' } });
  expect(await ask(request?.json, { path: request?.path ?? '' })).toMatchObject({ status: 200, body: { rowCount: 1 } });
});

test('values are texts, types are those of the metrics, and the quota comes where it is asked for', async () => {
  const { body } = await ask(GOOD);
  expect(body).toEqual({
    dimensionHeaders: [{ name: 'date' }],
    metricHeaders: [
      { name: 'purchaseRevenue', type: 'TYPE_CURRENCY' },
      { name: 'totalUsers', type: 'TYPE_INTEGER' },
    ],
    rows: [{ dimensionValues: [{ value: '20261118' }], metricValues: [{ value: '10.5' }, { value: '1' }] }],
    rowCount: 1,
    metadata: { currencyCode: 'GBP', timeZone: 'Europe/London' },
    kind: 'analyticsData#runReport',
  });
  expect((await ask({ ...GOOD, returnPropertyQuota: true })).body).toMatchObject({ propertyQuota: { tokensPerHour: { consumed: 1, remaining: 40_000 } } });
});
