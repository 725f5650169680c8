import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { compileModels } from '../../infra/curated/compile.ts';
import { type MarketingLab, openMarketingLab } from './marketing-lab.ts';

let lab: MarketingLab;
beforeAll(async () => {
  lab = await openMarketingLab(await compileModels());
});
afterAll(() => lab.close());

type Value = string | number | null;

const FIRST = '2021-02-01';
const LATER = '2021-06-01';
const SOURCES = [
  ...['customers', 'products', 'sales', 'support_tickets'].flatMap((name) => [`crm_csv.${name}`, `supabase.${name}`, `supabase.${name}_keys`]),
  'reference.fx_rates',
  'WM_SalesTeam.Accounts_List',
  'WM_SalesTeam.Call_Reports',
  'WM_SalesTeam.Store_Inventory',
];
const BUILT = ['fct_sales', 'fct_ticketing', 'fct_store_inventory'];

beforeEach(async () => {
  await lab.run([...SOURCES.map((table) => `DELETE FROM ${table}`), ...BUILT.map((table) => `DROP TABLE IF EXISTS marts.${table}`)].join(';'));
});

/** Puts a row where the load of an object of that day would. */
async function put(table: string, row: Readonly<Record<string, Value>>, extracted = FIRST): Promise<void> {
  const whole = { ...row, _extracted_at: extracted, load_timestamp: extracted, _raw_object: `r ${extracted}`, _raw_generation: 1, _row: row['_row'] ?? 1 };
  const values = Object.values(whole).map((value) => (typeof value === 'string' ? `'${value}'` : String(value)));
  await lab.run(`INSERT INTO ${table} (${Object.keys(whole).join(', ')}) VALUES (${values.join(', ')})`);
}

const sale = (sale_id: number, more: Readonly<Record<string, Value>> = {}) => ({
  sale_id,
  customer_id: 1,
  product_id: 1,
  quantity: 2,
  unit_price: 5,
  total_amount: 10,
  currency: 'GBP',
  purchase_date: '2019-09-20',
  ...more,
});
const inDatabase = { updated_at: FIRST };
const buildSales = (fullRefresh = false) => lab.build({ names: ['+fct_sales'], fullRefresh });
const sales = (columns: string) => lab.lines(`SELECT ${columns} FROM marts.fct_sales ORDER BY source, sale_id`);

describe('sales', () => {
  beforeEach(async () => {
    await put('crm_csv.customers', { customer_id: 1, customer_name: 'Ada', customer_email: 'ada@example.com' });
    await put('crm_csv.products', { product_id: 1, product_name: 'Laptop' });
    await put('supabase.customers', { customer_id: 1, customer_name: 'Bo', customer_email: 'bo@example.com', ...inDatabase });
    await put('supabase.products', { product_id: 1, product_name: 'Phone', ...inDatabase });
    await put('crm_csv.sales', sale(1));
    await put('crm_csv.sales', sale(2, { customer_id: 9, product_id: 9, currency: 'USD' }));
    await put('supabase.sales', { ...sale(1, { total_amount: 30 }), ...inDatabase });
    await buildSales();
  });

  test('of two systems are two, each with the members of its own system, and -1 where there is none', async () => {
    const names = `SELECT sale.source, sale.sale_id, customer.customer_name, product.product_name, sale.amount_reporting FROM marts.fct_sales AS sale
      JOIN marts.dim_customers AS customer USING (customer_key) JOIN marts.dim_products AS product USING (product_key) ORDER BY ALL`;
    expect(await lab.lines(names)).toEqual(['crm_csv 1 Ada Laptop 10.000000000', 'crm_csv 2  unknown ', 'supabase 1 Bo Phone 30.000000000']);
  });

  test('of 500 days ago are neither doubled nor lost when they change', async () => {
    await lab.run(`UPDATE crm_csv.sales SET total_amount = 11, _extracted_at = '${LATER}', load_timestamp = '${LATER}' WHERE sale_id = 1`);
    await buildSales();
    expect(await sales('source, sale_id, amount')).toEqual(['crm_csv 1 11.000000000', 'crm_csv 2 10.000000000', 'supabase 1 30.000000000']);
  });

  test.each<[string, string, Readonly<Record<string, Value>>, string]>([
    ['customer', 'crm_csv.customers', { customer_id: 9 }, 'customer_key > 0'],
    ['product', 'crm_csv.products', { product_id: 9, product_name: 'TV' }, 'product_key > 0'],
    ['rate', 'reference.fx_rates', { rate_date: '2019-01-01', currency: 'USD', reporting_currency: 'GBP', rate: 0.75 }, 'amount_reporting = 7.5'],
  ])('find a %s that comes after them, whatever day it is of', async (_what, table, row, found) => {
    await put('supabase.sales', { ...sale(5), ...inDatabase }, LATER);
    await buildSales();
    expect(await lab.lines(`SELECT ${found} FROM marts.fct_sales WHERE source = 'crm_csv' AND sale_id = 2`)).not.toEqual(['true']);
    await put(table, row, '2020-01-01');
    await buildSales();
    expect(await lab.lines(`SELECT ${found} FROM marts.fct_sales WHERE source = 'crm_csv' AND sale_id = 2`)).toEqual(['true']);
  });

  test('of an old export that is dropped late are found', async () => {
    await put('supabase.sales', { ...sale(5), ...inDatabase }, LATER);
    await buildSales();
    await put('crm_csv.sales', sale(7), '2020-01-01');
    await buildSales();
    expect(await sales('source, sale_id')).toEqual(['crm_csv 1', 'crm_csv 2', 'crm_csv 7', 'supabase 1', 'supabase 5']);
  });

  test('that the database no longer has are marked and count no more; they count again when it has them again', async () => {
    const names = ['+mtr_product_performance'];
    const total = `SELECT sales, revenue FROM metrics.mtr_product_performance WHERE scope = 'all' AND period = 'all'`;
    await put('supabase.sales', { ...sale(5, { total_amount: 70 }), ...inDatabase });
    await put('supabase.sales_keys', { sale_id: 5 }, LATER);
    await lab.build({ names });
    expect(await sales('source, sale_id, is_deleted')).toEqual(['crm_csv 1 false', 'crm_csv 2 false', 'supabase 1 true', 'supabase 5 false']);
    expect(await lab.lines(total)).toEqual(['3 80.000000000']);
    await put('supabase.sales_keys', { sale_id: 1 }, LATER);
    await lab.build({ names });
    expect(await lab.lines(total)).toEqual(['4 110.000000000']);
  });

  test('keep the key of a customer who was deleted, whose name and address are gone', async () => {
    await put('supabase.customers_keys', { customer_id: 2 }, LATER);
    await buildSales();
    const members = `SELECT customer.customer_key > 0, customer.is_deleted, customer.customer_name, customer.customer_email FROM marts.fct_sales AS sale
      JOIN marts.dim_customers AS customer USING (customer_key) WHERE sale.source = 'supabase'`;
    expect(await lab.lines(members)).toEqual(['true true  ']);
  });

  test('are the same after a run as when they are built anew', async () => {
    await put('crm_csv.sales', sale(3), LATER);
    await put('crm_csv.customers', { customer_id: 9 }, LATER);
    await put('supabase.sales_keys', { sale_id: 8 }, LATER);
    await buildSales();
    const merged = await sales('*');
    await buildSales(true);
    expect(await sales('*')).toEqual(merged);
  });
});

