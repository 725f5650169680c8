import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileModels, DATAFORM_DIR } from '../../infra/curated/compile.ts';
import type { Graph } from '../../infra/curated/graph.ts';
import { MODEL_RUNS, type Step } from '../../infra/curated/model-runs.ts';
import type { Selection } from '../../infra/curated/order.ts';
import { type RunOptions, runModels } from '../../infra/curated/run.ts';
import { columnsSql, tableName } from '../../infra/local/duckdb-sql.ts';
import { type DuckDbLab, openDuckDbLab } from './duckdb-lab.ts';

/** The project in `lab`, compiled once, with a warehouse of its own for each test. */
export interface ModelsLab extends DuckDbLab {
  runAll(
    options?: Partial<Pick<RunOptions, 'what' | 'fullRefresh' | 'onStep'>> & { readonly selection?: Selection; readonly graph?: Graph },
  ): Promise<readonly Step[]>;
  /** The rows of a query as lines of text. */
  lines(sql: string): Promise<readonly string[]>;
}

/** 60 orders of 20 customers in 30 days; the first is 500 days old. */
const DATA = `
CREATE TABLE shop.customers AS SELECT 'c' || n AS customer_id, 'c' || n || '@example.com' AS email, 'Ottawa' AS city FROM range(20) AS t(n);
CREATE TABLE shop.orders AS SELECT 'o' || n AS order_id, 'c' || (n % 20) AS customer_id, CASE WHEN n % 10 = 9 THEN 'refunded' ELSE 'paid' END AS status,
  CAST(10 + n AS DECIMAL(18,9)) AS amount, DATE '2026-11-20' - CAST(CASE n WHEN 0 THEN 500 ELSE n % 30 END AS INTEGER) AS order_date,
  now() - INTERVAL 1 HOUR AS _extracted_at FROM range(60) AS t(n);
`;

/** Compiles the lab project with the includes of the real one; changes are made to a copy first. */
export async function compileLab(change: (dir: string) => Promise<void> = async () => undefined): Promise<Graph> {
  const dir = await mkdtemp(join(tmpdir(), 'models-'));
  try {
    await cp(join(import.meta.dirname, 'lab'), dir, { recursive: true });
    await cp(join(DATAFORM_DIR, 'includes'), join(dir, 'includes'), { recursive: true });
    await change(dir);
    return await compileModels(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}

export async function openModelsLab(graph: Graph): Promise<ModelsLab> {
  const lab = await openDuckDbLab();
  await lab.run('CREATE SCHEMA shop; CREATE SCHEMA ops');
  await lab.run(`CREATE TABLE ${tableName(MODEL_RUNS)} (${columnsSql(MODEL_RUNS.columns)})`);
  await lab.run(DATA);
  let runs = 0;
  return {
    ...lab,
    async runAll({ graph: own = graph, selection = {}, ...options } = {}) {
      runs += 1;
      const identity = { runId: `run ${runs}`, codeVersion: 'test', startedAt: '2026-11-20T06:00:00.000Z' };
      return await runModels(lab, own, { what: 'run', fullRefresh: false, ...identity, selection, clock: () => 0, onStep: () => undefined, ...options });
    },
    async lines(sql) {
      return (await lab.query(sql)).rows.map((row) => row.join(' '));
    },
  };
}

/** The names of the steps that did not go well, with how they ended. */
export function troubles(steps: readonly Step[]): readonly string[] {
  return steps
    .filter(({ outcome }) => outcome !== 'built' && outcome !== 'passed')
    .map(({ name, outcome }) => `${outcome} ${name.replace('model_tests.', '')}`);
}
