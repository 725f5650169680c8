import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { compileModels } from '../../infra/curated/compile.ts';
import type { Graph } from '../../infra/curated/graph.ts';
import { prepareSources } from '../../infra/curated/prepare.ts';
import { runModels } from '../../infra/curated/run.ts';
import { type Ga4StandIn, startGa4 } from '../../infra/local/stand-ins/ga4.ts';
import { type MetaAdsStandIn, startMetaAds } from '../../infra/local/stand-ins/meta-ads.ts';
import { streams } from '../../shared/streams/index.ts';
import { type Chain, openChain } from '../support/chain.ts';
import { troubles } from './models-lab.ts';

/** October is over, and Meta is done with it: it was asked 30 days later. */
const LAST_DAY = '2026-10-31';
const ORDER_DAYS = Array.from({ length: 31 }, (_, at) => `2026-10-${String(at + 1).padStart(2, '0')}`);
const SPRING = '120200000000000001';
/** The web analytics is first asked while it may still change the last day of October. */
const EARLY = '2026-11-02T06:15:00Z';
const LATE = '2026-11-30T06:15:00Z';

let graph: Graph;
let meta: MetaAdsStandIn;
let web: Ga4StandIn;
let chain: Chain;
let runs = 0;
beforeAll(async () => {
  graph = await compileModels();
  meta = await startMetaAds({ today: LAST_DAY });
  web = await startGa4({ rows: ORDER_DAYS.map((date, at) => seen(date, at)) });
  const sources = new Map([
    ['meta_ads', { baseUrl: meta.baseUrl, account: meta.account, token: meta.token }],
    ['ga4', { baseUrl: web.baseUrl, property: web.property, credentials: web.credentials }],
  ]);
  chain = await openChain({ streams, sources });
  await prepareSources(chain.warehouse, streams);
  await drop('orders', ORDER_DAYS);
  await ask('ga4', 'transactions', EARLY);
  await ask('meta_ads', 'campaigns', LATE);
  await ask('meta_ads', 'insights', LATE);
  await build();
});
afterAll(async () => {
  await chain.close();
  await Promise.all([meta.stop(), web.stop()]);
});

function seen(date: string, at: number) {
  const names = { sessionSource: 'facebook', sessionMedium: 'cpc', sessionCampaignName: 'Spring' };
  return { date: date.replaceAll('-', ''), transactionId: `T${at}`, ...names, purchaseRevenue: '10', totalUsers: '1' };
}

/** An order a day, each from the ad account's campaign; a name tells those that the web analytics saw from others. */
async function drop(name: string, days: readonly string[], prefix = 'T'): Promise<void> {
  const lines = days.map((date, at) => `${name}${at},${date},10,GBP,${SPRING},${prefix}${at}`);
  await chain.put(`crm_csv/orders/2026-11-30/${name}.csv`, ['order_id,order_date,amount,currency,campaign_id,transaction_id', ...lines].join('\n'));
  await chain.settle();
}

async function ask(source: string, stream: string, time: string, more: object = {}): Promise<void> {
  chain.setNow(time);
  expect(await chain.publish({ source, stream, ...more }, { id: `${stream} ${time}`, time })).toMatchObject({ body: { status: 'success' } });
  await chain.settle();
}

async function build(): Promise<void> {
  runs += 1;
  const selection = { names: ['+mtr_acquisition', '+audit_orders_ga4', '+audit_spend_scale'], tags: ['staging', 'marts', 'metrics', 'audits'] };
  const identity = { runId: `run ${runs}`, codeVersion: 'test', startedAt: LATE, clock: () => 0, onStep: () => undefined };
  const steps = await chain.warehouse.session((session) => runModels(session, graph, { what: 'run', selection, fullRefresh: false, ...identity }));
  expect(troubles(steps)).toEqual([]);
}

const october = async (columns: string, scope = 'all') =>
  (
    await chain.rows(
      `SELECT ${columns} FROM metrics.mtr_acquisition WHERE period = 'month' AND period_start = '2026-10-01' AND scope = '${scope}' ORDER BY scope_value`,
    )
  )[0];

