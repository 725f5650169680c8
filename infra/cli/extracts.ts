import { parseCleanName, runObjectName } from '../../shared/names.ts';
import type { Stream } from '../../shared/stream.ts';
import type { Delivered, Waiting } from '../local/delivery.ts';
import { type Ending, findEndings } from './endings.ts';
import type { ExtractMessage, Pipeline, Published } from './pipeline.ts';

/** What became of one stream of an extract. */
export interface StreamRun {
  readonly stream: Stream;
  /** Undefined where there is no raw object. */
  readonly ending: Ending | undefined;
  /** Why there is none. */
  readonly problem: string | undefined;
  readonly rerun: string | undefined;
  /** Spent in the functions, from extract through load, in milliseconds. */
  readonly ms: number;
}

interface Expected {
  readonly stream: Stream;
  readonly published: Published;
  /** The raw object's name up to its extension. */
  readonly prefix: string;
}

/** What was met while waiting. */
interface Seen {
  /** Milliseconds by raw object. */
  readonly spent: Map<string, number>;
  /** The last failure by stream. */
  readonly failures: Map<string, string>;
}

/** Publishes the messages, waits until everything has settled, and finds what became of each stream. */
export async function runExtracts(pipeline: Pipeline, messages: readonly ExtractMessage[]): Promise<readonly StreamRun[]> {
  const seen: Seen = { spent: new Map(), failures: new Map() };
  const stopWatching = pipeline.watch({
    delivered: (delivered) => addTime(seen.spent, delivered),
    failed: ({ subject, message }) => seen.failures.set(subject, message),
  });
  try {
    const expected: Expected[] = [];
    for (const message of messages) expected.push(...expectedOf(pipeline, message, await pipeline.publish(message)));
    const waiting = await pipeline.settle();
    const runs: StreamRun[] = [];
    for (const one of expected) runs.push(await runOf(pipeline, one, waiting, seen));
    return runs;
  } finally {
    stopWatching();
  }
}

function expectedOf(pipeline: Pipeline, { source, stream: only, from, to }: ExtractMessage, published: Published): Expected[] {
  const asked = pipeline.catalog.streams.filter((stream) => stream.source.name === source && stream.request !== undefined);
  return asked
    .filter((stream) => only === undefined || stream.name === only)
    .map((stream) => {
      const run = { source, stream: stream.name, eventId: published.id, eventTime: new Date(published.time), from, to };
      return { stream, published, prefix: runObjectName(run, '') };
    });
}

async function runOf(pipeline: Pipeline, { stream, published, prefix }: Expected, waiting: readonly Waiting[], seen: Seen): Promise<StreamRun> {
  for await (const object of pipeline.raw.list(prefix)) {
    const [ending] = await findEndings(pipeline, [object], waiting);
    return { stream, ending, problem: undefined, rerun: ending?.rerun, ms: seen.spent.get(object.name) ?? 0 };
  }
  const notice = (await pipeline.notices()).find((candidate) => candidate.object?.startsWith(prefix));
  const failing = [...waiting, ...(await pipeline.deadLetters())].find(({ subject }) => subject === `message ${published.id}`);
  const problem = notice?.message ?? seen.failures.get(stream.id) ?? failing?.lastError ?? 'the source has not been asked yet';
  return { stream, ending: undefined, problem, rerun: notice?.rerun, ms: 0 };
}

function addTime(spent: Map<string, number>, { function: name, answer }: Delivered): void {
  for (const { object, ms } of answer.runs) {
    const clean = name === 'load' && object !== null ? parseCleanName(object) : undefined;
    const raw = name === 'load' ? (clean?.source === clean?.raw.source ? clean?.raw.name : undefined) : object;
    if (raw !== undefined && raw !== null) spent.set(raw, (spent.get(raw) ?? 0) + ms);
  }
}
