import { expect, test } from '@jest/globals';
import { comparisonOf } from '../../../../infra/report/page/figures/comparison.ts';
import { figureOf, NO_DATA } from '../../../../infra/report/page/figures/figure.ts';
import { grouped } from '../../../../infra/report/page/figures/grouping.ts';
import { ads, orders } from '../../../../infra/report/page/figures/measures.ts';
import { NOT_AVAILABLE } from '../../../../infra/report/page/figures/ready-tables.ts';
import { contextOf, ORDER_DAYS, OVERVIEW, order, tableOf } from './report-fixture.ts';

const tables = { mtr_order_days: ORDER_DAYS, mtr_executive_overview: OVERVIEW };

test.each([
  ['nothing', {}, 360.6],
  ['one member', { words: { campaign_channel: ['google'] } }, 300.5],
  ['two members of one dimension', { words: { campaign_channel: ['google', 'facebook'] } }, 350.6],
  ['two dimensions', { words: { campaign_channel: ['google'], country: ['GB'] } }, 100.3],
  ['days', { from: '2026-01-20', to: '2026-02-03' }, 250.3],
  ['days and a member', { from: '2026-02-01', words: { country: ['GB'] } }, 10.3],
  ['what is not there', { words: { country: ['FR'] } }, 0],
])('a sum follows a filter of %s, exact to the cent', (_, filters, expected) => {
  expect(figureOf(orders.revenue, contextOf(tables, filters)).value).toBe(expected);
});

test('a ratio is one of sums, not a mean of ratios', () => {
  expect(figureOf(orders.aov, contextOf(tables)).value).toBeCloseTo(360.6 / 5, 9);
  expect(figureOf(orders.repeatRate, contextOf(tables, { words: { country: ['US'] } })).value).toBe(0.5);
});

test('a ratio of nothing is no value, not 0', () => {
  expect(figureOf(orders.aov, contextOf(tables, { words: { country: ['FR'] } })).value).toBeNull();
});

test.each([
  ['nothing', {}, 4],
  ['one member', { words: { campaign_channel: ['google'] } }, 3],
  ['exactly a month', { from: '2026-02-01', to: '2026-02-28' }, 2],
  ['exactly a month and one member', { from: '2026-02-01', to: '2026-02-28', words: { campaign_channel: ['google'] } }, 2],
])('different people are told for a filter of %s', (_, filters, expected) => {
  expect(figureOf(orders.buyers, contextOf(tables, filters)).value).toBe(expected);
});

test.each([
  ['two members', { words: { campaign_channel: ['google', 'facebook'] } }],
  ['two dimensions', { words: { campaign_channel: ['google'], country: ['GB'] } }],
  ['days that are no month', { from: '2026-02-01', to: '2026-02-27' }],
  ['one end of days', { from: '2026-02-01' }],
  ['a month of which nothing was worked out', { from: '2026-01-01', to: '2026-01-31' }],
  ['a dimension of which nothing was worked out', { words: { order_channel: ['shop'] } }],
])('different people are not put together for %s', (_, filters) => {
  expect(figureOf(orders.buyers, contextOf(tables, filters))).toMatchObject({ value: null, missing: NOT_AVAILABLE });
});

test('a sum of what has no rate is no value, not 0, and a mean divides by what has one', () => {
  const rows = [order('2026-01-05', 'google', 'GB', 100), order('2026-01-20', 'google', 'US', null), order('2026-02-03', 'direct', 'US', null)];
  const days = { mtr_order_days: tableOf(rows) };
  expect(figureOf(orders.revenue, contextOf(days)).value).toBe(100);
  expect(figureOf(orders.aov, contextOf(days)).value).toBe(100);
  expect(figureOf(orders.revenue, contextOf(days, { words: { country: ['US'] } })).value).toBeNull();
  expect(figureOf(orders.aov, contextOf(days, { words: { country: ['US'] } })).value).toBeNull();
  expect(grouped([orders.revenue, orders.orders], 'month', contextOf(days)).groups.map(({ values }) => values)).toEqual([
    [100, 2],
    [null, 1],
  ]);
});

test('a filter that a table does not know is told', () => {
  const days = tableOf([{ date: '2026-01-01', campaign_channel: 'google', campaign: 'C', ad_spend: 5, completeness: 'provisional' }]);
  const figure = figureOf(ads.spend, contextOf({ mtr_ad_days: days }, { words: { country: ['GB'], campaign: ['C'] } }));
  expect(figure).toEqual({ value: 5, completeness: 'provisional', ignored: ['country'] });
});

test('a key that was given up cannot be filtered, and that is told', () => {
  const days = { ...ORDER_DAYS, dropped: ['country'] };
  expect(figureOf(orders.revenue, contextOf({ mtr_order_days: days }, { words: { country: ['GB'] } }))).toMatchObject({ value: 360.6, ignored: ['country'] });
});

test('months follow days only as a whole', () => {
  const months = tableOf([
    { month_start: '2026-01-01', revenue: 1, completeness: 'final' },
    { month_start: '2026-02-01', revenue: 2, completeness: 'final' },
  ]);
  const revenue = { ...orders.revenue, table: 'mtr_shop_revenue' };
  expect(figureOf(revenue, contextOf({ mtr_shop_revenue: months }, { from: '2026-01-15', to: '2026-02-28' })).value).toBe(2);
});

test('a source that is not there gives no figure, not 0', () => {
  expect(figureOf(orders.revenue, contextOf({}))).toMatchObject({ value: null, missing: NO_DATA });
  expect(figureOf(orders.revenue, contextOf({ mtr_order_days: tableOf([]) }))).toMatchObject({ value: null, missing: NO_DATA });
});

test('very large amounts stay exact', () => {
  const days = tableOf([1_000_000_000.01, 2_000_000_000.02].map((revenue) => ({ date: '2026-01-01', revenue, completeness: 'final' })));
  expect(figureOf(orders.revenue, contextOf({ mtr_order_days: days })).value).toBe(3_000_000_000.03);
});

test('a month that began before the data, or is not over, is not compared', () => {
  expect(comparisonOf(orders.revenue, contextOf(tables))).toBeUndefined();
});

test('the last two months that are all there are compared', () => {
  const whole = tableOf(
    ['2026-01-01', '2026-01-31', '2026-02-01', '2026-02-28', '2026-03-01'].map((date, place) => ({
      date,
      revenue: place + 1,
      orders: 1,
      completeness: 'final',
    })),
  );
  expect(comparisonOf(orders.revenue, contextOf({ mtr_order_days: whole }))).toEqual({ span: 'Feb 2026', value: 7, before: 3, beforeSpan: 'Jan 2026' });
});

test('days that were chosen are compared with as many before, where these are all there', () => {
  const context = (from: string) => contextOf(tables, { from, to: '2026-02-10' });
  expect(comparisonOf(orders.revenue, context('2026-02-01'))).toMatchObject({ value: 200.5, before: 0, beforeSpan: 'the 10 days before' });
  expect(comparisonOf(orders.revenue, context('2026-01-05'))).toBeUndefined();
});

test('what may still change is not compared', () => {
  const open = tableOf(
    ['2026-01-01', '2026-02-01'].map((date) => ({ date, ad_spend: 1, completeness: 'provisional' })),
    { asOf: '2026-03-05T00:00:00Z' },
  );
  expect(comparisonOf(ads.spend, contextOf({ mtr_ad_days: open }))).toBeUndefined();
});
