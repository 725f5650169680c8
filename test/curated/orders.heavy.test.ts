import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { compileModels } from '../../infra/curated/compile.ts';
import { adDaySql, campaignSql, contactSql, type MarketingLab, openMarketingLab, orderSql, rateSql, seenSql } from './marketing-lab.ts';

let lab: MarketingLab;
beforeAll(async () => {
  lab = await openMarketingLab(await compileModels());
});
beforeEach(() => lab.empty());
afterAll(() => lab.close());

const FIRST = '2021-02-01';
const LATER = '2021-06-01';

const facts = (columns: string) => lab.lines(`SELECT ${columns} FROM marts.fct_orders ORDER BY order_id`);
/** A later export: the order is there again, changed. */
const change = (order: string, set: string) => lab.run(`UPDATE crm_csv.orders SET ${set}, _extracted_at = '${LATER}' WHERE order_id = '${order}'`);

describe('orders', () => {
  beforeEach(async () => {
    await lab.run(
      [
        contactSql('C1', 'GB', FIRST),
        contactSql('C2', 'US', FIRST),
        campaignSql('K1', 'google', FIRST),
        orderSql({ id: 'O1', contact: 'C1', campaign: 'K1', date: '2019-09-20', amount: 10 }, FIRST),
        orderSql({ id: 'O2', contact: 'C1', campaign: 'K1', date: '2021-01-10', amount: 20, transaction: 'T2' }, FIRST),
        orderSql({ id: 'O3', contact: 'C9', campaign: 'K9', date: '2021-01-11', amount: 30 }, FIRST),
        orderSql({ id: 'O4', date: '2021-01-12', amount: 40, currency: 'USD' }, FIRST),
        // So late that no other order lies within the look-back.
        orderSql({ id: 'O5', date: '2021-03-01', amount: 50 }, '2021-03-02'),
      ].join(';'),
    );
    await lab.build();
  });

  test('carry the keys of contact and campaign, and -1 where there is none', async () => {
    expect(await facts('order_id, contact_key > 0, contact_key = -1, campaign_key > 0, campaign_key = -1, campaign_channel, country, is_repeat')).toEqual([
      'O1 true false true false google GB false',
      'O2 true false true false google GB true',
      'O3 false true false true none none false',
      'O4 false true false true none none false',
      'O5 false true false true none none false',
    ]);
  });

  test('carry the key of the transaction that the web analytics saw and of the ads of their campaign and day, and -1 where there is none', async () => {
    await lab.run([seenSql('T1', '2021-01-10'), adDaySql('K1', '2021-01-09'), adDaySql('K9', '2021-01-11'), adDaySql('K8', '2021-01-12')].join(';'));
    await lab.build();
    const keys = 'ga4_event_key, fact.meta_ads_key, ad.campaign_id, ad.date';
    const joined = `SELECT order_id, ${keys} FROM marts.fct_orders AS fact JOIN marts.dim_meta_ads AS ad USING (meta_ads_key) ORDER BY order_id`;
    // The first 15 digits of the SHA-256 of 'meta_ads|K9|2021-01-11'.
    expect(await lab.lines(joined)).toEqual(['O1 -1 -1  ', 'O2 -1 -1  ', 'O3 -1 371137334189212992 K9 2021-01-11', 'O4 -1 -1  ', 'O5 -1 -1  ']);
    await lab.run(seenSql('T2', '2021-01-11'));
    await lab.build();
    // The first 15 digits of the SHA-256 of 'ga4|T2'.
    expect(await facts('order_id, ga4_event_key')).toEqual(['O1 -1', 'O2 69128984778305259', 'O3 -1', 'O4 -1', 'O5 -1']);
    expect(await lab.lines('SELECT COUNT(*) FROM marts.dim_ga4_events WHERE ga4_event_key = -1')).toEqual(['1']);
  });

  test('of 500 days ago are neither doubled nor lost when they change', async () => {
    await change('O1', 'amount = 11, items = 3');
    await lab.build();
    expect(await facts('order_id, amount_reporting')).toEqual(['O1 11.000000000', 'O2 20.000000000', 'O3 30.000000000', 'O4 ', 'O5 50.000000000']);
    await change('O1', 'items = 4');
    await lab.build();
    expect(await lab.lines("SELECT items FROM marts.fct_orders WHERE order_id = 'O1'")).toEqual(['4']);
  });

  test('move to another day, contact and campaign when they are corrected, and the others of both contacts follow', async () => {
    await change('O1', "order_date = DATE '2021-01-20', contact_id = 'C2', campaign_id = NULL");
    await lab.build();
    expect(await facts('order_id, order_date, country, campaign_channel, is_repeat')).toEqual([
      'O1 2021-01-20 US none false',
      'O2 2021-01-10 GB google false',
      'O3 2021-01-11 none none false',
      'O4 2021-01-12 none none false',
      'O5 2021-03-01 none none false',
    ]);
  });

  test('are corrected when an old file is processed again, though it is of the same day', async () => {
    await lab.run(`UPDATE crm_csv.orders SET items = 12, load_timestamp = '${LATER}' WHERE order_id = 'O1'`);
    await lab.build();
    expect(await lab.lines("SELECT items FROM marts.fct_orders WHERE order_id = 'O1'")).toEqual(['12']);
  });

  test.each([
    ['a contact that comes after them', contactSql('C9', undefined, LATER), 'O3', 'contact_key > 0, country', 'true none'],
    ['a contact that moves', "UPDATE crm_csv.contacts SET country = 'DE' WHERE contact_id = 'C1'", 'O1', 'country', 'DE'],
    ['a campaign that comes after them', campaignSql('K9', 'none', LATER), 'O3', 'campaign_key > 0, campaign_channel', 'true none'],
    ['a campaign on another channel', "UPDATE crm_csv.campaigns SET channel = 'email' WHERE campaign_id = 'K1'", 'O1', 'campaign_channel', 'email'],
    ['a transaction that the web analytics tells of later', seenSql('T2', '2021-01-10'), 'O2', 'ga4_event_key > 0', 'true'],
    ['ads that Meta tells of later', adDaySql('K1', '2021-01-10'), 'O2', 'meta_ads_key > 0', 'true'],
    ['a rate that comes after them', rateSql('2021-01-01', 'USD', 'GBP', 0.75), 'O4', 'amount_reporting', '30.000000000'],
    ['an earlier order of their contact', orderSql({ id: 'O0', contact: 'C1', date: '2018-01-01', amount: 1 }, LATER), 'O1', 'is_repeat', 'true'],
    ['an order that came late', orderSql({ id: 'O6', date: '2021-01-01', amount: 60, currency: 'SEK' }, FIRST), 'O6', 'amount', '60.000000000'],
  ])('follow %s', async (_what, sql, order, columns, expected) => {
    await lab.run(sql);
    await lab.build();
    expect(await lab.lines(`SELECT ${columns} FROM marts.fct_orders WHERE order_id = '${order}'`)).toEqual([expected]);
  });

  test('follow a rate that is corrected, and one that is withdrawn', async () => {
    await lab.run(rateSql('2021-01-01', 'USD', 'GBP', 0.75));
    await lab.build();
    await lab.run('UPDATE reference.fx_rates SET rate = 0.5');
    await lab.build();
    expect(await lab.lines("SELECT amount_reporting FROM marts.fct_orders WHERE order_id = 'O4'")).toEqual(['20.000000000']);
    await lab.run('DELETE FROM reference.fx_rates');
    await lab.build();
    expect(await lab.lines("SELECT amount_reporting FROM marts.fct_orders WHERE order_id = 'O4'")).toEqual(['']);
  });

  test('are the same after a run as when they are built anew', async () => {
    await change('O2', "contact_id = 'C2'");
    await lab.run(orderSql({ id: 'O0', contact: 'C2', date: '2018-01-01', amount: 5 }, LATER));
    await lab.build();
    const merged = await facts('*');
    await lab.build({ fullRefresh: true });
    expect(await facts('*')).toEqual(merged);
  });
});

