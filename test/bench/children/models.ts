import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Graph } from '../../../infra/curated/graph.ts';
import type { Step } from '../../../infra/curated/model-runs.ts';
import { prepareSources } from '../../../infra/curated/prepare.ts';
import { runModels } from '../../../infra/curated/run.ts';
import { openDuckDbWarehouse } from '../../../infra/local/duckdb-warehouse.ts';
import { streams } from '../../../shared/streams/index.ts';
import { modelSources } from '../data/model-sources.ts';
import { measured } from './usage.ts';

/** `<graph file> <orders> <folder>`: fills the loaded tables, then builds every model from nothing and tests it. */
const [graphFile = '', orders = '0', dir = ''] = process.argv.slice(2);

const graph = JSON.parse(await readFile(graphFile, 'utf8')) as Graph;
const warehouse = await openDuckDbWarehouse({ file: join(dir, 'warehouse.duckdb'), locate: async () => undefined });
await prepareSources(warehouse, streams);
await warehouse.session(async (session) => {
  for (const statement of modelSources(Number(orders))) await session.run(statement);
});

const identity = { runId: 'bench', codeVersion: 'bench', startedAt: new Date().toISOString() };
const options = { what: 'run' as const, selection: {}, fullRefresh: true, ...identity, clock: () => performance.now(), onStep: () => undefined };
const { usage, result: steps } = await measured(() => warehouse.session((session) => runModels(session, graph, options)));
await warehouse.close();

const broken = steps.filter(({ outcome }) => outcome === 'error' || outcome === 'skipped');
if (broken.length > 0) throw new Error(broken.map(({ name, message }) => `${name}: ${message}`).join('\n'));
console.log(JSON.stringify({ ...usage, slowest: slowest(steps), models: count('built'), tests: steps.length - count('built') }));

function count(outcome: Step['outcome']): number {
  return steps.filter((step) => step.outcome === outcome).length;
}

function slowest(all: readonly Step[]): readonly string[] {
  return all
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, 12)
    .map(({ name, ms }) => `${name} ${ms}`);
}
