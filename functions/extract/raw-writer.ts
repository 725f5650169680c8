import { PermanentError } from '../../shared/errors.ts';
import type { ObjectStore, ObjectWriter } from '../../shared/object-store/object-store.ts';
import type { Stream } from '../../shared/stream.ts';
import type { RequestContext, StreamRequest } from '../../shared/vocabulary/request.ts';
import type { Window } from '../../shared/vocabulary/window.ts';
import { documentJudge } from './document.ts';
import type { Step } from './followers.ts';
import { readPage } from './page.ts';
import { pageRoom } from './page-room.ts';
import { readPages } from './paging.ts';
import { finishedReport } from './report.ts';
import type { SourceClient, SourceRequest } from './source-client.ts';
import type { TimeLeft } from './time-left.ts';
import { halves, isEmpty, pieces } from './windows.ts';

/** One raw object in the making. */
export interface RawWork {
  readonly client: SourceClient;
  readonly stream: Stream;
  readonly window: Window;
  readonly name: string;
  readonly raw: ObjectStore;
  readonly time: TimeLeft;
}

export interface Written {
  /** False where somebody else had written it in the meantime. */
  readonly isNew: boolean;
  readonly records: number;
}

const SEPARATOR = Buffer.from([0x1e]);
const LINE_END = Buffer.from('\n');
/** What tells that a window is too large: the source's own word, more pages than it may have, or an answer that does not come in time. */
const TOO_MUCH = new Set(['too_much', 'page_cap', 'timeout', 'http_408', 'http_504']);

/** Whether the raw objects of a stream are sequences of pages, or the one document that the source answers. */
export function isSequence({ pages, window, report }: Stream): boolean {
  return pages.type !== 'none' || window !== undefined || report !== undefined;
}

/** Asks for all records of the window and commits them as one object, or leaves nothing. */
export async function writeRaw(work: RawWork): Promise<Written> {
  return isSequence(work.stream) ? await writeSequence(work) : await writeDocument(work);
}

/** Streams the answer into the object, byte for byte, whatever its length; commits it only when it was complete JSON with records. */
async function writeDocument({ client, stream, window, name, raw }: RawWork): Promise<Written> {
  return await client.ask(requestOf(stream, { settings: client.settings, window }), async ({ body }) => {
    const writer = await raw.create(name);
    try {
      const judge = documentJudge(client, stream);
      const storing = client.storing();
      for await (const chunk of body) {
        judge.push(chunk);
        await writer.write(storing.push(chunk));
      }
      const records = judge.end();
      await writer.write(storing.end());
      return { isNew: (await writer.commit()) !== undefined, records };
    } finally {
      await writer.abort();
    }
  });
}

/** Writes the pages of all windows as JSON text sequences (RFC 7464); begins anew where a window turns out to be too large half-way. */
async function writeSequence(work: RawWork): Promise<Written> {
  let windows = isEmpty(work.window) ? [] : [...pieces(work.stream.window, work.window)];
  for (;;) {
    const writer = await work.raw.create(work.name);
    try {
      const result = await writeWindows(work, writer, windows);
      if (!('narrowed' in result)) return { isNew: (await writer.commit()) !== undefined, records: result.records };
      windows = result.narrowed;
    } finally {
      await writer.abort();
    }
  }
}

/** Writes window after window. One that is too large is halved in place as long as nothing of it is written, else all begin anew. */
async function writeWindows(work: RawWork, writer: ObjectWriter, all: readonly Window[]): Promise<{ records: number } | { narrowed: Window[] }> {
  const windows = [...all];
  let records = 0;
  for (let index = 0; index < windows.length; ) {
    const window = windows[index] as Window;
    let written = 0;
    try {
      for await (const page of pagesOf(work, window)) {
        written += 1;
        records += page.count;
        await writePage(writer, work.client.storable(page.bytes));
      }
      index += 1;
    } catch (error) {
      const parts = isTooMuch(error) ? halves(work.stream.window, window) : undefined;
      if (parts === undefined) throw error;
      windows.splice(index, 1, ...parts);
      if (written > 0) return { narrowed: windows };
    }
  }
  return { records };
}

async function* pagesOf({ client, stream, name, raw, time }: RawWork, window: Window) {
  const { report } = stream;
  const needsReport = report !== undefined && report.when?.(window) !== false;
  const id = needsReport ? await finishedReport({ client, report, window, rawName: name, raw, time }) : undefined;
  const context: RequestContext = { settings: client.settings, window, ...(id === undefined ? {} : { report: id }) };
  const request = requestOf(stream, context);
  const room = pageRoom();
  const canNarrow = halves(stream.window, window) !== undefined;
  yield* readPages(stream.pages, (step) =>
    client.ask(withStep(request, step), (answer) => readPage(client, stream, answer, room), { isFinal: ({ rule }) => canNarrow && TOO_MUCH.has(rule) }),
  );
}

async function writePage(writer: ObjectWriter, bytes: Buffer): Promise<void> {
  await writer.write(SEPARATOR);
  await writer.write(bytes);
  await writer.write(LINE_END);
}

function requestOf({ id, request }: Stream, context: RequestContext): StreamRequest {
  if (request === undefined) throw new PermanentError('request', `${id} is fed by file drops only`);
  return request(context);
}

function withStep(request: StreamRequest, step: Step): SourceRequest {
  const json = request.json === undefined && step.json === undefined ? {} : { json: { ...request.json, ...step.json } };
  const headers = { ...request.headers, ...step.headers };
  return { ...request, ...json, headers, query: { ...request.query, ...step.query }, ...(step.url === undefined ? {} : { url: step.url }) };
}

function isTooMuch(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'rule' in error && TOO_MUCH.has(String(error.rule));
}
