import pLimit from 'p-limit';
import type { Warehouse } from '../../shared/warehouse/warehouse.ts';
import type { Graph } from '../curated/graph.ts';
import { readCurrency } from './currency.ts';
import { definitionsOf } from './definitions.ts';
import { readTable } from './read-table.ts';
import type { ReportData, ReportTable } from './report-data.ts';
import { pageTables } from './tables.ts';
import { readTests } from './tests.ts';

export interface ReadOptions {
  readonly warehouse: Warehouse;
  readonly graph: Graph;
  /** RFC 3339, UTC. */
  readonly madeAt: string;
  /** Whether any of it is made up. */
  readonly isSample: boolean;
  /** Bytes of the data as JSON at most; default 3.5 MB, of which 1.6 MB are left in the page, which packs them. */
  readonly budget?: number;
}

const BUDGET = 3_500_000;
const QUERIES_AT_A_TIME = 4;
/** A table that has so few rows is not made smaller. */
const FEW = 100;

/** Reads what the report's page holds from the views of dataset `analytics`, each table in the finest shape that is small enough. */
export async function readReport(options: ReadOptions): Promise<ReportData> {
  const { warehouse, graph, madeAt, isSample, budget = BUDGET } = options;
  const limit = pLimit(QUERIES_AT_A_TIME);
  const tables = new Map(await Promise.all(pageTables.map((table) => limit(async () => [table.name, await readTable(warehouse, table, table.rows)] as const))));
  await shrink(warehouse, tables, budget);
  return {
    madeAt,
    currency: await readCurrency(warehouse, graph),
    isSample,
    tables: Object.fromEntries(tables),
    definitions: Object.fromEntries(pageTables.map((table) => [table.name, definitionsOf(table, graph)])),
    tests: await readTests(warehouse),
  };
}

/** Halves the largest table until all together are within the budget. */
async function shrink(warehouse: Warehouse, tables: Map<string, ReportTable>, budget: number): Promise<void> {
  const sizes = new Map([...tables].map(([name, table]) => [name, sizeOf(table)]));
  const total = () => [...sizes.values()].reduce((sum, size) => sum + size, 0);
  while (total() > budget) {
    const [largest] = pageTables.filter(({ name }) => rowsOf(tables, name) > FEW).sort((a, b) => (sizes.get(b.name) ?? 0) - (sizes.get(a.name) ?? 0));
    if (largest === undefined) return;
    const smaller = await readTable(warehouse, largest, Math.floor(rowsOf(tables, largest.name) / 2));
    tables.set(largest.name, smaller);
    sizes.set(largest.name, sizeOf(smaller));
  }
}

function rowsOf(tables: ReadonlyMap<string, ReportTable>, name: string): number {
  return tables.get(name)?.rows ?? 0;
}

function sizeOf(table: ReportTable): number {
  return Buffer.byteLength(JSON.stringify(table));
}
