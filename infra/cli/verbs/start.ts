import { isAsked } from '../../../shared/stream.ts';
import { compileModels } from '../../curated/compile.ts';
import type { Step } from '../../curated/model-runs.ts';
import { isFailure } from '../../curated/run.ts';
import { modelsReport, modelsSummary, runModelsOf } from '../models.ts';
import type { Pipeline } from '../pipeline.ts';
import { runExtracts, type StreamRun } from '../extracts.ts';
import { DEFAULT_SEED } from '../origins.ts';
import { count, flag, optional } from '../parameter.ts';
import { progressWatcher } from '../progress.ts';
import { isGood } from '../report.ts';
import { dropSamples } from '../samples.ts';
import { startSummary, streamReport } from '../start-summary.ts';
import { isSynced, syncSample, syncSummary } from '../sync-sample.ts';
import { defineVerb } from '../verb.ts';

export const start = defineVerb({
  name: 'start',
  summary: 'Runs the whole chain once and shows what came of it',
  details:
    'Asks every source for all its streams, transforms and loads what comes, builds the curated tables from it, and shows counts, warnings and rejects.\n' +
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
    const steps = await runAllModels(pipeline);
    const sample = await syncSample(pipeline);
    for (const line of await startSummary(context, pipeline, runs, modelsSummary(steps, context))) say(line);
    for (const line of syncSummary(sample, (await pipeline.service()).crms)) say(line);
    if (json) context.out(JSON.stringify({ streams: runs.map(streamReport), models: modelsReport(steps), sync: sample?.audit ?? [] }));
    return runs.length > 0 && runs.every(({ ending }) => isGood(ending)) && !isFailure(steps) && isSynced(sample) ? 0 : 1;
  },
});

async function runAllModels(pipeline: Pipeline): Promise<readonly Step[]> {
  const request = { what: 'run', selection: {}, fullRefresh: false, onStep: () => undefined } as const;
  return await runModelsOf(pipeline, await compileModels(), request);
}
