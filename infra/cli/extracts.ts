import { backfillWindows, daysOf } from '../../functions/extract/windows.ts';
import { PermanentError } from '../../shared/errors.ts';
import { isRunObject, parseCleanName, type Run } from '../../shared/names.ts';
import type { ObjectInfo } from '../../shared/object-store/object-store.ts';
import { isAsked, type Stream } from '../../shared/stream.ts';
import type { Delivered, Waiting } from '../local/delivery.ts';
import { areEnded, type Ending, findEndings } from './endings.ts';
import type { ExtractMessage, Pipeline } from './pipeline.ts';

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
  readonly run: Run;
}

/** What was met while waiting. */
interface Seen {
  /** Milliseconds by raw object. */
  readonly spent: Map<string, number>;
  /** The last failure by stream. */
  readonly failures: Map<string, string>;
}

/** Why none of the streams can be asked so; undefined where one can. */
export function refusalOf(
  streams: readonly Stream[],
  days: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: Date,
): string | undefined {
  const asked = streams.filter(isAsked);
  if (asked.length === 0) return `${streams.map(({ id }) => id).join(', ')}: fed by files only, which the verb drop puts there`;
  if (days.from === undefined && days.to === undefined) return undefined;
  const why = asked.map((stream) => backfillRefusal(stream, days, now));
  return why.every((one) => one !== undefined) ? why[0] : undefined;
}

/** Publishes the messages, waits until everything has settled, dropped objects too, and finds what became of each stream. */
export async function runExtracts(pipeline: Pipeline, messages: readonly ExtractMessage[], dropped: readonly ObjectInfo[] = []): Promise<readonly StreamRun[]> {
  const seen: Seen = { spent: new Map(), failures: new Map() };
  const stopWatching = pipeline.watch({
    delivered: (delivered) => addTime(seen.spent, delivered),
    failed: ({ subject, message }) => seen.failures.set(subject, message),
  });
  try {
    const expected: Expected[] = [];
    for (const asked of messages) {
      const message = withLastDay(asked, pipeline.now());
      expected.push(...expectedOf(pipeline, message, (await pipeline.publish(message)).id));
    }
    const waiting = await pipeline.settle(async () => {
      const extracted = await rawObjectsOf(pipeline, expected);
      return await areEnded(pipeline, extracted === undefined ? undefined : [...extracted, ...dropped]);
    });
    const runs: StreamRun[] = [];
    for (const one of expected) runs.push(await runOf(pipeline, one, waiting, seen));
    return [...runs, ...(await runsOfDrops(pipeline, dropped, waiting, seen))];
  } finally {
    stopWatching();
  }
}

/** A backfill that names no last day ends yesterday: said here, so that the time of its event does not decide which objects there are. */
function withLastDay(message: ExtractMessage, now: Date): ExtractMessage {
  return message.from === undefined || message.to !== undefined
    ? message
    : { ...message, to: daysOf({ from: undefined, to: now.toISOString().slice(0, 10) }).to };
}

function expectedOf(pipeline: Pipeline, message: ExtractMessage, eventId: string): Expected[] {
  const { source, stream: only } = message;
  const asked = pipeline.catalog.streams.filter((stream) => stream.source.name === source && isAsked(stream));
  return asked
    .filter((stream) => only === undefined || stream.name === only)
    .flatMap((stream) => windowsOf(stream, message, pipeline.now()).map((window) => ({ stream, run: { source, stream: stream.name, eventId, ...window } })));
}

/** The windows of a backfill, one object each; a refused one has none, and the notice about it is found by its whole window. */
function windowsOf(stream: Stream, { from, to }: ExtractMessage, now: Date): readonly { from?: string | undefined; to?: string | undefined }[] {
  if (from === undefined && to === undefined) return [{}];
  try {
    return backfillWindows(stream, { from, to }, now);
  } catch {
    return [{ from, to }];
  }
}

function backfillRefusal(stream: Stream, days: Parameters<typeof backfillWindows>[1], now: Date): string | undefined {
  try {
    backfillWindows(stream, days, now);
    return undefined;
  } catch (error) {
    if (error instanceof PermanentError) return error.message;
    throw error;
  }
}

/** The raw objects that the messages have led to so far; undefined while one is missing. */
async function rawObjectsOf(pipeline: Pipeline, expected: readonly Expected[]): Promise<readonly ObjectInfo[] | undefined> {
  const found: ObjectInfo[] = [];
  for (const { run } of expected) {
    const object = await rawObjectOf(pipeline, run);
    if (object === undefined) return undefined;
    found.push(object);
  }
  return found;
}

async function rawObjectOf(pipeline: Pipeline, run: Run): Promise<ObjectInfo | undefined> {
  for await (const object of pipeline.raw.list(`${run.source}/${run.stream}/`)) if (isRunObject(object.name, run)) return object;
  return undefined;
}

async function runOf(pipeline: Pipeline, { stream, run }: Expected, waiting: readonly Waiting[], seen: Seen): Promise<StreamRun> {
  const object = await rawObjectOf(pipeline, run);
  if (object !== undefined) {
    const [ending] = await findEndings(pipeline, [object], waiting);
    return { stream, ending, problem: undefined, rerun: ending?.rerun, ms: seen.spent.get(object.name) ?? 0 };
  }
  const notice = (await pipeline.notices()).find((candidate) => candidate.object !== undefined && isRunObject(candidate.object, run));
  const failing = [...waiting, ...(await pipeline.deadLetters())].find(({ subject }) => subject === `message ${run.eventId}`);
  const problem = notice?.message ?? seen.failures.get(stream.id) ?? failing?.lastError ?? pipeline.silence;
  return { stream, ending: undefined, problem, rerun: notice?.rerun, ms: 0 };
}

async function runsOfDrops(pipeline: Pipeline, dropped: readonly ObjectInfo[], waiting: readonly Waiting[], seen: Seen): Promise<StreamRun[]> {
  const endings = await findEndings(pipeline, dropped, waiting);
  return endings.flatMap((ending) => {
    const [source = '', name = ''] = ending.name.split('/');
    const stream = pipeline.catalog.find(source, name);
    return stream === undefined ? [] : [{ stream, ending, problem: undefined, rerun: ending.rerun, ms: seen.spent.get(ending.name) ?? 0 }];
  });
}

function addTime(spent: Map<string, number>, { function: name, answer }: Delivered): void {
  for (const { object, ms } of answer.runs) {
    const clean = name === 'load' && object !== null ? parseCleanName(object) : undefined;
    const raw = name === 'load' ? (clean?.source === clean?.raw.source ? clean?.raw.name : undefined) : object;
    if (raw !== undefined && raw !== null) spent.set(raw, (spent.get(raw) ?? 0) + ms);
  }
}
