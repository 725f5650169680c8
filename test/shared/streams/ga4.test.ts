import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Ga4Row } from '../../../infra/local/stand-ins/ga4-data.ts';
import { type Ga4StandIn, startGa4 } from '../../../infra/local/stand-ins/ga4.ts';
import { waitForTokens } from '../../../shared/streams/ga4/quota.ts';
import { streams } from '../../../shared/streams/index.ts';
import { type Chain, openChain, type Response } from '../../support/chain.ts';

const FIRST = '2026-11-20T06:15:00Z';
const SECOND = '2026-11-21T06:15:00Z';

function seen(date: string, transactionId: string, purchaseRevenue: string): Ga4Row {
  return { date, transactionId, sessionSource: 'google', sessionMedium: 'cpc', sessionCampaignName: 'Spring', purchaseRevenue, totalUsers: '1' };
}

let api: Ga4StandIn;
let chain: Chain;
async function open(credentials = api.credentials): Promise<void> {
  const { baseUrl, property } = api;
  chain = await openChain({ streams, sources: new Map([['ga4', { baseUrl, property, credentials }]]) });
}
beforeEach(async () => {
  api = await startGa4({ rows: [seen('20261118', 'T1', '10.50'), seen('20261119', 'T2', '20')] });
});
afterEach(async () => {
  await chain.close();
  await api.stop();
});

async function run(time: string, body: object = {}): Promise<Response> {
  chain.setNow(time);
  const response = await chain.publish({ source: 'ga4', stream: 'transactions', ...body }, { id: time, time });
  await chain.settle();
  return response;
}

const table = async (columns: string) => await chain.rows(`SELECT ${columns} FROM ga4.transactions ORDER BY event_date, transaction_id`);

test('lands the transactions of the days that are over, with the currency of the property', async () => {
  await open();
  api.setRows([seen('20261118', 'T1', '10.50'), seen('20261119', 'T2', '20'), seen('20261120', 'T3', '30')]);
  expect(await run(FIRST)).toMatchObject({ status: 200, body: { status: 'success' } });
  expect(await table('transaction_id, CAST(value AS VARCHAR) AS value, currency, users')).toEqual([
    { transaction_id: 'T1', value: expect.stringMatching(/^10\.50*$/), currency: 'GBP', users: 1 },
    { transaction_id: 'T2', value: expect.stringMatching(/^20(\.0*)?$/), currency: 'GBP', users: 1 },
  ]);
});

test('replaces the days that have not settled, and doubles none', async () => {
  await open();
  await run(FIRST);
  api.setRows([seen('20261118', 'T1', '11'), seen('20261118', 'T1b', '5'), seen('20261119', 'T2', '20'), seen('20261120', 'T3', '30')]);
  await run(SECOND);
  expect(await table('transaction_id, CAST(value AS DOUBLE) AS value')).toEqual([
    { transaction_id: 'T1', value: 11 },
    { transaction_id: 'T1b', value: 5 },
    { transaction_id: 'T2', value: 20 },
    { transaction_id: 'T3', value: 30 },
  ]);
  expect(api.requests.at(-1)).toMatchObject({ dateRanges: [{ startDate: '2026-11-17', endDate: '2026-11-20' }] });
});

test('keeps with each row what the report says of itself', async () => {
  await open();
  api.setMetadata({ subjectToThresholding: true, dataLossFromOtherRow: true, samplingMetadatas: [{ samplesReadCount: '5', samplingSpaceSize: '10' }] });
  await run(FIRST);
  expect(await table('is_thresholded, has_other_row, sampling IS NOT NULL AS is_sampled')).toEqual(
    Array(2).fill({ is_thresholded: true, has_other_row: true, is_sampled: true }),
  );
});

test('takes a report without rows, which has no array of them, as none', async () => {
  await open();
  api.setRows([]);
  expect(await run(FIRST)).toMatchObject({ status: 200, body: { status: 'success', runs: [{ records: 0 }] } });
  expect(await chain.notices.list()).toEqual([]);
});

test('takes no report for empty that counts rows', async () => {
  await open();
  api.fail({ kind: 'empty-page' });
  await run(FIRST);
  expect(await chain.notices.list()).toMatchObject([{ rule: 'total', message: expect.stringContaining('declares 2 records and sent 0') }]);
  expect((await chain.objects(chain.raw)).filter(({ name }) => name.startsWith('ga4/'))).toEqual([]);
});

test('takes an answer that is neither a report nor an error as neither', async () => {
  await open();
  api.fail({ kind: 'html' });
  expect(await run(FIRST)).toMatchObject({ body: { status: 'failure', runs: [{ records: 0 }] } });
  expect((await chain.objects(chain.raw)).filter(({ name }) => name.startsWith('ga4/'))).toEqual([]);
});

