import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FailingAnswers, Failure } from '../../../infra/local/stand-ins/failing.ts';
import { startGa4 } from '../../../infra/local/stand-ins/ga4.ts';
import { refusal as ga4Refusal } from '../../../infra/local/stand-ins/ga4-refusals.ts';
import { startMetaAds } from '../../../infra/local/stand-ins/meta-ads.ts';
import { refusal as metaRefusal } from '../../../infra/local/stand-ins/meta-ads-refusals.ts';
import { streams } from '../../../shared/streams/index.ts';
import { type Chain, openChain, type Response } from '../../support/chain.ts';

/** The run before, by its name. */
const FIRST = '2026-11-20/20261120T060500Z-0badcafe.json';
const SECOND = '2026-11-21T06:05:00Z';
const THIRD = '2026-11-22T06:05:00Z';
/** Three pages. */
const ROWS = 28;
const PAGE_ROWS = 10;
const PAGES = 3;
const DAY_MS = 86_400_000;

/** A source that has rows for three pages in the window of the second run. */
interface Api {
  readonly stream: string;
  readonly settings: Readonly<Record<string, string>>;
  /** How many pages were asked for. */
  asked(): number;
  /** The first day of the newest request; undefined where each asks for everything. */
  since(): string | undefined;
  fail(failure: Failure, which?: FailingAnswers): void;
  heal(): void;
  stop(): Promise<void>;
}

const days = (count: number) => Array.from({ length: count }, (_, at) => new Date(Date.parse('2026-11-20') - at * DAY_MS).toISOString().slice(0, 10));

async function openMeta(stream: string): Promise<Api> {
  const api = await startMetaAds({ insights: days(ROWS).map(insight) });
  const times = { start_time: '2026-01-01T00:00:00+0000', created_time: '2026-01-01T00:00:00+0000', updated_time: '2026-01-01T00:00:00+0000' };
  const states = { objective: 'OUTCOME_SALES', status: 'ACTIVE', effective_status: 'ACTIVE' };
  api.setCampaigns(Array.from({ length: ROWS }, (_, at) => ({ id: String(100 + at), name: `C${at}`, ...states, ...times })));
  api.setPageRows(PAGE_ROWS);
  const { baseUrl, account, token, fail, heal, stop } = api;
  const range = () => JSON.parse(api.requests.at(-1)?.parameters['time_range'] ?? '{}') as { since?: string };
  return { stream, settings: { baseUrl, account, token }, asked: () => api.requests.length, since: () => range().since, fail, heal, stop };
}

function insight(day: string) {
  const figures = { impressions: '100', clicks: '9', spend: '12.34', account_currency: 'GBP' };
  return { campaign_id: '120200000000000001', campaign_name: 'Spring', ...figures, date_start: day, date_stop: day };
}

async function openGa4(): Promise<Api> {
  const names = { sessionSource: 'google', sessionMedium: 'cpc', sessionCampaignName: 'Spring' };
  const row = (day: string, at: number) => ({ date: day.replaceAll('-', ''), transactionId: `T${at}`, ...names, purchaseRevenue: '1', totalUsers: '1' });
  const api = await startGa4({ rows: Array.from({ length: ROWS }, (_, at) => row(days(4)[at % 4] ?? '', at)) });
  api.setPageRows(PAGE_ROWS);
  const { baseUrl, property, credentials, fail, heal, stop } = api;
  const range = () => (api.requests.at(-1) as { dateRanges: readonly { startDate: string }[] } | undefined)?.dateRanges[0];
  return {
    stream: 'transactions',
    settings: { baseUrl, property, credentials },
    asked: () => api.requests.length,
    since: () => range()?.startDate,
    fail,
    heal,
    stop,
  };
}

const error = { meta_ads: metaRefusal(400, 190, 'x', 463), ga4: ga4Refusal(401, 'UNAUTHENTICATED', 'x') };

/** The streams, with what stands in for their source and what is told where it refuses. */
const SUBJECTS: readonly { source: 'meta_ads' | 'ga4'; table: string; since: string | undefined; open: () => Promise<Api> }[] = [
  { source: 'meta_ads', table: 'meta_ads.campaigns', since: undefined, open: () => openMeta('campaigns') },
  { source: 'meta_ads', table: 'meta_ads.insights', since: '2026-10-23', open: () => openMeta('insights') },
  { source: 'ga4', table: 'ga4.transactions', since: '2026-11-17', open: openGa4 },
];

