import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileModels } from '../../infra/curated/compile.ts';
import { type Graph, idOf, type Target } from '../../infra/curated/graph.ts';
import { prepareSources } from '../../infra/curated/prepare.ts';
import { runModels } from '../../infra/curated/run.ts';
import { streams } from '../../shared/streams/index.ts';
import { comparable, insertSample, stopped } from '../curated/engines.ts';
import { sampleTables } from '../curated/sample-data.ts';
import { openTemporary, type TemporaryWarehouse } from '../infra/local/duckdb-temporary.ts';
import { type Judge, openJudge } from './judge.ts';
import { buildModels, createSources, failingTests, mergeModels } from './judged-models.ts';

/**
 * Tables that differ from DuckDB's, by name, each with the reason; one that is listed and is equal is a failure, too. What the
 * emulator's functions get wrong is listed in test/curated/conformance/differs-there.ts.
 */
const DIFFERENCES: Readonly<Record<string, string>> = {};

const MINUTES = 60_000;

describe('all models on GoogleSQL and on DuckDB', () => {
  let graph: Graph;
  let duck: TemporaryWarehouse;
  let judge: Judge;
  let failingHere: readonly string[];
  beforeAll(async () => {
    graph = stopped(await compileModels());
    const tables = await sampleTables();
    duck = await openTemporary();
    await prepareSources(duck.warehouse, streams);
    const options = { selection: {}, fullRefresh: false, codeVersion: 'test', startedAt: '2026-11-22T12:00:00.000Z', clock: () => 0, onStep: () => undefined };
    failingHere = await duck.warehouse.session(async (session) => {
      await insertSample(session, tables);
      const steps = await runModels(session, graph, { ...options, what: 'run', runId: 'run' });
      const broken = steps.filter(({ outcome }) => outcome === 'error' || outcome === 'skipped');
      if (broken.length > 0) throw new Error(broken.map(({ name, message }) => `${name}: ${message}`).join('\n'));
      return steps.filter(({ outcome }) => outcome === 'failed').map(({ name, failing }) => `${name.replace('model_tests.', '')} ${failing}`);
    });
    judge = await openJudge();
    await createSources(judge, tables);
    await buildModels(judge, graph);
  }, 10 * MINUTES);
  afterAll(async () => {
    await judge?.close();
    await duck?.close();
  });

  /** The tables that are not equal, by name, with the lines that only one engine has. */
  async function differing(targets: readonly Target[]): Promise<Readonly<Record<string, unknown>>> {
    const found: Record<string, unknown> = {};
    for (const target of targets) {
      const [here, there] = await Promise.all([duck.warehouse, judge].map(async (engine) => comparable(await engine.query(`SELECT * FROM ${idOf(target)}`))));
      const onlyHere = here?.filter((line) => !there?.includes(line)) ?? [];
      const onlyThere = there?.filter((line) => !here?.includes(line)) ?? [];
      if (onlyHere.length + onlyThere.length > 0 || here?.length !== there?.length)
        found[idOf(target)] = { duckdb: onlyHere.slice(0, 5), googlesql: onlyThere.slice(0, 5) };
    }
    return found;
  }

  const built = (prefix: RegExp) => graph.models.map(({ target }) => target).filter(({ name }) => prefix.test(name));

  test(
    'every metric is equal, row by row and type by type, but those that are listed',
    async () => {
      const found = await differing(built(/^mtr_/));
      expect(Object.entries(found).filter(([name]) => !(name in DIFFERENCES))).toEqual([]);
      expect(Object.keys(DIFFERENCES).filter((name) => name.startsWith('metrics.') && !(name in found))).toEqual([]);
    },
    5 * MINUTES,
  );

  test(
    'every mart is equal, row by row and type by type, but those that are listed',
    async () => {
      const found = await differing(built(/^(?:dim|fct)_/));
      expect(Object.entries(found).filter(([name]) => !(name in DIFFERENCES))).toEqual([]);
      expect(Object.keys(DIFFERENCES).filter((name) => name.startsWith('marts.') && !(name in found))).toEqual([]);
    },
    5 * MINUTES,
  );

  test('the metrics of the sample are not empty', async () => {
    const counts = await Promise.all(
      built(/^mtr_/).map(async (target) => [idOf(target), (await duck.warehouse.query(`SELECT COUNT(*) FROM ${idOf(target)}`)).rows[0]?.[0]]),
    );
    expect(counts.filter(([, count]) => Number(count) === 0)).toEqual([]);
  });

  test(
    'the tests of the models find the same rows',
    async () => {
      expect([...(await failingTests(judge, graph))].sort()).toEqual([...failingHere].sort());
    },
    5 * MINUTES,
  );

  test(
    'an incremental table stays as it is when it is merged again',
    async () => {
      await mergeModels(judge, graph);
      const found = await differing(graph.models.filter(({ kind, tags }) => kind === 'incremental' && !tags.includes('snapshots')).map(({ target }) => target));
      expect(Object.keys(found).filter((name) => !(name in DIFFERENCES))).toEqual([]);
    },
    5 * MINUTES,
  );
});