describe('a rate', () => {
  test('is the one of the newest day up to the order', async () => {
    for (const [day, from, to, rate] of [
      ['2021-01-01', 'USD', 'GBP', 0.5],
      ['2021-01-10', 'USD', 'GBP', 0.75],
      ['2021-01-12', 'USD', 'GBP', 2],
      ['2021-01-10', 'USD', 'EUR', 9],
    ] as const)
      await lab.run(rateSql(day, from, to, rate));
    for (const [id, date] of [
      ['O1', '2020-12-31'],
      ['O2', '2021-01-09'],
      ['O3', '2021-01-11'],
      ['O4', '2021-01-12'],
    ] as const)
      await lab.run(orderSql({ id, date, amount: 100, currency: 'USD' }, FIRST));
    await lab.build();
    expect(await facts('order_id, amount_reporting')).toEqual(['O1 ', 'O2 50.000000000', 'O3 75.000000000', 'O4 200.000000000']);
  });
});

test('orders at both ends of the calendar stop no metric', async () => {
  await lab.run(
    [
      contactSql('C1', 'GB', FIRST),
      contactSql('C2', 'GB', FIRST),
      orderSql({ id: 'O1', contact: 'C1', date: '0001-01-01', amount: 10 }, FIRST),
      orderSql({ id: 'O2', contact: 'C2', date: '9999-12-31', amount: 20 }, FIRST),
    ].join(';'),
  );
  await lab.build({
    names: ['+mtr_customer_retention', '+mtr_revenue_by_month', '+mtr_acquisition', '+mtr_customer_revenue', '+audit_orders_ga4', '+audit_spend_scale'],
  });
  const cells =
    'SELECT cohort_month, months_since_first, month_start, retention, completeness FROM metrics.mtr_customer_retention WHERE months_since_first <= 1 ORDER BY 1, 2';
  expect(await lab.lines(cells)).toEqual([
    '0001-01-01 0 0001-01-01 1 final',
    '0001-01-01 1 0001-02-01 0 final',
    '9999-12-01 0 9999-12-01  partial',
    '9999-12-01 1   partial',
  ]);
  expect(await lab.lines('SELECT month_start, revenue FROM metrics.mtr_revenue_by_month WHERE orders > 0 ORDER BY 1')).toEqual([
    '0001-01-01 10.000000000',
    '9999-12-01 20.000000000',
  ]);
});
