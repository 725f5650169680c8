import { PermanentError } from '../../shared/errors.ts';
import type { HttpAnswer } from '../../shared/http.ts';
import { markedText, parseElements } from '../../shared/json/lossless.ts';
import { pointerPath, valueAt } from '../../shared/json/pointer.ts';
import type { Stream } from '../../shared/stream.ts';
import type { Headers } from '../../shared/vocabulary/budget.ts';
import type { SourceClient } from './source-client.ts';

/** One page of an answer. */
export interface Page {
  /** What the source said, byte for byte. */
  readonly bytes: Buffer;
  readonly headers: Headers;
  readonly document: unknown;
  readonly records: readonly unknown[];
}

/** A page is held in memory, so its size has a limit; sources have a page size to set. */
const MAX_PAGE_BYTES = 32 * 1024 * 1024;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Reads an answer to its end; throws PermanentError where it is too long to be a page. */
export async function readBody(client: SourceClient, { body }: HttpAnswer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_PAGE_BYTES) throw new PermanentError('page_size', `${client.source.title} sent a page of more than 32 MiB: ask for smaller pages`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The page in an answer; throws what the source's error map says of it, or PermanentError, where there are no records in it. */
export async function readPage(client: SourceClient, stream: Stream, answer: HttpAnswer): Promise<Page> {
  const bytes = await readBody(client, answer);
  const document = parseDocument(client, bytes);
  const records = valueAt(document, pointerPath(stream.records));
  if (Array.isArray(records)) return { bytes, headers: answer.headers, document, records };
  const where = stream.records === '' ? 'the root is not an array' : `there is no array at ${stream.records}`;
  throw client.meaningOf(document) ?? new PermanentError('records', `${client.source.title} answered 200 without records: ${where}`);
}

/** A complete answer as a document, numbers exact; throws PermanentError where it is no JSON in UTF-8. */
export function parseDocument(client: SourceClient, bytes: Buffer): unknown {
  const start = bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  const text = markedText(bytes.subarray(start));
  try {
    const values = text === undefined ? [] : parseElements(text);
    if (values.length === 1) return values[0];
  } catch {
    // The parser's message would quote the answer.
  }
  throw new PermanentError('malformed', `${client.source.title} answered 200 with something that is no JSON document`);
}
