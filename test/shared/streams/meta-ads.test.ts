import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type MetaAdsStandIn, startMetaAds } from '../../../infra/local/stand-ins/meta-ads.ts';
import type { MetaInsight } from '../../../infra/local/stand-ins/meta-ads-data.ts';
import { refusal } from '../../../infra/local/stand-ins/meta-ads-refusals.ts';
import { streams } from '../../../shared/streams/index.ts';
import { insights } from '../../../shared/streams/meta_ads/insights.ts';
import { waitForUsage } from '../../../shared/streams/meta_ads/usage.ts';
import { type Chain, openChain, type Response } from '../../support/chain.ts';

const FIRST = '2026-11-20T06:05:00Z';
const SECOND = '2026-11-21T06:05:00Z';
const DAY_MS = 86_400_000;

function day(before: number): string {
  return new Date(Date.parse('2026-11-20T00:00:00Z') - before * DAY_MS).toISOString().slice(0, 10);
}

function insight(date: string, purchases?: string): MetaInsight {
  const actions =
    purchases === undefined
      ? {}
      : {
          actions: [
            { action_type: 'link_click', value: '9' },
            { action_type: 'omni_purchase', value: purchases },
          ],
        };
  const figures = { impressions: '100', clicks: '9', spend: '12.34', account_currency: 'GBP' };
  return { campaign_id: '120200000000000001', campaign_name: 'Spring', ...figures, ...actions, date_start: date, date_stop: date };
}

let api: MetaAdsStandIn;
let chain: Chain;
beforeEach(async () => {
  api = await startMetaAds({ insights: Array.from({ length: 30 }, (_, at) => insight(day(at + 1))) });
  const { baseUrl, account, token } = api;
  chain = await openChain({ streams, sources: new Map([['meta_ads', { baseUrl, account, token }]]) });
});
afterEach(async () => {
  await chain.close();
  await api.stop();
});

async function run(time: string, body: object = {}, stream = 'insights'): Promise<Response> {
  chain.setNow(time);
  const response = await chain.publish({ source: 'meta_ads', stream, ...body }, { id: `${stream} ${time}`, time });
  await chain.settle();
  return response;
}

const submits = () => api.requests.filter(({ method }) => method === 'POST').length;
const count = async () => (await chain.rows('SELECT COUNT(*) AS n, COUNT(DISTINCT date) AS days FROM meta_ads.insights'))[0];

test('shows a conversion that is added to a day 20 days ago after the next run, and doubles nothing', async () => {
  await run(FIRST);
  expect(await count()).toEqual({ n: 30, days: 30 });
  const conversions = async () => await chain.rows(`SELECT conversions, CAST(spend AS DOUBLE) AS spend FROM meta_ads.insights WHERE date = '${day(20)}'`);
  expect(await conversions()).toEqual([{ conversions: 0, spend: 12.34 }]);
  api.setInsights([...api.insights().filter(({ date_start: date }) => date !== day(20)), insight(day(20), '3')]);
  await run(SECOND);
  expect(await conversions()).toEqual([{ conversions: 3, spend: 12.34 }]);
  expect(await count()).toEqual({ n: 30, days: 30 });
});

test('asks for 28 days again at once, and for more by a report', async () => {
  await run(FIRST);
  const before = submits();
  expect(before).toBeGreaterThan(0);
  await run(SECOND);
  expect(submits()).toBe(before);
  expect(api.requests.at(-1)?.parameters['time_range']).toBe(JSON.stringify({ since: '2026-10-23', until: '2026-11-20' }));
});

test('goes on with its report after a run that died while polling, without a second one', async () => {
  const backfill = { from: '2026-09-01', to: '2026-11-19' };
  api.fail(refusal(500, 2, 'Service temporarily unavailable'), { after: 1 });
  expect((await run(FIRST, backfill)).status).toBe(500);
  expect(submits()).toBe(1);
  api.heal();
  expect(await run(FIRST, backfill)).toMatchObject({ status: 200, body: { status: 'success' } });
  expect(submits()).toBe(1);
  expect(await count()).toEqual({ n: 30, days: 30 });
});

test('ends complete after 400 days of backfill of which one window failed twice', async () => {
  api.setInsights(Array.from({ length: 400 }, (_, at) => insight(day(at + 1), '1')));
  // Submit, poll and page of the first window are good.
  api.fail(refusal(500, 2, 'Service temporarily unavailable'), { after: 4, times: 2 });
  expect(await run(FIRST, { from: day(400), to: day(1) })).toMatchObject({ status: 200, body: { status: 'success' } });
  expect((await chain.objects(chain.raw)).filter(({ name }) => name.startsWith('meta_ads/insights/'))).toHaveLength(5);
  expect(await count()).toEqual({ n: 400, days: 400 });
});

