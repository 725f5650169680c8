import { hash } from 'node:crypto';
import { PermanentError } from '../../shared/errors.ts';
import type { HttpAnswer } from '../../shared/http.ts';
import { arrayReader } from '../../shared/json/array-reader.ts';
import { documentReader } from '../../shared/json/document-reader.ts';
import type { RecordReader } from '../../shared/json/elements.ts';
import { envelopeOf, MAX_PAGE_BYTES, parseDocument } from '../../shared/json/envelope.ts';
import { pointerPath, textAt, valueAt } from '../../shared/json/pointer.ts';
import type { Stream } from '../../shared/stream.ts';
import type { Headers } from '../../shared/vocabulary/budget.ts';
import type { PageRoom } from './page-room.ts';
import type { SourceClient } from './source-client.ts';

/** One page of an answer. */
export interface Page {
  /** What the source said, byte for byte; good until the next page is read. */
  readonly bytes: Buffer;
  /** The same for the same records: what else a page says may be what it was asked for. */
  readonly digest: string;
  readonly headers: Headers;
  /** What was asked for it, without its query. */
  readonly url: string;
  /** The page without its records: an empty array stands in their place. */
  readonly envelope: unknown;
  /** How many records there are. */
  readonly count: number;
  readonly last: unknown;
  /** Whether it has no array of records, and says that there are none. */
  readonly isEmpty?: boolean;
}

/**
 * Reads a page while it comes: its records are counted and checked in small batches and let go (measured: to parse pages
 * whole takes 130 MB more). Throws what the source's error map says of it, or PermanentError, where there are no records.
 */
export async function readPage(client: SourceClient, stream: Stream, answer: HttpAnswer, room: PageRoom): Promise<Page> {
  let count = 0;
  let last: unknown;
  let range: readonly [number, number] = [0, 0];
  const onRecords = (batch: readonly unknown[]) => {
    count += batch.length;
    last = batch.at(-1);
  };
  const onArray = (start: number, end: number) => {
    range = [start, end];
  };
  const reader = stream.records === '' ? arrayReader(onRecords) : documentReader(stream.records, onRecords, { onArray });
  let unreadable: PermanentError | undefined;
  room.clear();
  for await (const chunk of answer.body) {
    room.add(chunk);
    if (room.bytes.length > MAX_PAGE_BYTES)
      throw new PermanentError('page_size', `${client.source.title} sent a page of more than 32 MiB: ask for smaller pages`);
    unreadable ??= problemOf(reader, (one) => one.push(chunk));
  }
  unreadable ??= problemOf(reader, (one) => one.end());
  const { bytes } = room;
  const isEmpty = unreadable?.rule === 'records' && saysEmpty(stream, bytes);
  if (unreadable !== undefined && !isEmpty) throw client.meaningOf(parseDocument(bytes)) ?? unusable(client, unreadable);
  const envelope = stream.records === '' ? undefined : isEmpty ? parseDocument(bytes) : envelopeOf(bytes, range);
  client.onPage(envelope);
  const records = stream.records === '' ? bytes : bytes.subarray(...range);
  return { bytes, digest: digestOf(stream, records, envelope), headers: answer.headers, url: answer.url, envelope, count, last, isEmpty };
}

/** Reads an answer that is one small document, numbers exact; throws PermanentError where it is none. */
export async function readDocument(client: SourceClient, { body }: HttpAnswer): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_PAGE_BYTES) throw new PermanentError('page_size', `${client.source.title} sent more than 32 MiB where a small document was expected`);
    chunks.push(chunk);
  }
  const document = parseDocument(Buffer.concat(chunks));
  if (document === undefined) throw new PermanentError('malformed', `${client.source.title} answered 200 with something that is no JSON document`);
  return document;
}

/** Where columns read the page, what they read is part of its rows. */
function digestOf({ columns }: Stream, records: Buffer, envelope: unknown): string {
  const beside = Object.values(columns).flatMap(({ page }) => (page === undefined ? [] : [valueAt(envelope, pointerPath(page))]));
  return `${hash('sha1', records, 'base64')} ${JSON.stringify(beside)}`;
}

/** Whether an answer without the array of records is one of the source that has none. */
export function saysEmpty({ empty }: Stream, bytes: Buffer): boolean {
  return empty !== undefined && textAt(parseDocument(bytes), empty.at) === empty.is;
}

/** What a reader says against what it is given. */
export function problemOf(reader: RecordReader, read: (reader: RecordReader) => void): PermanentError | undefined {
  try {
    read(reader);
    return undefined;
  } catch (error) {
    if (error instanceof PermanentError) return error;
    throw error;
  }
}

/** Says where an answer came from that holds no records; its content is never quoted. */
export function unusable(client: SourceClient, error: PermanentError): PermanentError {
  return new PermanentError(error.rule, `${client.source.title} answered 200 with something that holds no complete JSON array of records: ${error.message}`, {
    cause: error,
  });
}
