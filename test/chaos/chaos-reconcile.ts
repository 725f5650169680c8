import type { Pipeline } from '../../infra/cli/pipeline.ts';
import type { Context } from '../../infra/cli/verb.ts';
import { reconcile } from '../../infra/cli/verbs/reconcile.ts';
import { catalog } from '../../shared/catalog.ts';
import { type Run, untilQuiet } from './chaos-moves.ts';
import { labStreams } from './streams.ts';

/** Runs the verb `reconcile --redo` on the ports of the run; true where it found nothing. */
export async function isReconciled(run: Run): Promise<boolean> {
  const { parts, now, events } = run.world;
  const before = run.figures.reconciled;
  const pipeline: Pipeline = {
    catalog: catalog(labStreams),
    raw: parts.raw,
    clean: parts.clean,
    outbox: undefined,
    warehouse: parts.warehouse,
    now,
    isDelivering: false,
    onItsWayMs: 0,
    codeVersion: 'chaos',
    session: unused,
    silence: '',
    origins: async () => [],
    exports: undefined,
    isSample: async () => false,
    publish: unused,
    redeliver: unused,
    deliver: unused,
    service: unused,
    watch: () => () => undefined,
    close: async () => undefined,
    leftOut: async () => new Map(),
    notices: () => parts.notices.list(),
    deadLetters: async () => [],
    async again(store, object) {
      const event = events.find(({ subject }) => subject === `${store.bucket}/${object.name}#${object.generation}`);
      if (event?.state !== 'lost') run.problems.push(`${event?.subject ?? object.name} was acknowledged and came to no end`);
      if (event !== undefined) Object.assign(event, { state: 'pending', attempts: 0 });
      run.figures.reconciled += 1;
      run.moves.push(`reconcile ${event?.subject}`);
      return object;
    },
    async settle() {
      await untilQuiet(run);
      return [];
    },
  };
  const nothing = () => {};
  const context: Context = { now, out: nothing, err: nothing, command: (words) => words, pipeline: async () => pipeline, cwd: '', dir: '', execute: unused };
  await reconcile.run(context, { redo: true });
  return run.figures.reconciled === before;
}

/** What reconcile must not need. */
function unused(): Promise<never> {
  throw new Error('reconcile asks for more than it should');
}
