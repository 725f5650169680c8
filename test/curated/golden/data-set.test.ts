import { describe, expect, test } from '@jest/globals';
import { goldenCut, goldenTables, type Tables } from './data-set.ts';
import { type Fitted, fitToMargins } from './fit.ts';
import { ADS, CAMPAIGNS, CONTACTS, CUSTOMERS, ORDERS, PRODUCTS, pence, SALES, TICKETS, WEB } from './published.ts';
import type { Row } from './row.ts';
import { monthTotals } from './sales.ts';
import { sum } from './shares.ts';

const tables = goldenTables();
const rowsOf = (table: string) => tables[table] ?? [];

const contacts = rowsOf('crm_csv.contacts');
const campaigns = rowsOf('crm_csv.campaigns');
const orders = rowsOf('crm_csv.orders');
const ads = rowsOf('meta_ads.insights');
const web = rowsOf('ga4.transactions');
const customers = rowsOf('crm_csv.customers');
const products = rowsOf('crm_csv.products');
const sales = rowsOf('crm_csv.sales');
const tickets = rowsOf('crm_csv.support_tickets');
const valid = tickets.filter(({ ttr_minutes }) => ttr_minutes !== null);

const column = (name: string) => (row: Row) => String(row[name]);
const month = (name: string) => (row: Row) => String(row[name]).slice(0, 7);
const money = (name: string) => (row: Row) => pence(String(row[name]));
const number = (name: string) => (row: Row) => Number(row[name]);
const one = () => 1;
/** A column of the row of another table that has the same key. */
const joined = (key: string, others: readonly Row[], name: string) => {
  const found = new Map(others.map((row) => [row[key], row]));
  return (row: Row) => String(found.get(row[key] ?? null)?.[name]);
};

function totals(rows: readonly Row[], key: (row: Row) => string, measure: (row: Row) => number): Record<string, number> {
  const found: Record<string, number> = {};
  for (const row of rows) found[key(row)] = (found[key(row)] ?? 0) + measure(row);
  return found;
}

function distinct(rows: readonly Row[], key: (row: Row) => string): number {
  return new Set(rows.map(key)).size;
}

function range(rows: readonly Row[], measure: (row: Row) => number): readonly number[] {
  const numbers = rows.map(measure);
  return [Math.min(...numbers), Math.max(...numbers)];
}

const few = (names: readonly string[], key: (row: Row) => string) => (row: Row) => (names.includes(key(row)) ? key(row) : 'others');
const only = (found: Record<string, number>) => Object.fromEntries(Object.entries(found).filter(([key]) => key !== 'others'));
const plain = (published: object) => JSON.parse(JSON.stringify(published));

const channelOf = joined('campaign_id', campaigns, 'channel');
const topCampaign = few(Object.keys(CAMPAIGNS.top), column('campaign_id'));
const topProduct = few(Object.keys(PRODUCTS.top), joined('product_id', products, 'product_name'));
const top = (measure: 'revenue' | 'spend') => Object.fromEntries(Object.entries(CAMPAIGNS.top).map(([id, figures]) => [id, figures[measure]]));
const dayOfMonth = few(Object.keys(ORDERS.dayOfMonth), (row) => String(Number(String(row['order_date']).slice(8))));
const ofDays = (measure: 'orders' | 'revenue') => Object.fromEntries(Object.entries(ORDERS.dayOfMonth).map(([day, figures]) => [day, figures[measure]]));

