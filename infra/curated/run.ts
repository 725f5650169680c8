import { PermanentError } from '../../shared/errors.ts';
import type { Session } from '../local/duckdb-session.ts';
import { build, type Relations, relationsOf } from './build.ts';
import { assertRows, type Finding, unitTest } from './checks.ts';
import { keptApart } from './dialect/checked-query.ts';
import { macroStatements } from './dialect/macros.ts';
import type { Names } from './dialect/rendering.ts';
import { UnsupportedSql } from './dialect/unsupported.ts';
import { type Graph, idOf, type UnitTest } from './graph.ts';
import { ended } from './lanes.ts';
import { type RunIdentity, RunRecord, type Step } from './model-runs.ts';
import { type Action, inOrder, isModel, type Selection, selected } from './order.ts';
import { named } from './relation.ts';

/** What a run is asked to do. */
export interface RunOptions extends RunIdentity {
  /** `run`: build the models and test them; `test`: unit tests, and the tests of what is built. */
  readonly what: 'run' | 'test';
  readonly selection: Selection;
  /** Builds incremental tables anew. */
  readonly fullRefresh: boolean;
  /** Milliseconds from any point. */
  readonly clock: () => number;
  readonly onStep: (step: Step) => void;
}

const CRITICAL = 'critical';
/** Models and tests at work at once: what one thread plans or writes down leaves the others free. */
const LANES = 3;

/** Texts compressed take a third of the room, and more time than all the rest of building a million orders; what is built can be built again. */
const DEAR_COMPRESSION = 'dictionary,fsst,dict_fsst';

/**
 * No checkpoint is made beside other work: DuckDB makes one when a commit finds its log large, and where several connections commit at once that is
 * known to make it give up the whole file (duckdb-java issue 331, duckdb-go issue 127). It is made when the run has ended.
 */
const NEVER = '1TB';

/** What a run sets, and resets when it has ended: these are of the whole file, not of a connection. */
const SETTINGS: Readonly<Record<string, string>> = {
  disabled_compression_methods: DEAR_COMPRESSION,
  checkpoint_threshold: NEVER,
  // Rows are written down while they are still at hand, which takes a twentieth less time.
  write_buffer_row_group_count: '1',
};

/** A run that goes on. */
interface Run {
  readonly graph: Graph;
  readonly options: RunOptions;
  readonly names: Names;
  /** What was there before. */
  readonly there: Relations;
  /** Models and tests that did not go well, by name. */
  readonly broken: Set<string>;
}

/** Runs models and tests, each after what it reads, in a warehouse that has their sources; what depends on a failure is skipped. */
export async function runModels(session: Session, graph: Graph, options: RunOptions): Promise<readonly Step[]> {
  const actions = selected(inOrder(graph), options.selection).filter((action) => options.what === 'run' || !isModel(action));
  const unitTests = unitTestsOf(graph, options);
  // A gate that tests nothing would pass.
  if (actions.length + unitTests.length === 0)
    throw new PermanentError('models', `there is nothing to ${options.what}: "models list" shows what has which tag`);
  await prepare(session, graph);
  await session.run(
    Object.entries(SETTINGS)
      .map(([name, value]) => `SET ${name} = '${value}'`)
      .join('; '),
  );
  const run: Run = { graph, options, names: { project: graph.project }, there: await relationsOf(session), broken: new Set() };
  const record = new RunRecord(session, options);
  const steps: Step[] = [];
  const finish = async (step: Step): Promise<void> => {
    steps.push(step);
    await record.add(step);
    options.onStep(step);
  };
  try {
    for (const test of unitTests) await finish(await runUnitTest(session, run, test));
    await session.beside(LANES, async (lanes) => {
      for await (const step of ended(lanes, actions, (lane, action) => runAction(lane, run, action))) await finish(step);
    });
    await session.run('CHECKPOINT');
  } finally {
    await record.flush();
    await session.run(
      Object.keys(SETTINGS)
        .map((name) => `RESET ${name}`)
        .join('; '),
    );
  }
  return steps;
}

/** Whether a run needs a person: something could not be run, or a critical or unit test failed. */
export function isFailure(steps: readonly Step[]): boolean {
  return steps.some(({ outcome, critical, kind }) => outcome === 'error' || (outcome === 'failed' && (critical || kind === 'unit test')));
}

async function prepare(session: Session, { models, assertions }: Graph): Promise<void> {
  const datasets = new Set([...models, ...assertions].map(({ target }) => target.dataset));
  const schemas = [...datasets].map((dataset) => `CREATE SCHEMA IF NOT EXISTS ${named(dataset)}`);
  // In one transaction, they are written down once.
  await session.run(keptApart(['BEGIN', ...macroStatements, ...schemas, 'COMMIT'].join(';\n')));
}

/** The unit tests that are meant: they have no tags, and no run of the models runs them. */
export function unitTestsOf({ unitTests }: Graph, { what, selection: { names = [], tags = [] } }: Pick<RunOptions, 'what' | 'selection'>): readonly UnitTest[] {
  if (what === 'run' || tags.length > 0) return [];
  const wanted = names.map((name) => name.replaceAll('+', ''));
  return wanted.length === 0 ? unitTests : unitTests.filter(({ name }) => wanted.some((model) => name === model || name.startsWith(`unit_${model}`)));
}

async function runUnitTest(session: Session, { names, options }: Run, test: UnitTest): Promise<Step> {
  const step = { name: test.name, kind: 'unit test' as const, critical: false };
  return await timed(options.clock, step, async () => found(await unitTest(session, test, names)));
}

async function runAction(session: Session, run: Run, action: Action): Promise<Step> {
  const step = await stepOf(session, run, action);
  if (step.outcome !== 'built' && step.outcome !== 'passed') run.broken.add(step.name);
  return step;
}

async function stepOf(session: Session, { graph, options, names, there, broken }: Run, action: Action): Promise<Step> {
  const kind = isModel(action) ? action.kind : ('assertion' as const);
  const step = { name: idOf(action.target), kind, critical: !isModel(action) && action.tags.includes(CRITICAL) };
  const cause = action.after.map(idOf).find((id) => broken.has(id));
  if (cause !== undefined) return { ...step, ...NOTHING, outcome: 'skipped', message: `${cause} failed`, ms: 0 };
  return await timed(options.clock, step, async () => {
    if (!isModel(action)) return found(await assertRows(session, action, graph, names, there));
    return { ...NOTHING, outcome: 'built', rows: await build(session, action, names, there, options.fullRefresh) };
  });
}

type Result = Omit<Step, 'name' | 'kind' | 'critical' | 'ms'>;

const NOTHING = { rows: null, failing: null, example: null, message: null };

function found({ failing, example }: Finding): Result {
  return { ...NOTHING, outcome: failing === 0 ? 'passed' : 'failed', failing, example };
}

/** A mistake in the SQL is the outcome of a step; what may go away by itself ends the run. */
async function timed(clock: () => number, step: Pick<Step, 'name' | 'kind' | 'critical'>, work: () => Promise<Result>): Promise<Step> {
  const begin = clock();
  const result = await work().catch((error: unknown): Result => {
    if (error instanceof PermanentError || error instanceof UnsupportedSql) return { ...NOTHING, outcome: 'error', message: error.message };
    throw error;
  });
  return { ...step, ...result, ms: Math.round(clock() - begin) };
}
