import type { Catalog } from '../../shared/catalog.ts';
import { PermanentError, TransientError } from '../../shared/errors.ts';
import type { MessageEvent } from '../../shared/events.ts';
import type { HttpOptions } from '../../shared/http.ts';
import { type Answer, answer, emptyReport, type RunReport, type Subject, type Surroundings, settle } from '../../shared/invocation.ts';
import { runObjectName } from '../../shared/names.ts';
import type { ObjectStore } from '../../shared/object-store/object-store.ts';
import type { SettingValues, Source } from '../../shared/source.ts';
import type { Stream } from '../../shared/stream.ts';
import type { Window } from '../../shared/vocabulary/window.ts';
import { versionWarning } from './api-version.ts';
import { cursorOf } from './cursor.ts';
import { isSequence, writeRaw } from './raw-writer.ts';
import { type OpenDatabase, writeRows } from './rows.ts';
import { type ExtractRequest, extractRequest, rerunOf } from './request.ts';
import { type SourceClient, sourceClient } from './source-client.ts';
import { type TimeLeft, timeLeft } from './time-left.ts';
import { backfillWindows, daysOf, liveWindow } from './windows.ts';

export interface ExtractDeps extends Surroundings {
  readonly raw: ObjectStore;
  readonly catalog: Catalog;
  /** Settings of the sources that are on. */
  readonly sources: ReadonlyMap<string, SettingValues>;
  readonly http: HttpOptions;
  readonly database: OpenDatabase;
}

const FIRST_DELIVERY_MS = 60_000;
/** What tells that a run asks for more than it gets. */
const TOO_LARGE = new Set(['time', 'page_cap', 'too_much', 'report']);

/** What all runs of one message share. */
interface Invocation {
  readonly deps: ExtractDeps;
  readonly event: MessageEvent;
  readonly time: TimeLeft;
  /** One client a source, so that its streams share a token and a budget. */
  readonly client: (source: Source) => SourceClient;
}

/** One raw object that the message asks for: a stream's next part of time, or a window of a backfill. */
interface Run {
  readonly stream: Stream;
  readonly window?: Window;
}

/**
 * Asks a source for each stream of the message, one after the other, each into one raw object, or for each window of a
 * backfill. A run that fails does not stop the others; one that may work later makes the whole message come again, which
 * finds the others' objects there.
 */
export async function extract(deps: ExtractDeps, event: MessageEvent): Promise<Answer> {
  let request: ExtractRequest;
  try {
    request = extractRequest(event.json, deps.catalog);
  } catch (error) {
    const subject: Subject = { rerun: 'extract <source>[/<stream>]' };
    const failure = await settle(deps, 'extract', event, subject, error);
    return answer([{ ...emptyReport(subject, 'failed'), message: failure.message }]);
  }
  const time = timeLeft(deps.timeoutMs, deps.now);
  const invocation: Invocation = { deps, event, time, client: clients(deps, time) };
  const reports: RunReport[] = [];
  const again: TransientError[] = [];
  for (const run of inTurn(invocation, await plan(invocation, request, reports))) {
    try {
      // A message that brings something each time goes on, however old it is; else no time left is a failure like any other.
      if (time.leftMs() <= 0 && reports.some(({ outcome }) => outcome === 'success')) throw outOfTurn(run.stream);
      reports.push(await runOnce(invocation, run));
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      again.push(error);
    }
  }
  if (again.length > 0) throw new TransientError('extract', again.map((error) => error.message).join('; '), { cause: again[0] });
  return answer(reports);
}

/** The runs of a message; a stream that cannot be asked so ends here, with its report. */
async function plan({ deps, event }: Invocation, request: ExtractRequest, reports: RunReport[]): Promise<readonly Run[]> {
  if (request.from === undefined && request.to === undefined) return request.streams.map((stream) => ({ stream }));
  const runs: Run[] = [];
  for (const stream of request.streams) {
    try {
      runs.push(...backfillWindows(stream, request, event.time).map((window) => ({ stream, window })));
    } catch (error) {
      const { name: source } = stream.source;
      // Nothing is written under this name; it tells whose refusal this is.
      const object = runObjectName({ source, stream: stream.name, eventId: event.id, eventTime: event.time, from: request.from, to: request.to }, 'json');
      const subject: Subject = { source, stream: stream.name, object, rerun: rerunOf(stream, request) };
      const failure = await settle(deps, 'extract', event, subject, error);
      reports.push({ ...emptyReport(subject, 'failed'), message: failure.message });
    }
  }
  return runs;
}