describe('the golden data set has, by sums in plain code,', () => {
  test.each<[name: string, found: unknown, published: unknown]>([
    ['contacts by country', totals(contacts, column('country'), one), CONTACTS.countries],
    ['contacts by opt-in', totals(contacts, column('email_opt_in'), one), CONTACTS.optIns],
    ['distinct e-mail addresses', distinct(contacts, column('email')), CONTACTS.emails],
    ['campaigns by channel', totals(campaigns, column('channel'), one), CAMPAIGNS.channels],
    ['campaigns with orders', distinct(orders, column('campaign_id')), CAMPAIGNS.used],
    ['orders by month', totals(orders, month('order_date'), one), ORDERS.months],
    ['revenue by month', totals(orders, month('order_date'), money('amount')), ORDERS.revenueByMonth],
    ['revenue by channel of the campaign', totals(orders, channelOf, money('amount')), ORDERS.revenueByChannel],
    ['revenue by utm_source', totals(orders, column('utm_source'), money('amount')), ORDERS.revenueBySource],
    ['revenue of the top campaigns', only(totals(orders, topCampaign, money('amount'))), top('revenue')],
    ['orders of the first days of months', only(totals(orders, dayOfMonth, one)), ofDays('orders')],
    ['revenue of the first days of months', only(totals(orders, dayOfMonth, money('amount'))), ofDays('revenue')],
    ['orders by payment method', totals(orders, column('payment_method'), one), ORDERS.payments],
    ['orders by items', totals(orders, column('items'), one), ORDERS.items],
    ['buyers', distinct(orders, column('contact_id')), ORDERS.buyers],
    ['days with orders', distinct(orders, column('order_date')), ORDERS.dates],
    ['repeated orders', orders.filter(({ is_repeat }) => is_repeat).length, ORDERS.repeats],
    ['orders whose channel is their utm_source', orders.filter(({ channel, utm_source }) => channel === utm_source).length, ORDERS.sameChannel],
    ['the lowest and the highest order', range(orders, money('amount')), [ORDERS.lowest, ORDERS.highest]],
    ['rows of ads', ads.length, ADS.rows],
    ['impressions', sum(ads.map(number('impressions'))), ADS.impressions],
    ['the fewest and the most impressions', range(ads, number('impressions')), ADS.impressionRange],
    ['clicks', sum(ads.map(number('clicks'))), ADS.clicks],
    ['the most clicks', range(ads, number('clicks')), [0, ADS.mostClicks]],
    ['ads without clicks', ads.filter(({ clicks }) => clicks === 0).length, ADS.withoutClicks],
    ['spend by channel', totals(ads, channelOf, money('spend')), ADS.spendByChannel],
    ['the least and the greatest spend', range(ads, money('spend')), ADS.spendRange],
    ['spend on the top campaigns', only(totals(ads, topCampaign, money('spend'))), top('spend')],
    ['conversions by channel', totals(ads, channelOf, number('conversions')), ADS.conversionsByChannel],
    ['the most conversions', range(ads, number('conversions')), [0, ADS.mostConversions]],
    ['the value that the web analytics saw', sum(web.map(number('value'))), WEB.value],
    ['the least and the greatest value', range(web, number('value')), WEB.valueRange],
    ['web transactions of orders', distinct(web, joined('transaction_id', orders, 'order_id')), WEB.rows],
    ['customers by gender', totals(customers, column('customer_gender'), one), CUSTOMERS.genders],
    ['customers by income', totals(customers, column('income_bracket'), one), CUSTOMERS.incomes],
    ['customers by location', totals(customers, column('location'), one), CUSTOMERS.locations],
    ['customers by age', totals(customers, (row) => `${String(row['customer_age']).slice(0, 1)}0`, one), CUSTOMERS.ages],
    ['the youngest and the oldest customer', range(customers, number('customer_age')), CUSTOMERS.ageRange],
    ['sign-ups by month', totals(customers, month('signup_date'), one), CUSTOMERS.signups],
    ['brands of products', distinct(products, column('brand')), PRODUCTS.brands],
    ['categories of products', distinct(products, column('category')), PRODUCTS.categories],
    ['revenue of the top products', only(totals(sales, topProduct, money('total_amount'))), PRODUCTS.top],
    ['sales by quantity', totals(sales, column('quantity'), one), SALES.quantities],
    ['sales by payment method', totals(sales, column('payment_method'), one), SALES.payments],
    ['sales by year', totals(sales, (row) => String(row['purchase_date']).slice(0, 4), one), SALES.years],
    ['revenue by year', totals(sales, (row) => String(row['purchase_date']).slice(0, 4), money('total_amount')), SALES.revenueByYear],
    ['revenue by month of the shop', totals(sales, month('purchase_date'), money('total_amount')), monthTotals()],
    ['revenue by payment method', totals(sales, column('payment_method'), money('total_amount')), SALES.revenueByPayment],
    ['revenue by location', totals(sales, joined('customer_id', customers, 'location'), money('total_amount')), SALES.revenueByLocation],
    ['revenue by income', totals(sales, joined('customer_id', customers, 'income_bracket'), money('total_amount')), SALES.revenueByIncome],
    ['units', sum(sales.map(number('quantity'))), SALES.units],
    ['buyers of the shop', distinct(sales, column('customer_id')), CUSTOMERS.buyers],
    ['the lowest and the highest price', range(sales, money('unit_price')), [SALES.lowestPrice, SALES.highestPrice]],
    [
      'sales whose total is not quantity times price',
      sales.filter((row) => number('quantity')(row) * money('unit_price')(row) !== money('total_amount')(row)).length,
      0,
    ],
    [
      'the first and the last sale',
      sales
        .map(column('purchase_date'))
        .sort()
        .filter((_, index, { length }) => index % (length - 1) === 0),
      [SALES.first, SALES.last],
    ],
    ['tickets by type', totals(tickets, column('ticket_type'), one), TICKETS.types],
    ['tickets by channel', totals(tickets, column('ticket_channel'), one), TICKETS.channels],
    ['valid tickets by channel', totals(valid, column('ticket_channel'), one), TICKETS.validByChannel],
    ['valid tickets by priority', totals(valid, column('ticket_priority'), one), TICKETS.validByPriority],
    ['valid tickets by subject', totals(valid, column('ticket_subject'), one), TICKETS.subjects],
    ['valid tickets by score', totals(valid, column('customer_satisfaction'), one), TICKETS.scores],
    ['minutes until the first answer', range(tickets, number('frt_minutes')), TICKETS.frtRange],
    [
      'tickets resolved before their first answer',
      tickets.filter((row) => column('time_to_resolution')(row) < column('first_response_time')(row)).length,
      TICKETS.resolvedFirst,
    ],
  ])('%s', (_, found, published) => {
    expect(found).toEqual(plain(published as object));
  });
});