test('a ticket has durations and a rating only where they are some, and one way to write its channel', async () => {
  const ticket = (ticket_id: number, more: Readonly<Record<string, Value>>) => put('crm_csv.support_tickets', { ticket_id, ...more });
  await ticket(1, { frt_minutes: 5, ttr_minutes: 0, customer_satisfaction: 5, ticket_channel: 'Social media' });
  await ticket(2, { frt_minutes: -1, ttr_minutes: -12, customer_satisfaction: 7, ticket_channel: 'Social Media' });
  await ticket(3, { ticket_channel: 'Chat' });
  await lab.build({ names: ['+fct_ticketing'] });
  const columns = 'ticket_id, frt_minutes, ttr_minutes, is_resolved_valid, customer_satisfaction, ticket_channel';
  expect(await lab.lines(`SELECT ${columns} FROM marts.fct_ticketing ORDER BY ticket_id`)).toEqual([
    '1 5.000000000 0.000000000 true 5.000000000 Social Media',
    '2   false  Social Media',
    '3   false  Chat',
  ]);
});

describe('the stock of stores', () => {
  const item = (more: Readonly<Record<string, Value>>) => ({ city: 'Guelph', chain: 'Maple', segment: 'Oils', brand: 'B', ...more });
  const snapshot = async (taken: string, items: readonly Readonly<Record<string, Value>>[]) => {
    await lab.run('DELETE FROM WM_SalesTeam.Store_Inventory');
    for (const [at, row] of items.entries()) await put('WM_SalesTeam.Store_Inventory', { ...item(row), _row: at + 1 }, taken);
    await lab.build({ names: ['+fct_store_inventory'] });
  };
  const stock = (columns: string) => lab.lines(`SELECT ${columns} FROM marts.fct_store_inventory ORDER BY snapshot_date, brand, units`);

  test('is kept day by day, the last snapshot of each; what it lacks is no longer listed', async () => {
    await snapshot('2026-11-19 06:00:00+00', [{ curr_inv: 1 }, { brand: 'C', curr_inv: 2 }]);
    await snapshot('2026-11-20 06:00:00+00', [{ curr_inv: 3 }, { curr_inv: 4 }, { brand: 'C', curr_inv: 5 }]);
    await snapshot('2026-11-20 08:00:00+00', [{ curr_inv: 6 }, { brand: 'D', curr_inv: 7 }]);
    expect(await stock('snapshot_date, brand, CAST(units AS INTEGER), is_listed')).toEqual([
      '2026-11-19 B 1 true',
      '2026-11-19 C 2 true',
      '2026-11-20 B 0 false',
      '2026-11-20 B 6 true',
      '2026-11-20 C 0 false',
      '2026-11-20 D 7 true',
    ]);
    await snapshot('2026-11-20 09:00:00+00', [{ brand: 'C', curr_inv: 8 }]);
    expect(
      await lab.lines("SELECT brand, CAST(units AS INTEGER) FROM marts.fct_store_inventory WHERE snapshot_date = DATE '2026-11-20' AND is_listed"),
    ).toEqual(['C 8']);
  });

  test('belongs to the one store of its chain in its city, to none where there are several', async () => {
    for (const [accnt_no, accnt_city] of [
      ['1', 'Guelph'],
      ['2', 'Kenora'],
      ['3', 'Kenora'],
    ] as const)
      await put('WM_SalesTeam.Accounts_List', { accnt_no, accnt_city, chain_group: 'Maple' });
    await snapshot('2026-11-19 06:00:00+00', [{ curr_inv: 1 }, { city: 'Kenora', brand: 'C', curr_inv: 2 }, { chain: null, brand: 'D', curr_inv: 3 }]);
    expect(await stock('brand, store_key > 0, chain')).toEqual(['B true Maple', 'C false Maple', 'D false none']);
  });
});

