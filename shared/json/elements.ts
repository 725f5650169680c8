import { isUtf8 } from 'node:buffer';
import { PermanentError } from '../errors.ts';
import { markedText, parseElements } from './lossless.ts';

/** What a record may take at most, in bytes; a longer one is a reject. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;
/** How much of a record that cannot be read is kept, in bytes. */
export const KEPT_BYTES = 64 * 1024;

/** A record that could be told apart from its neighbours but not read. */
export class UnreadableRecord {
  readonly rule: 'json' | 'size' | 'unicode';
  readonly expected: string;
  /** The beginning of its text. */
  readonly text: string;

  constructor(rule: UnreadableRecord['rule'], expected: string, text: string) {
    this.rule = rule;
    this.expected = expected;
    this.text = text;
  }
}

/** Takes records in the order of the file; a batch is only good during the call. */
export type OnRecords = (records: readonly unknown[]) => void;

/** Cuts bytes into records; `push` and `end` call back with batches and throw PermanentError where the file is unreadable. */
export interface RecordReader {
  push(chunk: Buffer): void;
  end(): void;
}

/** Reads comma-separated values out of a range of bytes; undefined where it is not JSON or not UTF-8. */
export function tryParse(buffer: Buffer, start: number, end: number): unknown[] | undefined {
  const marked = markedText(buffer.subarray(start, end));
  try {
    return marked === undefined ? undefined : parseElements(marked);
  } catch {
    return undefined;
  }
}

/** Reads one value; a value that is JSON but not UTF-8 becomes an UnreadableRecord, what is no JSON is undefined. */
export function parseOne(buffer: Buffer, start: number, end: number): unknown[] | undefined {
  const values = tryParse(buffer, start, end);
  if (values !== undefined) return values.length === 1 ? values : undefined;
  const bytes = buffer.subarray(start, end);
  if (isUtf8(bytes)) return undefined;
  try {
    JSON.parse(buffer.toString('utf8', start, end));
    return [new UnreadableRecord('unicode', 'valid UTF-8', keptText(bytes))];
  } catch {
    return undefined;
  }
}

/** The record that stands for one longer than `MAX_RECORD_BYTES`. */
export function oversizeRecord(head: Buffer): UnreadableRecord {
  return new UnreadableRecord('size', `at most ${MAX_RECORD_BYTES} bytes`, keptText(head));
}

/** The beginning of a record's bytes as text. */
export function keptText(bytes: Buffer): string {
  return bytes.subarray(0, KEPT_BYTES).toString('utf8');
}

/** The end of reading an object whose text is no JSON; `offset` is the start of the offending element, in bytes of the plain text. */
export function malformed(offset: number): PermanentError {
  return new PermanentError('malformed', `malformed JSON at byte ${offset}`);
}
