import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { compileModels } from '../../infra/curated/compile.ts';
import type { Graph } from '../../infra/curated/graph.ts';
import type { Step } from '../../infra/curated/model-runs.ts';
import { prepareSources } from '../../infra/curated/prepare.ts';
import { isFailure, runModels } from '../../infra/curated/run.ts';
import { streams } from '../../shared/streams/index.ts';
import { openTemporary, type TemporaryWarehouse } from '../infra/local/duckdb-temporary.ts';
import { troubles } from './models-lab.ts';

const ORIGIN = `'r' AS _raw_object, 1 AS _raw_generation, n AS _row, now() - INTERVAL 1 HOUR AS _extracted_at, now() AS load_timestamp`;
const MODELS = ['mtr_product_performance', 'mtr_customer_segment_summary', 'mtr_churn_signals', 'mtr_support_performance', 'mtr_ops_weekly'];
const NAMES = [...MODELS, 'mtr_sales_coverage', 'audit_missing_keys'].map((name) => `+${name}`);
const SNAPSHOTS = ['dim_customers__row_count', 'dim_products__row_count', 'fct_sales__row_count', 'fct_sales__revenue', 'fct_ticketing__row_count'];
const MORE_SNAPSHOTS = ['fct_call_reports__row_count', 'mtr_product_performance__revenue'];

let graph: Graph;
let opened: TemporaryWarehouse;
beforeAll(async () => {
  graph = await compileModels();
  opened = await openTemporary();
  await prepareSources(opened.warehouse, streams);
  await sql(rowsOf(1, 100));
});
afterAll(() => opened.close());

const sql = (text: string) => opened.warehouse.session((session) => session.run(text));

/** Sound rows, numbered from one to the other, of customers who each bought and asked once, and of stores with a report and a stock. */
function rowsOf(first: number, last: number): string {
  const rows = (table: string, columns: string) => `INSERT INTO ${table} BY NAME SELECT ${columns}, ${ORIGIN} FROM range(${first}, ${last + 1}) AS t(n)`;
  return [
    rows('crm_csv.customers', "n AS customer_id, 'Female' AS customer_gender, 'Low' AS income_bracket, 30 AS customer_age"),
    rows('crm_csv.products', "n AS product_id, 'P' || n AS product_name, 'TV' AS category"),
    rows(
      'crm_csv.sales',
      "n AS sale_id, n AS customer_id, n AS product_id, 1 AS quantity, 10 AS unit_price, 10 AS total_amount, 'GBP' AS currency, DATE '2021-01-01' AS purchase_date",
    ),
    rows(
      'crm_csv.support_tickets',
      "n AS ticket_id, n AS customer_id, 'Low' AS ticket_priority, 'Email' AS ticket_channel, TIMESTAMPTZ '2021-01-01 00:00:00+00' AS ticket_created, 60 AS frt_minutes, 300 AS ttr_minutes, 4 AS customer_satisfaction",
    ),
    rows(
      'WM_SalesTeam.Accounts_List',
      "CAST(n AS VARCHAR) AS accnt_no, 'ON' AS accnt_prov, 43.0 AS latitude, 'City ' || n AS accnt_city, 'Chain' AS chain_group",
    ),
    rows('WM_SalesTeam.Call_Reports', "CAST(n AS VARCHAR) AS accnt_no, 'R' AS sales_rep, '2021-01-01' AS action_date_raw"),
    rows('WM_SalesTeam.Store_Inventory', "'City ' || n AS city, 'Chain' AS chain, 'B' AS brand, 5 AS curr_inv"),
  ].join(';');
}

/** Builds the models and their snapshots, and gives every step. */
async function runAll({ fullRefresh = false } = {}): Promise<readonly Step[]> {
  const snapshots = [...SNAPSHOTS, ...MORE_SNAPSHOTS].map((name) => `snap_${name}`);
  const identity = { runId: 'run', codeVersion: 'test', startedAt: '2021-02-01T06:00:00.000Z' };
  const options = {
    what: 'run',
    selection: { names: [...NAMES, ...snapshots] },
    fullRefresh,
    ...identity,
    clock: () => 0,
    onStep: () => undefined,
  } as const;
  return await opened.warehouse.session((session) => runModels(session, graph, options));
}

const steady = (name: string) => `snapshots_snap_${name}__steady`;

