import { randomInt } from 'node:crypto';
import { parseOne } from './element-parser.ts';
import { isBlank, KEPT_BYTES, keptText, MAX_RECORD_BYTES, type OnRecords, oversizeRecord, type RecordReader, UnreadableRecord } from './elements.ts';
import { joinedChunks } from './joined-chunks.ts';
import { markedText, parseElements } from './lossless.ts';

const WINDOW_BYTES = 48 * 1024;
const MAX_MISSES = 8;
const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const NOTHING = Buffer.alloc(0);

/** Stands between two lines when many are parsed as one array; nobody can foresee it, so no line can pretend to be two. */
const BORDER = randomInt(100_000_000, 1_000_000_000);
const BORDER_TEXT = `,${BORDER},`;

/**
 * Reads newline-delimited JSON, holding no more than one chunk and one line. A line that is no JSON is one unreadable
 * record; blank lines do not count. Many lines go to JSON.parse as one array with a secret border between them: only
 * where every border is found in its place was each line a value of its own.
 */
export function lineReader(onRecords: OnRecords): RecordReader {
  const chunks = joinedChunks();
  let head: Buffer | undefined;
  let misses = 0;
  let atStart = true;

  function read(buffer: Buffer, end: number): void {
    let at = 0;
    while (at < end) {
      const windowEnd = at + WINDOW_BYTES >= end ? end : lineEnd(buffer, at, end);
      readWindow(buffer, at, windowEnd);
      at = windowEnd + 1;
    }
  }

  /** The end of the last whole line of the window, or of the line that is longer than the window. */
  function lineEnd(buffer: Buffer, at: number, end: number): number {
    const last = buffer.lastIndexOf(NEWLINE, at + WINDOW_BYTES);
    if (last > at) return last;
    const next = buffer.indexOf(NEWLINE, at + WINDOW_BYTES);
    return next < 0 || next > end ? end : next;
  }

  function readWindow(buffer: Buffer, start: number, end: number): void {
    if (end - start > WINDOW_BYTES) {
      readLine(buffer, start, end);
      return;
    }
    const values = misses < MAX_MISSES ? parseLines(buffer, start, end) : undefined;
    if (values === undefined) {
      misses += 1;
      readEachLine(buffer, start, end);
      return;
    }
    misses = 0;
    onRecords(values);
  }

  function readEachLine(buffer: Buffer, start: number, end: number): void {
    for (let at = start; at < end; ) {
      const next = buffer.indexOf(NEWLINE, at);
      const stop = next < 0 || next > end ? end : next;
      readLine(buffer, at, stop);
      at = stop + 1;
    }
  }

  function readLine(buffer: Buffer, start: number, end: number): void {
    if (end - start > MAX_RECORD_BYTES) {
      onRecords([oversizeRecord(buffer.subarray(start, end))]);
      return;
    }
    const bytes = buffer.subarray(start, end);
    const values = parseOne(buffer, start, end);
    if (values !== undefined) onRecords(values);
    else if (!isBlank(bytes)) onRecords([new UnreadableRecord('json', 'one JSON value per line', keptText(bytes))]);
  }

  /** What stands behind the line that is too long to keep; nothing while it goes on. */
  function skipOversize(chunk: Buffer): Buffer {
    const end = head === undefined ? -1 : chunk.indexOf(NEWLINE);
    if (head === undefined || end < 0) return NOTHING;
    onRecords([oversizeRecord(head)]);
    head = undefined;
    return chunk.subarray(end + 1);
  }

  /** Bytes of a byte order mark at the beginning of the first line. */
  function skipMark(buffer: Buffer): number {
    const mark = atStart && buffer.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
    atStart = false;
    return mark;
  }

  return {
    push(chunk) {
      const fresh = head === undefined ? chunk : skipOversize(chunk);
      const last = fresh.lastIndexOf(NEWLINE);
      const buffer = chunks.join(fresh);
      const end = last < 0 ? 0 : buffer.length - fresh.length + last + 1;
      if (end > 0) {
        const mark = skipMark(buffer);
        read(buffer.subarray(mark), end - 1 - mark);
      }
      if (buffer.length - end > MAX_RECORD_BYTES) {
        head = Buffer.from(buffer.subarray(end, end + KEPT_BYTES));
        atStart = false;
        chunks.keep(buffer.length);
      } else chunks.keep(end);
    },
    end() {
      const line = chunks.rest;
      if (head !== undefined) onRecords([oversizeRecord(head)]);
      else if (line.length > 0) readLine(line, skipMark(line), line.length);
    },
  };
}

/** All lines of a range as values; undefined where one of them is not exactly one JSON value in UTF-8. */
function parseLines(buffer: Buffer, start: number, end: number): unknown[] | undefined {
  const marked = markedText(buffer.subarray(start, end));
  if (marked === undefined) return undefined;
  const text = marked.text.replaceAll('\n', BORDER_TEXT);
  const lineBreaks = (text.length - marked.text.length) / (BORDER_TEXT.length - 1);
  try {
    return withoutBorders(parseElements({ ...marked, text }), lineBreaks);
  } catch {
    return undefined;
  }
}

/** A line break that was not found again as a border stood inside a string: two broken lines that make one value. */
function withoutBorders(parsed: unknown[], lineBreaks: number): unknown[] | undefined {
  if (parsed.length !== lineBreaks * 2 + 1) return undefined;
  const values: unknown[] = [];
  for (let i = 0; i < parsed.length; i += 1) {
    if (i % 2 === 0) values.push(parsed[i]);
    else if (parsed[i] !== BORDER) return undefined;
  }
  return values;
}