describe.each(SUBJECTS)('$table: a failure on the last page', ({ source, table, since, open }) => {
  let api: Api;
  let chain: Chain;
  beforeEach(async () => {
    api = await open();
    chain = await chainOf();
    await chain.put(`${source}/${api.stream}/${FIRST}`, source === 'ga4' ? '{"kind":"analyticsData#runReport"}' : '{"data":[]}', { accept: 'min' });
  });
  afterEach(async () => {
    await chain.close();
    await api.stop();
  });

  const chainOf = (http = {}) => openChain({ streams, sources: new Map([[source, api.settings]]), http });

  async function run(time: string, on = chain): Promise<Response> {
    on.setNow(time);
    const response = await on.publish({ source, stream: api.stream }, { id: `run ${time}`, time });
    await on.settle();
    return response;
  }

  const rawObjects = async (on = chain) => (await on.objects(on.raw)).filter(({ name }) => name.startsWith(`${table.replace('.', '/')}/`)).length;
  const lastPage = { after: PAGES - 1 };

  /** All rows are there, from the window that the failed run would have read. */
  async function expectWhole(response: Response): Promise<void> {
    expect(response).toMatchObject({ status: 200, body: { status: 'success', runs: [{ records: ROWS }] } });
    expect(api.since()).toBe(since);
    expect(await chain.rows(`SELECT COUNT(*) AS n FROM ${table}`)).toEqual([{ n: ROWS }]);
  }

  const permanent: readonly [string, Failure, rule: string, words: string, only?: string][] = [
    ['401: the token has ended', error.meta_ads, 'http_400', 'META_ADS_TOKEN has expired', 'meta_ads'],
    ['401: no new token helps', error.ga4, 'token', 'GA4_CREDENTIALS', 'ga4'],
    ['403', metaRefusal(403, 200, 'x'), 'http_403', 'ads_read', 'meta_ads'],
    ['403', ga4Refusal(403, 'PERMISSION_DENIED', 'x'), 'http_403', 'as a viewer', 'ga4'],
    ['a version that has ended', metaRefusal(400, 2635, 'x'), 'http_400', 'ended this version', 'meta_ads'],
    ['a wrong content type', { kind: 'html' }, 'records', 'holds no complete JSON array of records'],
    ['half a document', { kind: 'incomplete-json' }, 'malformed', 'malformed JSON at byte'],
    ['a page that comes twice', { kind: 'repeated-page' }, 'page_repeated', 'page 3 is page 2 again'],
  ];

  test.each(permanent.filter(([, , , , only = source]) => only === source))(
    'that stays ends the run with one notice, no object and the old cursor: %s',
    async (_what, failure, rule, words) => {
      const [before, known] = [api.asked(), await rawObjects()];
      api.fail(failure, lastPage);
      expect(await run(SECOND)).toMatchObject({ status: 200, body: { status: 'failure' } });
      expect(api.asked() - before).toBeGreaterThanOrEqual(PAGES);
      expect(await chain.notices.list()).toMatchObject([{ class: 'permanent', rule, message: expect.stringContaining(words) }]);
      expect(await rawObjects()).toBe(known);
      api.heal();
      await expectWhole(await run(THIRD));
    },
  );

  const retryAfter = { 'retry-after': '0' };
  const transient: readonly [string, Failure, only?: string][] = [
    ['429 with Retry-After', metaRefusal(429, 4, 'x', undefined, retryAfter), 'meta_ads'],
    ['429 with Retry-After', ga4Refusal(429, 'RESOURCE_EXHAUSTED', 'x', retryAfter), 'ga4'],
    ['throttling that comes as 400', metaRefusal(400, 80_000, 'x', 2_446_079), 'meta_ads'],
    ['500', metaRefusal(500, 2, 'x'), 'meta_ads'],
    ['500', ga4Refusal(500, 'INTERNAL', 'x'), 'ga4'],
    ['503', ga4Refusal(503, 'UNAVAILABLE', 'x'), 'ga4'],
    ['a body that is cut', { kind: 'cut' }],
    ['a body that is cut in chunks', { kind: 'cut-chunked' }],
  ];

  test.each(transient.filter(([, , only = source]) => only === source))(
    'that may go away is tried three times, then delivered again: %s',
    async (_what, failure) => {
      const [before, known] = [api.asked(), await rawObjects()];
      api.fail(failure, { ...lastPage, times: 3 });
      expect((await run(SECOND)).status).toBe(500);
      expect(api.asked() - before).toBe(PAGES - 1 + 3);
      expect(await rawObjects()).toBe(known);
      await expectWhole(await run(SECOND));
      expect(await chain.notices.list()).toEqual([]);
    },
  );

  test.each<[string, Failure, object]>([
    ['silence', { kind: 'hang' }, { responseTimeoutMs: 50 }],
    ['half a body and no more', { kind: 'stall' }, { idleTimeoutMs: 50 }],
  ])('that is %s ends at the timeout, and is delivered again', async (_what, failure, http) => {
    const impatient = await chainOf({ ...http, tries: 1 });
    try {
      // The first page: what is impatient may miss a good one on a machine that is busy.
      api.fail(failure);
      expect((await run(SECOND, impatient)).status).toBe(500);
      expect(await rawObjects(impatient)).toBe(0);
    } finally {
      await impatient.close();
    }
  });

  test.each<[string, Failure]>([
    ['a slow answer', { kind: 'slow', delayMs: 5 }],
    ['a slow trickle', { kind: 'trickle', everyMs: 1 }],
  ])('that is no more than %s is waited for', async (_what, failure) => {
    api.fail(failure, lastPage);
    await expectWhole(await run(SECOND));
  });

  // Meta declares no total: its pages end where no next one is named.
  if (source === 'ga4')
    test('that is a total that lies ends the run with one notice, no object and the old cursor', async () => {
      const known = await rawObjects();
      api.fail({ kind: 'lying-total', by: 3 });
      expect(await run(SECOND)).toMatchObject({ status: 200, body: { status: 'failure' } });
      const message = `the source declares ${ROWS + 3} records and sent ${ROWS}`;
      expect(await chain.notices.list()).toMatchObject([{ class: 'permanent', rule: 'total', message: expect.stringContaining(message) }]);
      expect(await rawObjects()).toBe(known);
      api.heal();
      await expectWhole(await run(THIRD));
    });

  test('that is an empty page leaves no object, and the next run reads it all', async () => {
    const known = await rawObjects();
    api.fail({ kind: 'empty-page' }, { ...lastPage, times: 1 });
    await run(SECOND);
    expect(await rawObjects()).toBe(known);
    await expectWhole(await run(THIRD));
  });
});
