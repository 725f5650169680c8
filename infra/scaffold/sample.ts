import { createReadStream } from 'node:fs';
import { plainBytes } from '../../functions/transform/plain-bytes.ts';
import { csvReader } from '../../shared/csv/csv-reader.ts';
import { type Delimiter, delimiterOf } from '../../shared/csv/delimiter.ts';
import { type OnRecords, type RecordReader, UnreadableRecord } from '../../shared/json/elements.ts';
import { parseDocument } from '../../shared/json/envelope.ts';
import { pointerPath, valueAt } from '../../shared/json/pointer.ts';
import { recordReader } from '../../shared/json/record-reader.ts';
import { membersOf, type Stream } from '../../shared/stream.ts';
import type { Members } from '../../shared/vocabulary/pages.ts';
import { CommandError } from '../cli/cli-error.ts';

/** The records of a file, as the transform reads them. */
export interface Sample {
  readonly format: 'json' | 'ndjson' | 'csv';
  /** JSON pointer to the records in the document. */
  readonly pointer: string;
  readonly records: readonly Members[];
  /** How many could be told apart but not read: a line with another number of cells, text that is no Unicode. */
  readonly unreadable: number;
  readonly delimiter: Delimiter;
}

const ENDING = /\.(json|ndjson|csv)(?:\.gz)?$/;
/** A list of records is looked for so deep in a document. */
const MAX_DEPTH = 3;

/** Reads a file of records; throws CommandError, or PermanentError, that says why it is none. */
export async function readSample(path: string, stream?: Stream): Promise<Sample> {
  const format = ENDING.exec(path)?.[1] as Sample['format'] | undefined;
  if (format === undefined) throw new CommandError(`${path} is no sample: it ends in .json, .ndjson or .csv, also with .gz`);
  const bytes = await bytesOf(path);
  const pointer = format === 'json' ? (stream?.records ?? pointerIn(bytes, path)) : '';
  const found: unknown[] = [];
  const reader = readerOf(format, pointer, stream, (batch) => {
    for (const record of batch) found.push(record);
  });
  reader.push(bytes);
  reader.end();
  const readable = found.filter((record) => !(record instanceof UnreadableRecord));
  const records = readable.filter(isMembers);
  if (records.length < readable.length) throw new CommandError(`${path}: ${readable.length - records.length} of ${found.length} records are no objects`);
  if (records.length === 0) throw new CommandError(`${path} has no records${found.length === 0 ? '' : ` that can be read (${found.length} cannot)`}`);
  if (format === 'csv' && stream === undefined) checkHeader(bytes, records[0] ?? {});
  return { format, pointer, records, unreadable: found.length - records.length, delimiter: format === 'csv' ? (delimiterOf(bytes) ?? ',') : ',' };
}

async function bytesOf(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of plainBytes(createReadStream(path))) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function readerOf(format: Sample['format'], pointer: string, stream: Stream | undefined, onRecords: OnRecords): RecordReader {
  return format === 'csv' ? csvReaderFor(stream, onRecords) : recordReader(format, pointer, onRecords);
}

/** Reads CSV as the transform does, but for a column that is missing: a sample is there to tell what it breaks, record by record. */
export function csvReaderFor(stream: Stream | undefined, onRecords: OnRecords): RecordReader {
  const fields = stream === undefined ? [] : membersOf(stream).map(({ name }) => ({ name, required: false }));
  return csvReader(onRecords, fields, stream?.csv);
}

/** Reads the header with the fields that it proposes: a stream that refuses its own sample is none. */
function checkHeader(bytes: Buffer, record: Members): void {
  const fields = Object.keys(record).map((name) => ({ name, required: false }));
  const reader = csvReader(() => undefined, fields);
  reader.push(bytes);
  reader.end();
}

/** Where the records are in a document: the document itself, or the longest list of objects in it. */
function pointerIn(bytes: Buffer, path: string): string {
  const document = parseDocument(bytes);
  if (document === undefined) throw new CommandError(`${path} is not one JSON document in UTF-8 (is it .ndjson?)`);
  const lists = listsIn(document, '', 0);
  const [longest] = [...lists].sort((a, b) => lengthAt(document, b) - lengthAt(document, a));
  if (longest === undefined) throw new CommandError(`${path} has no records: there is no array of objects in it`);
  return longest;
}

function listsIn(value: unknown, pointer: string, depth: number): readonly string[] {
  if (Array.isArray(value)) return value.every(isMembers) ? [pointer] : [];
  if (!isMembers(value) || depth === MAX_DEPTH) return [];
  return Object.entries(value).flatMap(([name, member]) => listsIn(member, `${pointer}/${pointerToken(name)}`, depth + 1));
}

/** A member's name as a part of a JSON pointer (RFC 6901). */
export function pointerToken(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function lengthAt(document: unknown, pointer: string): number {
  const list = valueAt(document, pointerPath(pointer));
  return Array.isArray(list) ? list.length : 0;
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
