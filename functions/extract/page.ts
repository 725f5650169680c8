import { createHash } from 'node:crypto';
import { PermanentError } from '../../shared/errors.ts';
import type { HttpAnswer } from '../../shared/http.ts';
import { arrayReader } from '../../shared/json/array-reader.ts';
import { documentReader } from '../../shared/json/document-reader.ts';
import type { RecordReader } from '../../shared/json/elements.ts';
import { markedText, parseElements } from '../../shared/json/lossless.ts';
import type { Stream } from '../../shared/stream.ts';
import type { Headers } from '../../shared/vocabulary/budget.ts';
import type { PageRoom } from './page-room.ts';
import type { SourceClient } from './source-client.ts';

/** One page of an answer. */
export interface Page {
  /** What the source said, byte for byte; good until the next page is read. */
  readonly bytes: Buffer;
  /** The same for the same bytes. */
  readonly digest: string;
  readonly headers: Headers;
  /** The page without its records: an empty array stands in their place. */
  readonly envelope: unknown;
  /** How many records there are. */
  readonly count: number;
  readonly last: unknown;
}

/** A page is held until it is complete, so its size has a limit; sources have a page size to set. */
const MAX_PAGE_BYTES = 32 * 1024 * 1024;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const NO_RECORDS = Buffer.from('[]');

/**
 * Reads a page while it comes: its records are counted and checked in small batches and let go (measured: to parse pages
 * whole takes 130 MB more). Throws what the source's error map says of it, or PermanentError, where there are no records.
 */
export async function readPage(client: SourceClient, stream: Stream, answer: HttpAnswer, room: PageRoom): Promise<Page> {
  const hash = createHash('sha1');
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
    hash.update(chunk);
    unreadable ??= problemOf(reader, (one) => one.push(chunk));
  }
  unreadable ??= problemOf(reader, (one) => one.end());
  const { bytes } = room;
  if (unreadable !== undefined) throw client.meaningOf(parseJson(bytes)) ?? unusable(client, unreadable);
  const envelope = stream.records === '' ? undefined : parseJson(without(bytes, range));
  return { bytes, digest: hash.digest('base64'), headers: answer.headers, envelope, count, last };
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
  const document = parseJson(Buffer.concat(chunks));
  if (document === undefined) throw new PermanentError('malformed', `${client.source.title} answered 200 with something that is no JSON document`);
  return document;
}

function problemOf(reader: RecordReader, read: (reader: RecordReader) => void): PermanentError | undefined {
  try {
    read(reader);
    return undefined;
  } catch (error) {
    if (error instanceof PermanentError) return error;
    throw error;
  }
}

/** Says where it came from; its content is never quoted. */
function unusable(client: SourceClient, error: PermanentError): PermanentError {
  return new PermanentError(error.rule, `${client.source.title} answered 200 with something that holds no complete JSON array of records: ${error.message}`, {
    cause: error,
  });
}

/** The bytes of a page with an empty array in the place of its records. */
function without(bytes: Buffer, [start, end]: readonly [number, number]): Buffer {
  return Buffer.concat([bytes.subarray(0, start), NO_RECORDS, bytes.subarray(end)]);
}

/** Undefined where it is no JSON document in UTF-8. */
function parseJson(bytes: Buffer): unknown {
  const start = bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  const text = markedText(bytes.subarray(start));
  try {
    const values = text === undefined ? [] : parseElements(text);
    return values.length === 1 ? values[0] : undefined;
  } catch {
    return undefined;
  }
}
