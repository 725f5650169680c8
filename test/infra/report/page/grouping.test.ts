import { expect, test } from '@jest/globals';
import { grouped } from '../../../../infra/report/page/figures/grouping.ts';
import { ads, orders, pipeline } from '../../../../infra/report/page/figures/measures.ts';
import { NOT_AVAILABLE } from '../../../../infra/report/page/figures/ready-tables.ts';
import { contextOf, ORDER_DAYS, OVERVIEW, tableOf } from './report-fixture.ts';

const tables = { mtr_order_days: ORDER_DAYS, mtr_executive_overview: OVERVIEW };
const told = (by: Parameters<typeof grouped>[1], filters = {}) => grouped([orders.revenue], by, contextOf(tables, filters)).groups;

test('months come with their year, in order, and say when they are not all there', () => {
  expect(told('month').map(({ text, values, completeness }) => [text, values[0], completeness])).toEqual([
    ['Jan 2026', 150.1, 'partial'],
    ['Feb 2026', 200.5, 'final'],
    ['Mar 2026', 10, 'partial'],
  ]);
});

test('a month that the dates cut is partial', () => {
  expect(told('month', { from: '2026-02-05', to: '2026-02-28' })).toMatchObject([{ text: 'Feb 2026', values: [0.3], completeness: 'partial' }]);
});

test('days without an order are 0, not left out', () => {
  const days = told('day', { from: '2026-02-03', to: '2026-02-10' });
  expect(days.map(({ values }) => values[0])).toEqual([200.2, 0, 0, 0, 0, 0, 0, 0.3]);
});

test('months that a filter leaves empty are 0, not a gap', () => {
  const rows = ['01', '02', '03', '04', '05', '06', '07'].map((month) => ({
    date: `2025-${month}-01`,
    country: /0[17]/.test(month) ? 'GB' : 'US',
    revenue: 1,
  }));
  const { groups } = grouped([orders.revenue], 'month', contextOf({ mtr_order_days: tableOf(rows) }, { words: { country: ['GB'] } }));
  expect(groups.map(({ values }) => values[0])).toEqual([1, 0, 0, 0, 0, 0, 1]);
});

test('the first and the last days of the dates are there, too, where the filter leaves them empty', () => {
  const rows = ['01', '02', '03', '04', '05'].map((day) => ({ date: `2025-01-${day}`, country: day === '03' ? 'GB' : 'US', revenue: 1 }));
  const { groups } = grouped([orders.revenue], 'day', contextOf({ mtr_order_days: tableOf(rows) }, { from: '2025-01-02', words: { country: ['GB'] } }));
  expect(groups.map(({ key, values }) => [key.slice(-2), values[0]])).toEqual([
    ['02', 0],
    ['03', 1],
    ['04', 0],
    ['05', 0],
  ]);
});

test('a filter that leaves one side of a gap keeps the gap', () => {
  const rows = ['2020-11-01', '2020-12-01', '2026-10-01'].map((date) => ({ date, country: date < '2021' ? 'GB' : 'US', revenue: 1 }));
  const { groups } = grouped([orders.revenue], 'month', contextOf({ mtr_order_days: tableOf(rows) }, { words: { country: ['GB'] } }));
  expect(groups.map(({ text, values }) => [text, values[0]])).toEqual([
    ['Nov 2020', 1],
    ['Dec 2020', 1],
    ['no data Jan 2021 to Sept 2026', undefined],
    ['Oct 2026', 0],
  ]);
});

test('weeks begin on Monday', () => {
  expect(told('week').map(({ key }) => key)).toContain('2026-01-05');
  expect(told('week', { from: '2026-02-03', to: '2026-02-03' }).map(({ key }) => key)).toEqual(['2026-02-02']);
});

test('years without data are one gap, and the months beside it are partial', () => {
  const rows = ['2020-11-01', '2020-11-30', '2020-12-01', '2020-12-15', '2026-09-30', '2026-10-01', '2026-10-31'];
  const days = tableOf(
    rows.map((date) => ({ date, ad_spend: 1, completeness: 'final' })),
    { asOf: '2026-11-29T00:00:00Z' },
  );
  const { groups } = grouped([ads.spend], 'month', contextOf({ mtr_ad_days: days }));
  expect(groups.map(({ text, completeness }) => [text, completeness])).toEqual([
    ['Nov 2020', 'final'],
    ['Dec 2020', 'partial'],
    ['no data Jan 2021 to Aug 2026', 'final'],
    ['Sept 2026', 'partial'],
    ['Oct 2026', 'final'],
  ]);
});

test('a year of which the last months are not there is partial', () => {
  const days = tableOf(
    ['2024-01-01', '2024-12-31', '2025-01-01', '2025-03-31'].map((date) => ({ date, revenue: 1, completeness: 'final' })),
    { asOf: '2026-11-29T00:00:00Z' },
  );
  const { groups } = grouped([orders.revenue], 'year', contextOf({ mtr_order_days: days }));
  expect(groups.map(({ completeness }) => completeness)).toEqual(['final', 'partial']);
});

test('two tables meet in their members; who has no row of one has 0 of it', () => {
  const adDays = tableOf([{ date: '2026-01-05', campaign_channel: 'google', campaign: 'C', ad_spend: 7, completeness: 'final' }]);
  const { groups } = grouped([orders.revenue, ads.spend], 'campaign_channel', contextOf({ ...tables, mtr_ad_days: adDays }));
  expect(groups.map(({ key, values }) => [key, ...values])).toEqual([
    ['direct', 10, 0],
    ['facebook', 50.1, 0],
    ['google', 300.5, 7],
  ]);
});

test('figures that were worked out before are told by member and by month, and not for a combination', () => {
  const of = (by: 'campaign_channel' | 'month', filters = {}) => grouped([orders.buyers], by, contextOf(tables, filters));
  expect(of('campaign_channel').groups.map(({ key, values }) => [key, values[0]])).toEqual([
    ['facebook', 1],
    ['google', 3],
  ]);
  expect(of('month').groups).toMatchObject([{ text: 'Feb 2026', values: [2] }]);
  expect(of('campaign_channel', { words: { country: ['GB'] } })).toMatchObject({ groups: [], missing: NOT_AVAILABLE });
  expect(of('campaign_channel', { from: '2026-02-01', to: '2026-02-28' }).groups.map(({ key }) => key)).toEqual(['google']);
});

test('streams of the same name of two sources are two', () => {
  const balance = tableOf(['crm_csv', 'supabase'].map((source) => ({ run_day: '2026-01-01', source, stream: 'customers', records: 1, completeness: 'final' })));
  const { groups } = grouped([pipeline.records], 'stream', contextOf({ mtr_pipeline_balance: balance }));
  expect(groups.map(({ text }) => text)).toEqual(['crm_csv/customers', 'supabase/customers']);
});