test('knows a person by a refresh token', async () => {
  const { token_uri } = JSON.parse(api.credentials) as { token_uri: string };
  await open(JSON.stringify({ type: 'authorized_user', client_id: 'c', client_secret: 's', refresh_token: 'r', token_uri }));
  expect(await run(FIRST)).toMatchObject({ status: 200, body: { status: 'success', runs: [{ records: 2 }] } });
});

test('comes again when the quota is used up, and says what to do where it may not read', async () => {
  await open();
  api.fail({ kind: 'error', status: 429, error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Exhausted' } });
  expect((await run(FIRST)).status).toBe(500);
  api.heal();
  api.fail({ kind: 'error', status: 403, error: { code: 403, status: 'PERMISSION_DENIED', message: 'no' } });
  await run(FIRST);
  expect(await chain.notices.list()).toMatchObject([{ rule: 'http_403', message: expect.stringContaining('viewer') }]);
});

test('asks for no further page where the quota of the hour is used up, and comes again', async () => {
  await open();
  const days = { from: '2026-11-18', to: '2026-11-19' };
  api.setPageRows(1);
  api.setTokensLeft(50);
  const { status, body } = await run(FIRST, days);
  expect([status, String(body)]).toEqual([500, 'Google Analytics 4 gives no more answers for 2700 s']);
  expect(api.requests).toHaveLength(1);
  expect((await chain.objects(chain.raw)).filter(({ name }) => name.startsWith('ga4/'))).toEqual([]);
  api.setTokensLeft(5_000);
  expect(await run(FIRST, days)).toMatchObject({ status: 200, body: { status: 'success', runs: [{ records: 2 }] } });
});

test('still takes dropped exports, by the names of their columns', async () => {
  await open();
  const csv =
    'event_date,event_ts,transaction_id,value,currency,source,medium,campaign_name,is_sampled,is_thresholded\n2025-03-04,2025-03-04 10:11:12,T9,90,USD,a,b,c,true,false\n';
  await chain.put('ga4/transactions/2025-03-05/export.csv', csv);
  await chain.settle();
  expect(await table('transaction_id, currency, is_sampled, is_thresholded, source')).toEqual([
    { transaction_id: 'T9', currency: 'USD', is_sampled: true, is_thresholded: false, source: 'a' },
  ]);
});

describe('amounts, which Google computes as floating-point numbers', () => {
  const value = 'transaction_id, CAST(value AS VARCHAR) AS value';

  test('of a report in another currency are rounded to nine decimals, instead of being rejected', async () => {
    await open();
    api.setRows([seen('20261118', 'T1', '107.88254399999999'), seen('20261119', 'T2', '31.989999999999998'), seen('20261119', 'T3', '-0.0000000005')]);
    expect(await run(FIRST)).toMatchObject({ body: { status: 'success' } });
    expect(await table(value)).toEqual([
      { transaction_id: 'T1', value: '107.882544000' },
      { transaction_id: 'T2', value: '31.990000000' },
      { transaction_id: 'T3', value: '-0.000000001' },
    ]);
  });

  test('of an event keep their value, as the shop has added it up in a browser', async () => {
    await open();
    const param = (key: string, double: number) => ({ key, value: { double_value: double } });
    const event = {
      event_date: '20261118',
      event_timestamp: '1',
      event_name: 'purchase',
      ecommerce: { transaction_id: 'T1', purchase_revenue: 74.97000000000001, tax_value: 0.1 + 0.2 },
      event_params: [param('value', 999999999.9999999)],
    };
    await chain.put('ga4/events/2026-11-19/export.ndjson', JSON.stringify(event));
    await chain.settle();
    expect(
      await chain.rows(
        'SELECT CAST(purchase_revenue AS VARCHAR) AS revenue, CAST(tax_value AS VARCHAR) AS tax, CAST(value AS VARCHAR) AS value FROM ga4.events',
      ),
    ).toEqual([{ revenue: '74.970000000', tax: '0.300000000', value: '999999999.999999900' }]);
    expect(await chain.rows("SELECT warnings FROM ops.ledger WHERE stream = 'events'")).toEqual([{ warnings: null }]);
  });
});

describe('the quota', () => {
  const now = new Date('2026-11-20T06:15:00Z');
  test.each([
    ['is there', { tokensPerDay: { remaining: 5_000 }, tokensPerHour: { remaining: 500 } }, 0],
    ['of the hour is nearly used up', { tokensPerHour: { remaining: 20 } }, 45 * 60_000],
    ['of the hour is used up, so that its rest is left out', { tokensPerHour: { consumed: 40_000 } }, 45 * 60_000],
    ['of server errors is used up', { serverErrorsPerProjectPerHour: { consumed: 10 } }, 45 * 60_000],
    ['of the day is used up: it ends at midnight in the Pacific zone', { tokensPerDay: { consumed: 1 } }, (60 + 45) * 60_000],
  ])('makes the next request wait where that %s', (_what, propertyQuota, ms) => {
    expect(waitForTokens({ propertyQuota }, now)).toBe(ms);
  });
});
