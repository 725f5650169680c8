import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileModels } from '../../infra/curated/compile.ts';
import { type Graph, idOf, type Target } from '../../infra/curated/graph.ts';
import { stopped } from '../curated/engines.ts';
import { goldenCut, goldenTables } from '../curated/golden/data-set.ts';
import { loadedTables } from '../curated/golden/loaded.ts';
import { type SampleTable, sampleTables } from '../curated/sample-data.ts';
import { DIFFERENCES, NOT_BUILT } from './differences.ts';
import { openTrial, type Trial } from './trial.ts';

const MINUTES = 60_000;
/**
 * Of the shop's customers the emulator may get each of so many, while marketing is judged whole: it joins by trying each pair of rows, some microseconds each,
 * and the sales alone are joined with the customers eight times: 25 million pairs each time, with all of them.
 */
const EVERY = Number(process.env['GOLDEN_EVERY'] ?? 1);
/** What tells of stores and of the pipeline's own objects: the data set has none. */
const EMPTY = ['metrics.mtr_pipeline_balance', 'metrics.mtr_pipeline_rejects', 'metrics.mtr_sales_coverage'];

describe('the metrics of the golden data set on GoogleSQL and on DuckDB', () => {
  let graph: Graph;
  let trial: Trial;
  let metrics: readonly Target[];
  beforeAll(async () => {
    graph = stopped(await compileModels());
    metrics = graph.models.map(({ target }) => target).filter(({ name }) => name.startsWith('mtr_'));
    const golden = new Map(loadedTables(goldenCut(goldenTables(), EVERY)).map((table) => [nameOf(table), table]));
    const tables = (await sampleTables()).map((table) => golden.get(nameOf(table)) ?? { spec: table.spec, rows: [] });
    const selection = { names: metrics.map(({ name }) => `+${name}`), tags: ['staging', 'marts', 'metrics'] };
    trial = await openTrial({ graph, tables, selection, differences: Object.keys(DIFFERENCES), viewsAsTables: true });
  }, 90 * MINUTES);
  afterAll(() => trial?.close());

  test('every model that they read is built, but those that are listed', () => {
    expect(Object.entries(trial.notBuilt).filter(([name]) => !(name in NOT_BUILT))).toEqual([]);
  });

  test(
    'every one is equal, row by row and type by type, but the columns that are listed',
    async () => {
      expect(await trial.differing(metrics)).toEqual({});
    },
    90 * MINUTES,
  );

  test('none is empty but those that are listed', async () => {
    const counts = await Promise.all(metrics.map(async (target) => [idOf(target), await trial.count(target)]));
    expect(counts.filter(([, count]) => count === 0).map(([name]) => name)).toEqual(EMPTY);
  });
});

function nameOf({ spec }: Pick<SampleTable, 'spec'>): string {
  return `${spec.dataset}.${spec.table}`;
}
