import { join } from 'node:path';
import { isAsked } from '../../../shared/stream.ts';
import { compileModels } from '../../curated/compile.ts';
import type { Graph } from '../../curated/graph.ts';
import type { Step } from '../../curated/model-runs.ts';
import { isFailure } from '../../curated/run.ts';
import { modelsReport, modelsSummary, runModelsOf } from '../models.ts';
import type { Pipeline } from '../pipeline.ts';
import { runExtracts, type StreamRun } from '../extracts.ts';
import { DEFAULT_SEED } from '../origins.ts';
import { count, flag, optional } from '../parameter.ts';
import { byteSize, progressWatcher } from '../progress.ts';
import { isGood } from '../report.ts';
import { REPORT_FILE, type WrittenReport, writeReport } from '../report-page.ts';
import { dropSamples } from '../samples.ts';
import { startSummary, streamReport } from '../start-summary.ts';
import { isSynced, syncSample, syncSummary } from '../sync-sample.ts';
import { type Context, defineVerb } from '../verb.ts';

/** The page of the report, or why there is none. */
type Page = WrittenReport | { readonly problem: string };

export const start = defineVerb({
  name: 'start',
  summary: 'Runs the whole chain once and shows what came of it',
  details:
    'Asks every source for all its streams, transforms and loads what comes, builds the curated tables from it, shows counts, warnings and rejects,\n' +
    'and writes the report.\n' +
    'A source without settings (.env.example) is played by a stand-in with generated data, and generated files are dropped for streams that live on files,\n' +
    'unless yours are there. A second run replaces the data of the first, or adds what has changed since where a stream asks for that only.',
  examples: ['npm start', 'npm start -- --dir /tmp/try --json'],
  operands: {},
  options: {
    seed: optional('<number>', 'Seed of the generated data', count),
    json: flag('The last line of stdout is one JSON object; everything else goes to stderr'),
  },
  state: 'new',
  onCloud: false,
  async run(context, { seed, json }) {
    const say = json ? context.err : context.out;
    say(`The chain runs on this machine; its state is in ${context.dir}`);
    const pipeline = await context.pipeline({ seed });
    const origins = await pipeline.origins();
    for (const { text } of origins) say(`Source: ${text}`);
    const { dropped, own } = await dropSamples(pipeline, seed ?? DEFAULT_SEED);
    if (dropped.length > 0) say(`Files: generated ones are dropped for ${dropped.map(({ name }) => name.split('/').slice(0, 2).join('/')).join(', ')}`);
    if (own.length > 0) say(`Files: yours are there already for ${own.join(', ')}`);
    const stopWatching = pipeline.watch(progressWatcher((line) => say(`  ${line}`)));
    let runs: readonly StreamRun[];
    try {
      const on = origins.filter(({ source, isOn }) => isOn && pipeline.catalog.streams.some((stream) => stream.source.name === source && isAsked(stream)));
      runs = await runExtracts(
        pipeline,
        on.map(({ source }) => ({ source })),
        dropped,
      );
    } finally {
      stopWatching();
    }
    const graph = await compileModels();
    const steps = await runAllModels(pipeline, graph);
    const sample = await syncSample(pipeline);
    for (const line of await startSummary(context, pipeline, runs, modelsSummary(steps, context))) say(line);
    for (const line of syncSummary(sample, (await pipeline.service()).crms)) say(line);
    const page = await reportOf(pipeline, graph, join(context.dir, REPORT_FILE));
    for (const line of pageSummary(page, context)) say(line);
    const report = 'file' in page ? page.file : null;
    if (json) context.out(JSON.stringify({ streams: runs.map(streamReport), models: modelsReport(steps), sync: sample?.audit ?? [], report }));
    return runs.length > 0 && runs.every(({ ending }) => isGood(ending)) && !isFailure(steps) && isSynced(sample) && report !== null ? 0 : 1;
  },
});

function pageSummary(page: Page, { command }: Context): readonly string[] {
  if ('file' in page) return ['', `Report: open ${page.file} in a browser (${byteSize(page.bytes)})`];
  return ['', `Report: not written: ${page.problem}`, `  ${command('report')}`];
}

async function runAllModels(pipeline: Pipeline, graph: Graph): Promise<readonly Step[]> {
  const request = { what: 'run', selection: {}, fullRefresh: false, onStep: () => undefined } as const;
  return await runModelsOf(pipeline, graph, request);
}

/** All else has been done by then, and is shown although the report failed. */
async function reportOf(pipeline: Pipeline, graph: Graph, file: string): Promise<Page> {
  try {
    return await writeReport(pipeline, graph, file);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