test('halves a window that is too much, without a row lost or doubled', async () => {
  await run(FIRST);
  api.setMostDays(10);
  expect(await run(SECOND)).toMatchObject({ status: 200, body: { status: 'success' } });
  expect(await count()).toEqual({ n: 30, days: 30 });
});

test.each([
  ['that is unknown, with 500', refusal(500, 1, 'x')],
  ['of too much data', refusal(400, 100, 'x', 1_487_534)],
])('asks for half of the days at once where an answer tells %s', async (_what, failure) => {
  await run(FIRST);
  api.fail(failure, { times: 1 });
  expect(await run(SECOND)).toMatchObject({ status: 200, body: { status: 'success' } });
  const asked = api.requests.slice(-3).map(({ parameters }) => parameters['time_range']);
  expect(asked).toEqual([
    JSON.stringify({ since: '2026-10-23', until: '2026-11-20' }),
    JSON.stringify({ since: '2026-10-23', until: '2026-11-05' }),
    JSON.stringify({ since: '2026-11-06', until: '2026-11-20' }),
  ]);
  expect(await count()).toEqual({ n: 30, days: 30 });
});

test('asks no more where the account is used up for longer than the run lasts, and comes again', async () => {
  api.setPageRows(10);
  api.setUsage(100, 19);
  const days = { from: day(30), to: day(1) };
  const { status, body } = await run(FIRST, days);
  expect([status, String(body)]).toEqual([500, 'Meta Ads gives no more answers for 1140 s']);
  expect(api.requests).toHaveLength(1);
  api.setUsage(1, 0);
  expect(await run(FIRST, days)).toMatchObject({ status: 200, body: { status: 'success' } });
  expect(await count()).toEqual({ n: 30, days: 30 });
});

test('pages by cursor, and stores no token although each page names the next one with it', async () => {
  api.setPageRows(7);
  await run(FIRST);
  expect(await count()).toEqual({ n: 30, days: 30 });
  const raw = (await chain.objects(chain.raw)).find(({ name }) => name.startsWith('meta_ads/insights/'));
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await chain.raw.read(raw?.name ?? '', raw?.generation ?? '')) ?? []) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString('utf8');
  expect(text).not.toContain(api.token);
  expect(text).toContain('***');
});

test('lands the campaigns', async () => {
  await run(FIRST, {}, 'campaigns');
  expect(await chain.rows('SELECT campaign_name FROM meta_ads.campaigns ORDER BY 1')).toEqual(
    ['Autumn', 'Spring', 'Summer'].map((campaign_name) => ({ campaign_name })),
  );
});

describe('an error', () => {
  test.each([
    ['an expired token ends the run, and says so', refusal(400, 190, 'x', 463), 200, 'META_ADS_TOKEN has expired'],
    ['a missing permission ends the run, and says so', refusal(403, 200, 'x'), 200, 'ads_read'],
    ['an account of others ends the run, and says so', refusal(400, 100, 'x', 33), 200, 'META_ADS_ACCOUNT'],
    ['throttling makes the message come again', refusal(400, 17, 'x', 2_446_079), 500, undefined],
    ['throttling of the ads API does, too', refusal(400, 80_000, 'x'), 500, undefined],
    ['a moment of weakness does, too', refusal(500, 2, 'x'), 500, undefined],
  ])('%s', async (_what, failure, status, says) => {
    api.fail(failure);
    expect((await run(FIRST, {}, 'campaigns')).status).toBe(status);
    const notices = await chain.notices.list();
    if (says === undefined) expect(notices).toEqual([]);
    else expect(notices).toMatchObject([{ message: expect.stringContaining(says) }]);
  });
});

describe('the usage headers', () => {
  test.each([
    ['tell nothing', {}, 0],
    ['tell of little use', { 'x-app-usage': '{"call_count":28,"total_time":25,"total_cputime":25}' }, 0],
    ['tell of an account that is nearly used up', { 'x-fb-ads-insights-throttle': '{"app_id_util_pct":1,"acc_id_util_pct":97.5}' }, 300_000],
    [
      'tell when it answers again',
      { 'x-business-use-case-usage': '{"1":[{"type":"ads_insights","call_count":100,"estimated_time_to_regain_access":19}]}' },
      1_140_000,
    ],
    ['are broken', { 'x-app-usage': '{' }, 0],
  ])('make the next request wait as they %s', (_what, headers, ms) => {
    expect(waitForUsage(headers, new Date())).toBe(ms);
  });
});

test.each([
  [{ async_status: 'Job Completed', async_percent_completion: 100 }, 'done'],
  [{ async_status: 'Job Completed', async_percent_completion: 98 }, 'running'],
  [{ async_status: 'Job Running', async_percent_completion: 100 }, 'running'],
  [{ async_status: 'Job Failed', async_percent_completion: 0 }, 'failed'],
  [{ async_status: 'Job Skipped', async_percent_completion: 0 }, 'failed'],
])('a report that says %j is %s', (answer, state) => {
  expect(insights.report?.state(answer)).toBe(state);
});
