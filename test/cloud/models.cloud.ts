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
 * Columns that differ from DuckDB's, as `dataset.table.column`, each with the reason; one that is listed and is equal is a failure,
 * too. What the emulator's functions get wrong is listed in test/curated/conformance/differs-there.ts.
 */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'metrics.mtr_product_performance.revenue_share': 'SUM of a NUMERIC in a window is 0 there',
  'metrics.mtr_product_performance.cumulative_revenue_share': 'SUM of a NUMERIC in a window is 0 there',
};

/** Models that the emulator cannot build, by name, each with the reason; one that is listed and is built is a failure, too. */
const NOT_BUILT: Readonly<Record<string, string>> = {
  'marts.fct_call_reports': 'TO_JSON_STRING of a row leaves the quotes around a TIMESTAMP away there, so that nothing can read it',
};

const MINUTES = 60_000;
const TOLD = 5;

describe('all models on GoogleSQL and on DuckDB', () => {
  let graph: Graph;
  let duck: TemporaryWarehouse;
  let judge: Judge;
  let failingHere: readonly string[];
  let notBuilt: Readonly<Record<string, string>>;
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
    notBuilt = await buildModels(judge, graph, (target) => duck.warehouse.query(`SELECT * FROM ${idOf(target)}`));
  }, 10 * MINUTES);
  afterAll(async () => {
    await judge?.close();
    await duck?.close();
  });

  /** Both engines' lines of a table, each without those that the other has, too. */
  async function onlyIn(target: Target, without: readonly string[]): Promise<{ readonly duckdb: readonly string[]; readonly googlesql: readonly string[] }> {
    const sql = `SELECT * FROM ${idOf(target)}`;
    const [here, there] = [comparable(await duck.warehouse.query(sql), without), comparable(await judge.query(sql), without)];
    return { duckdb: linesWithout(here, there), googlesql: linesWithout(there, here) };
  }

  /** The tables that are not equal, by name, with what only one engine has; and the listed columns that are equal after all. */
  async function differing(targets: readonly Target[]): Promise<Readonly<Record<string, unknown>>> {
    const found: Record<string, unknown> = {};
    for (const target of targets) {
      const listed = Object.keys(DIFFERENCES).flatMap((name) => (name.startsWith(`${idOf(target)}.`) ? [name.slice(idOf(target).length + 1)] : []));
      const { duckdb, googlesql } = await onlyIn(target, listed);
      if (duckdb.length + googlesql.length > 0) found[idOf(target)] = { duckdb: duckdb.slice(0, TOLD), googlesql: googlesql.slice(0, TOLD) };
      for (const column of listed) {
        const others = listed.filter((other) => other !== column);
        if ((await onlyIn(target, others)).duckdb.length === 0) found[`${idOf(target)}.${column}`] = 'is listed, and is equal';
      }
    }
    return found;
  }

  const built = (prefix: RegExp) => graph.models.map(({ target }) => target).filter(({ name }) => prefix.test(name));

  test('every model is built, but those that are listed', () => {
    expect(Object.entries(notBuilt).filter(([name]) => !(name in NOT_BUILT))).toEqual([]);
    expect(Object.keys(NOT_BUILT).filter((name) => !(name in notBuilt))).toEqual([]);
  });

  test(
    'every metric is equal, row by row and type by type, but those that are listed',
    async () => {
      expect(await differing(built(/^mtr_/))).toEqual({});
    },
    5 * MINUTES,
  );

  test(
    'every mart is equal, row by row and type by type, but those that are listed',
    async () => {
      expect(await differing(built(/^(?:dim|fct)_/))).toEqual({});
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
      const merged = graph.models.filter(({ kind, tags }) => kind === 'incremental' && !tags.includes('snapshots'));
      expect(merged.length).toBeGreaterThan(0);
      expect(await differing(merged.map(({ target }) => target))).toEqual({});
    },
    5 * MINUTES,
  );
});

/** The lines that are not among others; as many of one as there are more of it. */
function linesWithout(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = Map.groupBy(others, (line) => line);
  return lines.filter((line) => left.get(line)?.pop() === undefined);
}
