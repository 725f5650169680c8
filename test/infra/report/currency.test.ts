import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileModels } from '../../../infra/curated/compile.ts';
import type { Graph } from '../../../infra/curated/graph.ts';
import { type DuckDbWarehouse, openDuckDbWarehouse } from '../../../infra/local/duckdb-warehouse.ts';
import { readCurrency } from '../../../infra/report/currency.ts';
import { pageTables } from '../../../infra/report/tables.ts';

let graph: Graph;
let warehouse: DuckDbWarehouse;

beforeAll(async () => {
  graph = await compileModels();
  warehouse = await openDuckDbWarehouse({ file: ':memory:', locate: async () => undefined });
});
afterAll(() => warehouse.close());

/** Makes the views that the page reads, with a row for each of these currencies; those of some tables are their own. */
async function fill(currencies: readonly (string | null)[], own: Readonly<Record<string, readonly string[]>> = {}): Promise<void> {
  await warehouse.session(async (session) => {
    await session.run('CREATE SCHEMA IF NOT EXISTS analytics');
    for (const { name } of pageTables) {
      const rows = (own[name] ?? currencies).map((currency) => `(${currency === null ? 'NULL' : `'${currency}'`})`);
      const values = rows.length === 0 ? "SELECT '' AS currency WHERE FALSE" : `SELECT * FROM (VALUES ${rows.join(', ')}) AS row(currency)`;
      await session.run(`CREATE OR REPLACE VIEW analytics.v_${name} AS ${values}`);
    }
  });
}

describe('the currency of the report', () => {
  test('is that of the rows, and where there are none that of the models', async () => {
    await fill(['GBP', null]);
    expect(await readCurrency(warehouse, graph)).toBe('GBP');
    await fill([]);
    expect(await readCurrency(warehouse, graph)).toBe('GBP');
  });

  test('is none where tables are in two: some were built before it was changed', async () => {
    await fill(['GBP'], { mtr_acquisition: ['CAD'] });
    await expect(readCurrency(warehouse, graph)).rejects.toThrow(/amounts are in CAD \(analytics\.v_mtr_acquisition\) and in GBP \(analytics\.v_mtr_\w+\)/);
  });

  test('is none where the models of this version are in another: their words and figures would not be those of the rows', async () => {
    await fill(['CAD']);
    await expect(readCurrency(warehouse, graph)).rejects.toThrow(
      'amounts are in CAD (analytics.v_mtr_acquisition) and infra/dataform/workflow_settings.yaml says GBP',
    );
  });

  test('is looked for in every metric of the page that has amounts', async () => {
    const withRevenue = pageTables.filter(({ figures }) => figures.some((figure) => /revenue$|^ad_spend$/.test(figure)));
    expect(withRevenue.length).toBeGreaterThanOrEqual(12);
    for (const { name } of withRevenue) {
      await fill(['GBP'], { [name]: ['CAD'] });
      await expect(readCurrency(warehouse, graph)).rejects.toThrow(`CAD (analytics.v_${name})`);
    }
  });
});