test('a part of it has whole customers, and all of marketing', () => {
  const cut: Tables = goldenCut(tables, 7);
  const shop = ['crm_csv.customers', 'crm_csv.sales', 'crm_csv.support_tickets'];
  const known = new Set(cut['crm_csv.customers']?.map(column('customer_id')));
  expect(known.size).toBe(Math.ceil((tables['crm_csv.customers'] ?? []).length / 7));
  for (const table of shop) expect(cut[table]).toEqual(tables[table]?.filter((row) => known.has(column('customer_id')(row))));
  expect(Object.keys(tables).filter((table) => cut[table] !== tables[table])).toEqual(shop);
});

describe('amounts that are fitted', () => {
  const rows = (count: number, low = 0, high = 1_000_000): (Fitted & { readonly a: string; readonly b: string })[] =>
    Array.from({ length: count }, (_, index) => ({ a: `a${index % 3}`, b: `b${index % 2}`, unit: index % 5 === 0 ? 7 : 1, low, high, amount: 100 + index }));
  const margins = (a: Record<string, number>, b: Record<string, number>) => [
    { name: 'a', of: (row: { readonly a: string }) => row.a, totals: a },
    { name: 'b', of: (row: { readonly b: string }) => row.b, totals: b },
  ];

  test('hold both margins to the penny and stay multiples of their unit', () => {
    const list = rows(60);
    fitToMargins<(typeof list)[number]>(list, margins({ a0: 1001, a1: 2003, a2: 3007 }, { b0: 2999, b1: 3012 }));
    const found = (key: 'a' | 'b', value: string) => sum(list.filter((row) => row[key] === value).map(({ amount }) => amount));
    expect(['a0', 'a1', 'a2'].map((value) => found('a', value))).toEqual([1001, 2003, 3007]);
    expect(['b0', 'b1'].map((value) => found('b', value))).toEqual([2999, 3012]);
    expect(list.filter(({ amount, unit }) => amount % unit !== 0)).toEqual([]);
  });

  test('are refused where the margins contradict each other, or the bounds forbid them', () => {
    const list = rows(60);
    expect(() => fitToMargins<(typeof list)[number]>(list, margins({ a0: 1, a1: 2, a2: 3 }, { b0: 3, b1: 4 }))).toThrow('a adds up to 6, b to 7');
    const narrow = rows(60, 0, 10);
    expect(() => fitToMargins<(typeof narrow)[number]>(narrow, margins({ a0: 1001, a1: 2003, a2: 3007 }, { b0: 2999, b1: 3012 }))).toThrow(
      /find no row within the bounds/,
    );
  });
});