const HAS_MEMBERS = 'audit_missing_keys__has_members';
/** What is done to the rows, and the tests that find it. */
const BREAKS: readonly (readonly [statement: string, tests: readonly string[]])[] = [
  ["UPDATE crm_csv.customers SET customer_gender = 'F' WHERE customer_id = 1", ['stg_crm_csv_customers__customer_gender__accepted']],
  ["UPDATE crm_csv.customers SET income_bracket = 'Rich' WHERE customer_id = 2", ['stg_crm_csv_customers__income_bracket__accepted']],
  ['UPDATE crm_csv.customers SET customer_age = 999 WHERE customer_id = 3', ['stg_crm_csv_customers__customer_age__range']],
  ['UPDATE crm_csv.sales SET total_amount = 11 WHERE sale_id = 1', ['stg_crm_csv_sales__total_is_quantity_times_price']],
  ['UPDATE crm_csv.sales SET quantity = 0, total_amount = 0 WHERE sale_id = 2', ['fct_sales__quantity__range']],
  ["UPDATE crm_csv.sales SET currency = 'USD' WHERE sale_id BETWEEN 3 AND 5", ['fct_sales__amount_reporting__null_ratio']],
  [
    'UPDATE crm_csv.sales SET unit_price = 30000, total_amount = 30000 WHERE sale_id > 60',
    ['fct_sales__amount_reporting__p75', 'fct_sales__amount_reporting__p95', steady('fct_sales__revenue'), steady('mtr_product_performance__revenue')],
  ],
  ['UPDATE crm_csv.sales SET customer_id = 999 WHERE sale_id > 90', [HAS_MEMBERS]],
  ['UPDATE crm_csv.support_tickets SET customer_id = 999 WHERE ticket_id > 90', [HAS_MEMBERS]],
  ["UPDATE crm_csv.support_tickets SET ticket_priority = 'Urgent' WHERE ticket_id = 1", ['fct_ticketing__ticket_priority__accepted']],
  ["UPDATE crm_csv.support_tickets SET ticket_channel = 'Fax' WHERE ticket_id = 2", ['fct_ticketing__ticket_channel__accepted']],
  ['UPDATE crm_csv.support_tickets SET customer_satisfaction = 7 WHERE ticket_id = 3', ['stg_crm_csv_support_tickets__customer_satisfaction__range']],
  [
    'UPDATE crm_csv.support_tickets SET frt_minutes = 2000, ttr_minutes = 20000 WHERE ticket_id BETWEEN 61 AND 130',
    ['fct_ticketing__frt_minutes__p75', 'fct_ticketing__frt_minutes__p95', 'fct_ticketing__ttr_minutes__p75', 'fct_ticketing__ttr_minutes__p95'],
  ],
  ['UPDATE crm_csv.support_tickets SET ttr_minutes = -5 WHERE ticket_id <= 60 OR ticket_id > 130', ['fct_ticketing__ttr_minutes__null_ratio']],
  ["UPDATE WM_SalesTeam.Call_Reports SET action_date_raw = 'soon' WHERE _row > 80", ['fct_call_reports__action_date__null_ratio']],
  ["UPDATE WM_SalesTeam.Call_Reports SET accnt_no = 'X' WHERE _row > 80", [HAS_MEMBERS]],
  ['UPDATE WM_SalesTeam.Store_Inventory SET curr_inv = NULL WHERE _row > 80', ['fct_store_inventory__units__null_ratio']],
  [
    ['crm_csv.sales', 'crm_csv.support_tickets', 'WM_SalesTeam.Call_Reports', 'WM_SalesTeam.Store_Inventory']
      .map((table) => `UPDATE ${table} SET _extracted_at = now() - INTERVAL 10 DAY, load_timestamp = now()`)
      .join(';'),
    ['fct_sales___extracted_at__fresh', 'fct_ticketing___extracted_at__fresh', 'fct_call_reports___extracted_at__fresh'],
  ],
  [
    rowsOf(101, 200)
      .split(';')
      .filter((insert) => !/Accounts_List|Inventory/.test(insert))
      .join(';'),
    ['dim_customers__row_count', 'dim_products__row_count', 'fct_sales__row_count', 'fct_ticketing__row_count', 'fct_call_reports__row_count'].map(steady),
  ],
];

test('the tests of the shop and the sales team pass on sound rows, and each finds what it is for', async () => {
  expect(troubles(await runAll())).toEqual([]);
  // The additional rows come first, so that the others are shares of all.
  for (const [statement] of [...BREAKS].reverse()) await sql(statement);
  const steps = await runAll();
  const found = new Set(BREAKS.flatMap(([, tests]) => tests.map((name) => `failed ${name}`)));
  expect([...troubles(steps)].sort()).toEqual([...found].sort());
  const { rows } = await opened.warehouse.session((session) => session.query(`SELECT fact, key_column FROM model_tests.${HAS_MEMBERS} ORDER BY fact`));
  expect(rows).toEqual([
    ['fct_call_reports', 'store_key'],
    ['fct_sales', 'customer_key'],
    ['fct_ticketing', 'customer_key'],
  ]);
  expect(isFailure(steps)).toBe(false);
});

test('a key that comes twice stops what is built on it, and nothing else', async () => {
  await sql("UPDATE WM_SalesTeam.Accounts_List SET accnt_no = '1' WHERE accnt_no = '2'");
  const steps = await runAll();
  const stopped = troubles(steps).filter((line) => !line.startsWith('failed') && !line.includes('__'));
  expect(troubles(steps)).toContain('failed dim_stores__unique');
  expect([...stopped].sort()).toEqual([
    'skipped audits.audit_missing_keys',
    'skipped marts.fct_call_reports',
    'skipped marts.fct_store_inventory',
    'skipped metrics.mtr_sales_coverage',
  ]);
  expect(isFailure(steps)).toBe(true);
});

test('rows that are gone from the sources, but not from a mart that grows, are found until it is built anew', async () => {
  await sql('DELETE FROM crm_csv.sales WHERE sale_id = 7; DELETE FROM crm_csv.support_tickets WHERE ticket_id = 7');
  const left = (steps: readonly Step[]) => troubles(steps).filter((line) => line.endsWith('none_left_over'));
  const steps = await runAll();
  expect(left(steps)).toEqual(['failed fct_sales__none_left_over', 'failed fct_ticketing__none_left_over']);
  expect(steps.find(({ name }) => name.endsWith('fct_sales__none_left_over'))?.example).toBe('{"model_rows":200,"source_rows":199}');
  expect(left(await runAll({ fullRefresh: true }))).toEqual([]);
});
