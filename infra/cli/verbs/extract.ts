import { UsageError } from '../cli-error.ts';
import { deployed, targetNamed } from '../deployed.ts';
import { refusalOf, runExtracts } from '../extracts.ts';
import { day, inOrder, optional, required } from '../parameter.ts';
import { progressWatcher } from '../progress.ts';
import { reportEndings, TRIED_AGAIN } from '../report.ts';
import { printable } from '../table.ts';
import { defineVerb } from '../verb.ts';

export const extract = defineVerb({
  name: 'extract',
  summary: 'Asks a source for its records, and loads them',
  details: 'Publishes the message that the scheduler would, waits until the chain is done, and shows what came of each stream.',
  examples: ['npm run pipeline -- extract ezfocus/accounts', 'npm run pipeline -- extract ezfocus'],
  operands: { target: required('<source>[/<stream>]', 'A stream, or all streams of a source', targetNamed) },
  options: {
    from: optional('<YYYY-MM-DD>', 'First day, for streams that have windows', day),
    to: optional('<YYYY-MM-DD>', 'Last day, for streams that have windows', day),
  },
  state: 'new',
  onCloud: true,
  async check({ target: { source, stream }, from, to }, { now }) {
    inOrder(from, to);
    const streams = stream === undefined ? deployed.streams.filter((one) => one.source.name === source.name) : [stream];
    const refusal = refusalOf(streams, { from, to }, now());
    if (refusal !== undefined) throw new UsageError(refusal);
  },
  async run(context, { target: { source, stream }, from, to }) {
    const pipeline = await context.pipeline();
    for (const origin of await pipeline.origins()) if (origin.source === source.name) context.err(`Source: ${origin.text}`);
    const stopWatching = pipeline.watch(progressWatcher((line) => context.err(`  ${line}`)));
    const window = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
    const message = { source: source.name, ...(stream === undefined ? {} : { stream: stream.name }), ...window };
    const runs = await runExtracts(pipeline, [message]).finally(stopWatching);
    for (const { stream: failed, problem, rerun } of runs.filter(({ ending }) => ending === undefined)) {
      context.err(printable(`failed: ${failed.id}: ${problem}`));
      context.err(`  ${rerun === undefined ? TRIED_AGAIN : `Run it again: ${rerun}`}`);
    }
    const endings = runs.flatMap(({ ending }) => ending ?? []);
    return reportEndings(context, pipeline.catalog, endings) && endings.length > 0 && endings.length === runs.length ? 0 : 1;
  },
});
