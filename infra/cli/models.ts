import { randomUUID } from 'node:crypto';
import { type Graph, idOf } from '../curated/graph.ts';
import type { Step } from '../curated/model-runs.ts';
import { prepareSources } from '../curated/prepare.ts';
import { type Action, inOrder, type Selection, selected } from '../curated/order.ts';
import { isFailure, type RunOptions, runModels, unitTestsOf } from '../curated/run.ts';
import type { Pipeline } from './pipeline.ts';
import { counted, grouped } from './progress.ts';
import { printable } from './table.ts';
import type { Context } from './verb.ts';

/** What a person asks of the models. */
export type ModelsRequest = Pick<RunOptions, 'what' | 'selection' | 'fullRefresh' | 'onStep'>;

const NAME_WIDTH = 52;
const KIND_WIDTH = 12;
const TROUBLE = new Set(['failed', 'error', 'skipped']);

/** Runs models on the warehouse of this machine and writes down in `ops.model_runs` what became of each. */
export async function runModelsOf(pipeline: Pipeline, graph: Graph, request: ModelsRequest): Promise<readonly Step[]> {
  await prepareSources(pipeline.warehouse, pipeline.catalog.streams);
  const { codeVersion, now } = pipeline;
  const options = { ...request, runId: randomUUID(), codeVersion, startedAt: now().toISOString(), clock: () => performance.now() };
  return await pipeline.session((session) => runModels(session, graph, options));
}

/** One step as a line: what it was and what came of it. */
export function stepLine({ name, kind, outcome, critical, rows, failing, example, message, ms }: Step): string {
  const what = [
    `${outcome}${outcome === 'failed' && critical ? ' (critical)' : ''}`,
    rows === null ? '' : counted(rows, 'row'),
    failing === null || failing === 0 ? '' : `${counted(failing, 'row')} fail${failing === 1 ? 's' : ''}${example === null ? '' : `, e.g. ${example}`}`,
    message ?? '',
    outcome === 'skipped' ? '' : `${grouped(ms)} ms`,
  ];
  return printable(`${kind.padEnd(KIND_WIDTH)}${name.padEnd(NAME_WIDTH)} ${what.filter((part) => part !== '').join(', ')}`);
}

/** A line for each dataset, then one for every test that failed, with the command that shows its rows. */
export function modelsSummary(steps: readonly Step[], { command }: Context): readonly string[] {
  const layers = Map.groupBy(steps, ({ name, kind }) => (kind === 'unit test' ? 'unit tests' : (name.split('.')[0] ?? '')));
  const lines = [...layers].map(([layer, own]) => `${layer.padEnd(KIND_WIDTH)}${layerText(own)}`);
  const trouble = steps.filter(({ outcome }) => TROUBLE.has(outcome)).flatMap((step) => [stepLine(step), ...hint(step, command)]);
  return [...lines, ...trouble];
}

/** What a run comes to, as `--json` gives it. */
export function modelsReport(steps: readonly Step[]) {
  return { ok: !isFailure(steps), steps };
}

/** The models and tests that are meant, as `list` gives them. */
export function listing(graph: Graph, selection: Selection) {
  const { models, assertions } = graph;
  const meant = new Set<Action>(selected(inOrder(graph), selection));
  return [
    ...models.filter((model) => meant.has(model)).map(({ target, kind, tags, description }) => ({ name: idOf(target), kind, tags, about: description })),
    ...assertions
      .filter((assertion) => meant.has(assertion))
      .map(({ target, tags, about }) => ({ name: idOf(target), kind: 'assertion', tags, about: about === undefined ? '' : idOf(about) })),
    ...unitTestsOf(graph, { what: 'test', selection }).map(({ name, file }) => ({ name, kind: 'unit test', tags: [], about: file })),
  ];
}

function layerText(steps: readonly Step[]): string {
  const outcomes = Map.groupBy(steps, ({ outcome }) => outcome);
  const rows = steps.reduce((sum, step) => sum + (step.rows ?? 0), 0);
  const ms = steps.reduce((sum, step) => sum + step.ms, 0);
  return [...[...outcomes].map(([outcome, own]) => `${grouped(own.length)} ${outcome}`), ...(rows > 0 ? [counted(rows, 'row')] : []), `${grouped(ms)} ms`].join(
    ', ',
  );
}

function hint({ name, kind, outcome }: Step, command: Context['command']): readonly string[] {
  return kind === 'assertion' && outcome === 'failed' ? [`  Its rows: ${command(`query "SELECT * FROM ${name}"`)}`] : [];
}
