import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileModels } from '../../infra/curated/compile.ts';
import { type Graph, idOf } from '../../infra/curated/graph.ts';
import { stopped } from '../curated/engines.ts';
import { sampleTables } from '../curated/sample-data.ts';
import { DIFFERENCES, NOT_BUILT } from './differences.ts';
import { failingTests, mergeModels } from './judged-models.ts';
import { openTrial, type Trial } from './trial.ts';

const MINUTES = 60_000;

describe('all models on GoogleSQL and on DuckDB', () => {
  let graph: Graph;
  let trial: Trial;
  beforeAll(async () => {
    graph = stopped(await compileModels());
    trial = await openTrial({ graph, tables: await sampleTables(), selection: {}, differences: Object.keys(DIFFERENCES) });
  }, 10 * MINUTES);
  afterAll(() => trial?.close());

  const built = (prefix: RegExp) => graph.models.map(({ target }) => target).filter(({ name }) => prefix.test(name));

  test('every model is built, but those that are listed', () => {
    expect(Object.entries(trial.notBuilt).filter(([name]) => !(name in NOT_BUILT))).toEqual([]);
    expect(Object.keys(NOT_BUILT).filter((name) => !(name in trial.notBuilt))).toEqual([]);
  });

  test(
    'every metric is equal, row by row and type by type, but those that are listed',
    async () => {
      expect(await trial.differing(built(/^mtr_/))).toEqual({});
    },
    5 * MINUTES,
  );

  test(
    'every mart is equal, row by row and type by type, but those that are listed',
    async () => {
      expect(await trial.differing(built(/^(?:dim|fct)_/))).toEqual({});
    },
    5 * MINUTES,
  );

  test('the metrics of the sample are not empty', async () => {
    const counts = await Promise.all(built(/^mtr_/).map(async (target) => [idOf(target), await trial.count(target)]));
    expect(counts.filter(([, count]) => count === 0)).toEqual([]);
  });

  test(
    'the tests of the models find the same rows',
    async () => {
      expect([...(await failingTests(trial.judge, graph))].sort()).toEqual([...trial.failingHere].sort());
    },
    5 * MINUTES,
  );

  test(
    'an incremental table stays as it is when it is merged again',
    async () => {
      await mergeModels(trial.judge, graph);
      const merged = graph.models.filter(({ kind, tags }) => kind === 'incremental' && !tags.includes('snapshots'));
      expect(merged.length).toBeGreaterThan(0);
      expect(await trial.differing(merged.map(({ target }) => target))).toEqual({});
    },
    5 * MINUTES,
  );
});