/** A later delivery may begin with another run: else one that takes all the time would keep the others from their turn for ever. */
function inTurn({ deps, event }: Invocation, runs: readonly Run[]): readonly Run[] {
  const isFirst = deps.now().getTime() - event.time.getTime() < FIRST_DELIVERY_MS;
  const start = isFirst ? 0 : Math.floor(deps.http.jitter() * runs.length);
  return [...runs.slice(start), ...runs.slice(0, start)];
}

async function runOnce({ deps, event, time, client }: Invocation, { stream, window: asked }: Run): Promise<RunReport> {
  const { source } = stream;
  const identity = { source: source.name, stream: stream.name, eventId: event.id, from: asked?.from, to: asked?.to };
  const name = runObjectName({ ...identity, eventTime: event.time }, extensionOf(stream));
  const rerun = rerunOf(stream, asked === undefined ? {} : daysOf(asked));
  const subject: Subject = { source: source.name, stream: stream.name, object: name, rerun };
  const started = deps.now();
  const hadAll = time.isNearlyWhole();
  try {
    if ((await deps.raw.stat(name)) !== undefined) return emptyReport(subject, 'done before');
    if (time.leftMs() <= 0) throw outOfTurn(stream);
    const window = asked ?? liveWindow(stream.window, await cursorOf(deps.raw, stream, event.time), event.time);
    const { isNew, records } =
      stream.rows === undefined
        ? await writeRaw({ client: client(source), stream, window, name, raw: deps.raw, time })
        : await writeRows({ stream, settings: deps.sources.get(source.name), open: deps.database, window, name, raw: deps.raw, time });
    const report = { ...emptyReport(subject, isNew ? 'success' : 'done before'), records, ms: deps.now().getTime() - started.getTime() };
    deps.log('INFO', 'extract.done', { source: source.name, stream: stream.name, object: name, records, ms: report.ms });
    return report;
  } catch (error) {
    // Only a run that had an invocation for itself shows that its window does not fit into one.
    const isOutOfTurn = !hadAll && error instanceof PermanentError && error.rule === 'time';
    const failure = await settle(deps, 'extract', event, subject, isOutOfTurn ? outOfTurn(stream, error) : withWayOut(stream, asked, error));
    return { ...emptyReport(subject, 'failed'), message: failure.message };
  }
}

function outOfTurn({ id }: Stream, cause?: PermanentError): TransientError {
  return new TransientError('time', `${id} had ${cause === undefined ? 'no' : 'too little'} time left: the next delivery goes on with it`, { cause });
}

/** A run that is too large today is larger tomorrow: a backfill does not move the cursor. */
function withWayOut({ id, window }: Stream, asked: Window | undefined, error: unknown): unknown {
  if (!(error instanceof PermanentError) || !TOO_LARGE.has(error.rule)) return error;
  const part = 'ask for fewer days at a time (--from, --to)';
  const scheduled = `a scheduled run asks for all since the last one: ${part}, then set start in the window of its declaration to the day behind them, and deploy`;
  const none = `${id} has no windows: let its declaration ask for larger pages, or for less`;
  return new PermanentError(error.rule, `${error.message}: ${window === undefined ? none : asked === undefined ? scheduled : part}`, {
    ...error.details,
    cause: error,
  });
}

function extensionOf(stream: Stream): string {
  if (stream.rows !== undefined) return 'ndjson';
  return isSequence(stream) ? 'json-seq' : 'json';
}

function warnOfVersion({ log, now }: ExtractDeps, { name, apiVersion }: Source): void {
  const message = versionWarning(apiVersion, now());
  if (message !== undefined) log('WARNING', 'extract.version', { source: name, message });
}

function clients(deps: ExtractDeps, time: TimeLeft): (source: Source) => SourceClient {
  const opened = new Map<string, SourceClient>();
  return (source) => {
    if (!opened.has(source.name)) warnOfVersion(deps, source);
    const known = opened.get(source.name) ?? sourceClient(source, deps.sources.get(source.name), deps.http, time);
    opened.set(source.name, known);
    return known;
  };
}
