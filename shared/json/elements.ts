import { PermanentError } from '../errors.ts';

/** What a record may take at most, in bytes; a longer one is a reject. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;
/** How many values a record may hold: an empty array of 3 bytes takes 70 bytes of memory, a number kept as its text 170 (measured). */
export const MAX_RECORD_VALUES = 1024 * 1024;
/** How much of a record that cannot be read is kept, in bytes. */
export const KEPT_BYTES = 64 * 1024;

/** A record that could be told apart from its neighbours but not read. */
export class UnreadableRecord {
  readonly rule: 'json' | 'size' | 'unicode' | 'columns';
  readonly expected: string;
  /** The beginning of its text. */
  readonly text: string;

  constructor(rule: UnreadableRecord['rule'], expected: string, text: string) {
    this.rule = rule;
    this.expected = expected;
    this.text = text;
  }
}

/**
 * Takes records in the order of the file, of CSV with the lines that they begin on, from 1, of pages with the envelope where
 * the stream wants it; a batch is only good during the call.
 */
export type OnRecords = (records: readonly unknown[], lines?: readonly number[], page?: unknown) => void;

/** Cuts bytes into records; `push` and `end` call back with batches and throw PermanentError where the file is unreadable. */
export interface RecordReader {
  push(chunk: Buffer): void;
  end(): void;
}

/** The record that stands for one longer than `MAX_RECORD_BYTES`. */
export function oversizeRecord(head: Buffer): UnreadableRecord {
  return new UnreadableRecord('size', `at most ${MAX_RECORD_BYTES} bytes`, keptText(head));
}

/** True for bytes that JSON passes over. */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** True where there is nothing but white space. */
export function isBlank(bytes: Buffer): boolean {
  return bytes.every(isSpace);
}

/** The beginning of a record's bytes as text. */
export function keptText(bytes: Buffer): string {
  return bytes.subarray(0, KEPT_BYTES).toString('utf8');
}

/** The end of reading an object whose text is no JSON; `offset` is the start of the offending element, in bytes of the plain text. */
export function malformed(offset: number, advice = ''): PermanentError {
  return new PermanentError('malformed', `malformed JSON at byte ${offset}${advice}`);
}
