import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type MetaAdsStandIn, startMetaAds } from '../../../../infra/local/stand-ins/meta-ads.ts';
import { streams } from '../../../../shared/streams/index.ts';
import { API_VERSION } from '../../../../shared/streams/meta_ads/version.ts';

const RANGE = '{"since":"2026-11-01","until":"2026-11-02"}';
const INSIGHTS = { level: 'campaign', time_increment: '1', fields: 'campaign_id,impressions', time_range: RANGE };

let api: MetaAdsStandIn;
beforeAll(async () => {
  api = await startMetaAds();
});
afterAll(() => api.stop());

type Query = Readonly<Record<string, string>>;

async function ask(path: string, query: Query, more: { token?: string | null; version?: string; method?: string } = {}): Promise<unknown> {
  const { token = api.token, version = API_VERSION.name, method = 'GET' } = more;
  const parameters = new URLSearchParams(query);
  const url = `${api.baseUrl}/${version}/${path.replace('account', `act_${api.account}`)}`;
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const response = await (method === 'POST' ? fetch(url, { method, headers, body: parameters }) : fetch(`${url}?${parameters}`, { method, headers }));
  return { status: response.status, ...((await response.json()) as object) };
}

const refused = (code: number, subcode?: number) => ({
  status: 400,
  error: {
    message: expect.any(String),
    type: 'OAuthException',
    code,
    ...(subcode === undefined ? {} : { error_subcode: subcode }),
    fbtrace_id: expect.any(String),
  },
});

describe('a request is refused in the shape of the Graph API', () => {
  test.each<[string, string, Query, Parameters<typeof ask>[2], object]>([
    ['without a token', 'account/campaigns', {}, { token: null }, refused(190)],
    ['with another token', 'account/campaigns', {}, { token: 'EAAother' }, refused(190, 463)],
    ['of a version that has ended', 'account/campaigns', {}, { version: 'v24.0' }, refused(2635)],
    ['of no version', 'account/campaigns', {}, { version: 'latest' }, refused(2635)],
    ['for an account of others', 'act_1/campaigns', {}, {}, refused(100, 33)],
    ['for an edge that is not there', 'account/advideos', {}, {}, refused(100, 33)],
    ['to change something', 'account/campaigns', { name: 'New' }, { method: 'POST' }, refused(100, 33)],
    ['for a report that nobody made', '6000000000099', {}, {}, refused(100, 33)],
    ['for a field that a campaign does not have', 'account/campaigns', { fields: 'id,spend' }, {}, refused(100)],
    ['for a field that insights do not have', 'account/insights', { ...INSIGHTS, fields: 'objective' }, {}, refused(100)],
    ['for campaigns in a state that there is not', 'account/campaigns', { effective_status: '["GONE"]' }, {}, refused(100)],
    ['for states that are no list', 'account/campaigns', { effective_status: 'ACTIVE' }, {}, refused(100)],
    ['for pages of no rows', 'account/campaigns', { limit: '0' }, {}, refused(100)],
    ['behind a cursor that it did not give', 'account/campaigns', { after: 'bm9uZQ==' }, {}, refused(100)],
    ['for no days', 'account/insights', { ...INSIGHTS, time_range: '' }, {}, refused(100)],
    ['for days that are none', 'account/insights', { ...INSIGHTS, time_range: '{"since":"1.11.2026","until":"2.11.2026"}' }, {}, refused(100)],
    ['for days in the wrong order', 'account/insights', { ...INSIGHTS, time_range: '{"since":"2026-11-02","until":"2026-11-01"}' }, {}, refused(100)],
    ['for rows of another level', 'account/insights', { ...INSIGHTS, level: 'audience' }, {}, refused(100)],
    ['for rows of no days', 'account/insights', { ...INSIGHTS, time_increment: '0' }, {}, refused(100)],
    [
      'for a report of days in the wrong order',
      'account/insights',
      { ...INSIGHTS, time_range: '{"since":"2026-11-02","until":"2026-11-01"}' },
      { method: 'POST' },
      refused(100),
    ],
    ['for a report with a field that is not there', 'account/insights', { ...INSIGHTS, fields: 'objective' }, { method: 'POST' }, refused(100)],
  ])('%s', async (_what, path, query, more, answer) => {
    expect(await ask(path, query, more)).toEqual(answer);
  });
});

test('what the streams ask for is answered', async () => {
  const settings = { baseUrl: api.baseUrl, account: api.account, token: api.token };
  for (const stream of streams.filter(({ source }) => source.name === 'meta_ads')) {
    const request = stream.request?.({ settings, window: { from: '2026-11-01', to: '2026-11-03' } });
    const response = await fetch(`${api.baseUrl}${request?.path}?${new URLSearchParams(request?.query)}`, {
      headers: { authorization: `Bearer ${api.token}` },
    });
    expect([stream.id, response.status]).toEqual([stream.id, 200]);
  }
});

test('only what is asked for is told, and numbers are texts', async () => {
  expect(await ask('account/insights', { ...INSIGHTS, limit: '1' })).toMatchObject({
    data: [{ campaign_id: expect.any(String), impressions: expect.stringMatching(/^\d+$/), date_start: '2026-11-02', date_stop: '2026-11-02' }],
    paging: { cursors: { before: expect.any(String), after: expect.any(String) }, next: expect.stringContaining('access_token=') },
  });
  expect(await ask('account/campaigns', { fields: 'name' })).toEqual({
    status: 200,
    data: [
      { id: expect.any(String), name: 'Spring' },
      { id: expect.any(String), name: 'Summer' },
    ],
    paging: { cursors: { before: expect.any(String), after: expect.any(String) } },
  });
});

test('archived campaigns are listed where they are asked for', async () => {
  expect(await ask('account/campaigns', { fields: 'name', effective_status: '["ARCHIVED"]' })).toMatchObject({ data: [{ name: 'Autumn' }] });
});

test('how much the account has used up is told in the headers', async () => {
  api.setUsage(97, 3);
  const response = await fetch(`${api.baseUrl}/${API_VERSION.name}/act_${api.account}/campaigns`, { headers: { authorization: `Bearer ${api.token}` } });
  expect(JSON.parse(response.headers.get('x-business-use-case-usage') ?? '')).toEqual({
    [api.account]: [{ type: 'ads_insights', call_count: 97, total_cputime: 97, total_time: 97, estimated_time_to_regain_access: 3 }],
  });
});