/** Asks once more for the last two days of October, of which the web analytics now says this of itself. */
async function askAgain(time: string, metadata: Parameters<Ga4StandIn['setMetadata']>[0]): Promise<void> {
  web.setMetadata(metadata);
  await ask('ga4', 'transactions', time, { from: '2026-10-30', to: '2026-10-31' });
  await build();
}

test("Meta's ads belong to its campaigns, the archived one included", async () => {
  const sql = `SELECT campaign.campaign_name AS name, campaign.source, campaign.campaign_status AS status, MAX(ad.date)::VARCHAR AS last_day
    FROM marts.dim_meta_ads AS ad JOIN marts.dim_campaign AS campaign USING (campaign_key) WHERE ad.meta_ads_key <> -1 GROUP BY ALL ORDER BY ALL`;
  expect(await chain.rows(sql)).toEqual([
    { name: 'Autumn', source: 'meta_ads', status: 'archived', last_day: '2026-10-21' },
    { name: 'Spring', source: 'meta_ads', status: 'active', last_day: '2026-10-31' },
    { name: 'Summer', source: 'meta_ads', status: 'active', last_day: '2026-10-31' },
  ]);
  expect(await october('scope_value, impressions > 0 AS has_ads, orders, revenue::DOUBLE AS revenue', 'campaign_channel')).toEqual({
    scope_value: 'facebook',
    has_ads: true,
    orders: 31,
    revenue: 310,
  });
});

test('an order of a campaign that the marketing team does not list is one of that campaign', async () => {
  const sql = `SELECT DISTINCT campaign.campaign_name AS name, fact.campaign_channel AS channel FROM marts.fct_orders AS fact JOIN marts.dim_campaign AS campaign USING (campaign_key)`;
  expect(await chain.rows(sql)).toEqual([{ name: 'Spring', channel: 'facebook' }]);
});

test('a month is provisional as long as the web analytics alone may change it, then final', async () => {
  expect(await chain.rows("SELECT DISTINCT is_provisional FROM marts.dim_meta_ads WHERE date > DATE '2026-09-30'")).toEqual([{ is_provisional: false }]);
  expect(await chain.rows('SELECT event_date::VARCHAR AS day FROM marts.dim_ga4_events WHERE is_provisional ORDER BY 1')).toEqual([{ day: LAST_DAY }]);
  expect(await october('completeness')).toEqual({ completeness: 'provisional' });
  await askAgain('2026-11-03T06:15:00Z', {});
  expect(await october('completeness')).toEqual({ completeness: 'final' });
});

test.each([
  ['a report that holds rows back', { subjectToThresholding: true }, 'thresholded'],
  ['a report of a sample', { samplingMetadatas: [{ samplesReadCount: '5', samplingSpaceSize: '10' }] }, 'sampled'],
  ['a report that sums rare ones up', { dataLossFromOtherRow: true }, 'sampled'],
  ['a report of everything', {}, 'final'],
])('%s shows in the row of the metric', async (what, metadata, completeness) => {
  await askAgain(`2026-11-04T06:15:0${runs % 10}Z`, metadata);
  expect([what, await october('completeness')]).toEqual([what, { completeness }]);
});

test('what a campaign brought is told while orders are linked, and null when too few are; the audits say so', async () => {
  const verdicts = async (audit: string) => await chain.rows(`SELECT scope, verdict FROM audits.${audit} WHERE period = 'all' ORDER BY ALL`);
  expect(await october('link_rate, roas IS NULL AS is_hidden', 'campaign')).toEqual({ link_rate: 1, is_hidden: false });
  expect(await verdicts('audit_orders_ga4')).toEqual([{ scope: 'all', verdict: 'ok' }]);
  // Four of 35 are not linked: 88.6 %.
  await drop('unseen', ORDER_DAYS.slice(0, 4), 'X');
  await build();
  expect(await october('round(link_rate, 3) AS link_rate, roas IS NULL AS is_hidden', 'campaign')).toEqual({ link_rate: 0.886, is_hidden: true });
  expect(await october('roas IS NULL AS is_hidden')).toEqual({ is_hidden: false });
  expect(await verdicts('audit_orders_ga4')).toEqual([{ scope: 'all', verdict: 'not linked' }]);
  expect(await verdicts('audit_spend_scale')).toContainEqual({ scope: 'campaign_channel', verdict: expect.stringMatching(/^(?:within|above|below)$/) });
});
