import { type Graph, idOf, type Target } from '../../infra/curated/graph.ts';
import { prepareSources } from '../../infra/curated/prepare.ts';
import { type RunOptions, runModels } from '../../infra/curated/run.ts';
import type { Selection } from '../../infra/curated/order.ts';
import { streams } from '../../shared/streams/index.ts';
import { comparable, insertSample } from '../curated/engines.ts';
import type { SampleTable } from '../curated/sample-data.ts';
import { openTemporary } from '../infra/local/duckdb-temporary.ts';
import { type Judge, openJudge } from './judge.ts';
import { buildModels, createSources } from './judged-models.ts';

/** The same tables and the same models on DuckDB and on GoogleSQL. */
export interface Trial {
  readonly judge: Judge;
  /** The tests that have failing rows on DuckDB, with their number. */
  readonly failingHere: readonly string[];
  /** Models that the judge could not build, by name, with its words. */
  readonly notBuilt: Readonly<Record<string, string>>;
  /** How many rows a table has on DuckDB. */
  count(target: Target): Promise<number>;
  /** The tables that are not equal, by name, with what only one engine has; and the listed columns that are equal after all. */
  differing(targets: readonly Target[]): Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}

export interface TrialOptions {
  readonly graph: Graph;
  readonly tables: readonly SampleTable[];
  readonly selection: Selection;
  /** Columns that may differ, as `dataset.table.column`. */
  readonly differences: readonly string[];
  /** Views are built as tables, so that the emulator works each of their rows out once. */
  readonly viewsAsTables?: boolean;
}

const TOLD = 5;
const RUN = { what: 'run', fullRefresh: false, runId: 'trial', codeVersion: 'test', startedAt: '2026-11-22T12:00:00.000Z', clock: () => 0 } as const;

/** Fills both engines and builds the models on both; throws where DuckDB cannot. */
export async function openTrial({ graph, tables, selection, differences, viewsAsTables = false }: TrialOptions): Promise<Trial> {
  const duck = await openTemporary();
  await prepareSources(duck.warehouse, streams);
  const options: RunOptions = { ...RUN, selection, onStep: () => undefined };
  const failingHere = await duck.warehouse.session(async (session) => {
    await insertSample(session, tables);
    const steps = await runModels(session, graph, options);
    const broken = steps.filter(({ outcome }) => outcome === 'error' || outcome === 'skipped');
    if (broken.length > 0) throw new Error(broken.map(({ name, message }) => `${name}: ${message}`).join('\n'));
    return steps.filter(({ outcome }) => outcome === 'failed').map(({ name, failing }) => `${name.replace('model_tests.', '')} ${failing}`);
  });
  const judge = await openJudge();
  await createSources(judge, tables);
  const here = (target: Target) => duck.warehouse.query(`SELECT * FROM ${idOf(target)}`);
  const notBuilt = await buildModels(judge, graph, { selection, viewsAsTables, rowsOf: here });

  /** Both engines' lines of a table, each without those that the other has, too. */
  async function onlyIn(target: Target, without: readonly string[]): Promise<{ readonly duckdb: readonly string[]; readonly googlesql: readonly string[] }> {
    const lines = [comparable(await here(target), without), comparable(await judge.query(`SELECT * FROM ${idOf(target)}`), without)] as const;
    return { duckdb: linesWithout(lines[0], lines[1]), googlesql: linesWithout(lines[1], lines[0]) };
  }

  async function differencesOf(target: Target): Promise<Readonly<Record<string, unknown>>> {
    const listed = differences.flatMap((name) => (name.startsWith(`${idOf(target)}.`) ? [name.slice(idOf(target).length + 1)] : []));
    const found: Record<string, unknown> = {};
    const { duckdb, googlesql } = await onlyIn(target, listed);
    if (duckdb.length + googlesql.length > 0) found[idOf(target)] = { duckdb: duckdb.slice(0, TOLD), googlesql: googlesql.slice(0, TOLD) };
    for (const column of listed) {
      const others = listed.filter((other) => other !== column);
      if ((await onlyIn(target, others)).duckdb.length === 0) found[`${idOf(target)}.${column}`] = 'is listed, and is equal';
    }
    return found;
  }

  return {
    judge,
    failingHere,
    notBuilt,
    count: async (target) => Number((await duck.warehouse.query(`SELECT COUNT(*) FROM ${idOf(target)}`)).rows[0]?.[0]),
    async differing(targets) {
      const found: Record<string, unknown> = {};
      for (const target of targets) Object.assign(found, await differencesOf(target));
      return found;
    },
    async close() {
      await judge.close();
      await duck.close();
    },
  };
}

/** The lines that are not among others; as many of one as there are more of it. */
function linesWithout(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = Map.groupBy(others, (line) => line);
  return lines.filter((line) => left.get(line)?.pop() === undefined);
}