describe('a call report', () => {
  const reports = async (taken: string, rows: readonly Readonly<Record<string, Value>>[]) => {
    await lab.run('DELETE FROM WM_SalesTeam.Call_Reports');
    for (const [at, row] of rows.entries()) await put('WM_SalesTeam.Call_Reports', { accnt_no: '1', sales_rep: 'R', ...row, _row: at + 1 }, taken);
    await lab.build({ names: ['+fct_call_reports'] });
    return await lab.lines('SELECT report_key, action_date, report_fields FROM marts.fct_call_reports ORDER BY action_date_raw, report_key');
  };

  test('is whole JSON where the source sends no further column', async () => {
    const [line] = await reports('2026-11-19', [{ action_date_raw: '2026-11-18' }]);
    const fields: unknown = JSON.parse(line!.slice(line!.indexOf('{')));
    expect(fields).toMatchObject({ accnt_no: '1', sales_rep: 'R', action_date_raw: '2026-11-18' });
    expect(line).not.toMatch(/_raw_object|_row"|_extracted_at|load_timestamp/);
  });

  test('has the columns of whatever the source sends, and the key of what it says, in every snapshot', async () => {
    await lab.run('ALTER TABLE WM_SalesTeam.Call_Reports ADD COLUMN IF NOT EXISTS Order_Total VARCHAR');
    const first = { action_date_raw: '2026-11-18', Order_Total: '1,234.50 "net"' };
    const second = { action_date_raw: '11/19/2026', Order_Total: '"_row":7,' };
    const before = await reports('2026-11-19', [first, second]);
    expect(before.map((line) => line.split(' ').slice(1).join(' '))).toEqual([
      String.raw`2026-11-19 {"accnt_no":"1","sales_rep":"R","action_date_raw":"11/19/2026","Order_Total":"\"_row\":7,"}`,
      String.raw`2026-11-18 {"accnt_no":"1","sales_rep":"R","action_date_raw":"2026-11-18","Order_Total":"1,234.50 \"net\""}`,
    ]);
    expect(await reports('2026-11-20', [second, first])).toEqual(before);
    expect((await reports('2026-11-20', [{ ...first, Order_Total: '1' }, second]))[1]).not.toBe(before[1]);
    await lab.run('ALTER TABLE WM_SalesTeam.Call_Reports ADD COLUMN IF NOT EXISTS Samples VARCHAR');
    expect(await reports('2026-11-21', [first, second])).toEqual(before);
  });
});

test('days at both ends of the calendar stop no metric', async () => {
  const days = ['0001-01-01', '9999-12-31'];
  for (const [place, day] of days.entries()) {
    await put('crm_csv.customers', { customer_id: place + 1, customer_name: 'Ada', signup_date: day, last_ticket_date: day });
    await put('crm_csv.products', { product_id: place + 1, product_name: 'Laptop' });
    await put('crm_csv.sales', sale(place + 1, { customer_id: place + 1, product_id: place + 1, purchase_date: day }));
    await put('crm_csv.support_tickets', { ticket_id: place + 1, customer_id: place + 1, ticket_created: `${day} 12:00:00+00`, frt_minutes: 9_999 });
  }
  const names = ['mtr_shop_revenue', 'mtr_product_months', 'mtr_product_performance', 'mtr_customer_growth', 'mtr_ops_weekly', 'mtr_churn_signals'];
  await lab.build({
    names: [...names, 'mtr_customer_profile', 'mtr_ticket_days', 'mtr_support_performance', 'mtr_customer_segment_summary'].map((name) => `+${name}`),
  });
  expect(await lab.lines('SELECT month_start, completeness FROM metrics.mtr_shop_revenue ORDER BY 1')).toEqual(['0001-01-01 final', '9999-12-01 partial']);
  const weeks = "SELECT week_start, revenue_at_risk, completeness FROM metrics.mtr_ops_weekly WHERE scope = 'all' ORDER BY 1";
  expect(await lab.lines(weeks)).toEqual(['0001-01-01 10.000000000 final', '9999-12-27 10.000000000 partial']);
});
