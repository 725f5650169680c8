import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileModels } from '../../../infra/curated/compile.ts';
import type { Graph } from '../../../infra/curated/graph.ts';
import { columnsRead } from '../../../infra/report/page-table.ts';
import { readReport } from '../../../infra/report/read.ts';
import type { ReportData, ReportTable } from '../../../infra/report/report-data.ts';
import { shapes } from '../../../infra/report/shape.ts';
import { tableSql } from '../../../infra/report/table-sql.ts';
import { pageTables } from '../../../infra/report/tables.ts';
import { modelSources } from '../../bench/data/model-sources.ts';
import { type BuiltWarehouse, buildWarehouse } from './built-warehouse.ts';

const ORDERS = 4_000;
const MADE_AT = '2026-11-29T06:00:00.000Z';

let graph: Graph;
let built: BuiltWarehouse;
let data: ReportData;
const read = (budget?: number) =>
  readReport({ warehouse: built.warehouse, graph, madeAt: MADE_AT, isSample: false, ...(budget === undefined ? {} : { budget }) });
beforeAll(async () => {
  graph = await compileModels();
  built = await buildWarehouse(graph, modelSources(ORDERS));
  data = await read();
});
afterAll(() => built.close());

const size = ({ tables }: ReportData) => Buffer.byteLength(JSON.stringify(tables));
const sumOf = (table: ReportTable | undefined, figure: string) => {
  const column = table?.columns[figure];
  return column?.type === 'number' ? column.values.reduce<number>((sum, value) => sum + (value ?? 0), 0) : undefined;
};
const single = async (sql: string) => (await built.warehouse.query(sql)).rows[0]?.[0];

describe('the data of the report', () => {
  test('has every table with every column that it declares, and each column as many values as rows', () => {
    for (const table of pageTables) {
      const { rows, columns } = data.tables[table.name] ?? { rows: -1, columns: {} };
      expect(Object.keys(columns)).toEqual(columnsRead(table).filter((name) => name !== 'as_of'));
      expect(Object.values(columns).map(({ values }) => values.length)).toEqual(Object.keys(columns).map(() => rows));
    }
  });

  test('has a definition of every column, and a unit of every figure of the catalogue', () => {
    const untold = pageTables.flatMap((table) =>
      columnsRead(table).filter((name) => table.isMeasured && (data.definitions[table.name]?.[name]?.description ?? '') === ''),
    );
    expect(untold).toEqual([]);
    expect(data.definitions['mtr_acquisition']?.['ctr']).toMatchObject({ unit: 'ratio', numerator: 'clicks', denominator: 'impressions' });
  });

  test('says whom it is about, when it is of, and in which currency', () => {
    expect(data.currency).toBe('GBP');
    expect(data.madeAt).toBe(MADE_AT);
    expect(Object.entries(data.tables).flatMap(([name, { population }]) => (population === '' ? [name] : []))).toEqual([]);
    expect(data.tables['mtr_order_days']?.asOf).toBe('2026-11-20T00:00:00Z');
  });

  test('is not made where the amounts are in another currency than the models', async () => {
    const elsewhere = { ...graph, vars: { ...graph.vars, reportingCurrency: 'CAD' } };
    await expect(readReport({ warehouse: built.warehouse, graph: elsewhere, madeAt: MADE_AT, isSample: false })).rejects.toThrow(
      /amounts are in GBP .* says CAD/,
    );
  });

  test('has orders and revenue that add up to those of the marts', async () => {
    expect(sumOf(data.tables['mtr_order_days'], 'orders')).toBe(ORDERS);
    expect(sumOf(data.tables['mtr_order_days'], 'revenue')?.toFixed(2)).toBe(
      Number(await single('SELECT SUM(amount_reporting) FROM marts.fct_orders')).toFixed(2),
    );
    expect(sumOf(data.tables['mtr_ticket_days'], 'tickets')).toBe(ORDERS / 5);
    expect(sumOf(data.tables['mtr_customer_profile'], 'customers')).toBe(ORDERS / 10);
  });

  test('has the tests of the models as they last ended', () => {
    expect(data.tests.find(({ name }) => name === 'fct_orders__unique')).toEqual({
      name: 'fct_orders__unique',
      isCritical: true,
      status: 'passed',
      failingRows: 0,
    });
  });
});

describe('a table that is too large', () => {
  test('has the same sums in every shape', async () => {
    for (const table of pageTables.filter(({ isAdditive }) => isAdditive)) {
      // Hours are fractions, whose sum depends on the order.
      const sums = table.figures.map((figure) => `CAST(SUM(t.${figure}) AS DECIMAL(18, 6))`).join(', ');
      const [wanted] = (await built.warehouse.query(`SELECT ${sums} FROM analytics.v_${table.name} AS t`)).rows;
      for (const shape of shapes(table)) {
        const [found] = (await built.warehouse.query(`SELECT ${sums} FROM (${tableSql(table, shape, 1_000_000)}) AS t`)).rows;
        expect({ name: table.name, told: shape.told, sums: found }).toEqual({ name: table.name, told: shape.told, sums: wanted });
      }
    }
  });

  test('has fewer rows with every shape, down to a few', async () => {
    for (const table of pageTables) {
      const counts: number[] = [];
      for (const shape of shapes(table)) counts.push(Number(await single(`SELECT COUNT(*) FROM (${tableSql(table, shape, 1_000_000)}) AS t`)));
      expect(counts.map((count, place) => count <= (counts[place - 1] ?? count))).toEqual(counts.map(() => true));
      if (table.isAdditive) expect(counts.at(-1)).toBeLessThan(20);
    }
  });

  test('is added up until the page is small enough, and says so', async () => {
    const budget = 250_000;
    const small = await read(budget);
    expect(size(data)).toBeGreaterThan(budget);
    expect(size(small)).toBeLessThan(budget * 1.05);
    const orders = small.tables['mtr_order_days'];
    expect(orders).toMatchObject({ grain: 'month', coarsened: expect.stringContaining('by month, not by day') });
    expect(sumOf(orders, 'orders')).toBe(ORDERS);
    for (const key of orders?.dropped ?? []) expect(orders?.columns[key]).toMatchObject({ type: 'text', words: ['all'] });
  });
});
