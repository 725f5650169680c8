import { once } from 'node:events';
import { join } from 'node:path';
import { UsageError } from '../cli-error.ts';
import { removeControlFile, writeControlFile } from '../control-file.ts';
import { serveControl } from '../control-server.ts';
import { DEFAULT_SEED } from '../origins.ts';
import { count, optional } from '../parameter.ts';
import type { Pipeline } from '../pipeline.ts';
import { progressWatcher } from '../progress.ts';
import { connectSample, SAMPLE_USER } from '../sync-sample.ts';
import { type Context, defineVerb, type PipelineOptions } from '../verb.ts';

export const dev = defineVerb({
  name: 'dev',
  summary: 'Keeps the local host up: a file copied into the raw folder is loaded',
  details:
    'Delivers events until it is stopped (Ctrl-C), one line for each. Copy, overwrite or touch a file\n' +
    '<folder>/buckets/raw/<source>/<stream>/<YYYY-MM-DD>/<file>.json and it is processed. The other verbs work beside it.',
  examples: ['npm run dev', 'touch .local/buckets/raw/ezfocus/accounts/*/*.json'],
  operands: {},
  options: { seed: optional('<number>', 'Seed of the generated data', count) },
  state: 'new',
  onCloud: false,
  async run(context, { seed = DEFAULT_SEED }) {
    const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    const pipeline = await context.pipeline({ seed });
    for (const { text } of await pipeline.origins()) context.out(`Source: ${text}`);
    pipeline.watch(progressWatcher((line) => context.out(`${pipeline.now().toISOString().slice(11, 19)} ${line}`), { all: true }));
    await pipeline.deliver();
    const service = await pipeline.service();
    if (await connectSample(service)) context.out(`CRM sync: the user ${SAMPLE_USER} is connected to every stand-in`);
    context.out(`CRM sync: ${service.url}/docs, for ${service.crms}; X-Api-Key: what API_KEY says, else the bytes of ${join(context.dir, 'api.key')} as hex`);
    const control = await serveControl(({ args, cwd }, send) => {
      const there = { ...context, cwd, out: (out: string) => send({ out }), err: (err: string) => send({ err }) };
      return context.execute(args, { ...there, pipeline: sameSeed(pipeline, seed) });
    });
    await writeControlFile(context.dir, { pid: process.pid, port: control.port, token: control.token });
    context.out(`Ready. Raw folder: ${join(context.dir, 'buckets', pipeline.raw.bucket)} (Ctrl-C stops)`);
    await stopped;
    context.out('Stopping; what is not finished is delivered again at the next start');
    await removeControlFile(context.dir);
    await control.stop();
    return 0;
  },
});

function sameSeed(pipeline: Pipeline, seed: number): Context['pipeline'] {
  return async (options: PipelineOptions = {}) => {
    if (options.seed !== undefined && options.seed !== seed) {
      throw new UsageError(`npm run dev has the folder open with seed ${seed}: stop it, or leave --seed out`);
    }
    return pipeline;
  };
}
