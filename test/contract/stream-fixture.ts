import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { csvReaderFor } from '../../infra/scaffold/sample.ts';
import { parseDocument } from '../../shared/json/envelope.ts';
import { pointerPath, valueAt } from '../../shared/json/pointer.ts';
import { answerMemberOf, fieldOf, type Stream } from '../../shared/stream.ts';
import type { Members } from '../../shared/vocabulary/pages.ts';

/**
 * What a source really answers, and the rows that must come of it, in one file (test/fixtures/<source>/<stream>.json): a record
 * and its row are read side by side, and a stream stays three files. A number stays as it is written, `12.0` and 19 digits too.
 *
 *   { "json": <the answer>, "rows": [ … ] }       or "csv": [ <line>, … ], or "ndjson": [ <record>, … ]
 *
 * `rows` holds every column but the pipeline's own, null where there is nothing; `_extra` only where something is in it. `breaks`
 * says how to break a rule that the suite finds no way to break: `"<field>: <rule>": { "<member>": <value> }`.
 */
export interface Fixture {
  /** The answer as a file. */
  readonly file: File;
  readonly records: readonly Members[];
  readonly rows: readonly Members[];
  readonly breaks: Readonly<Record<string, Members>>;
  /** The same answer with other records; a CSV becomes NDJSON, in which a value has its type. */
  answer(records: readonly Members[]): File;
  /** Records as a file that somebody drops: nothing is around them. */
  drop(records: readonly Members[]): File;
  /** What is around the records of a JSON answer. */
  readonly envelope: unknown;
}

export interface File {
  readonly extension: 'json' | 'ndjson' | 'csv';
  readonly body: string;
}

export const FIXTURES = join(import.meta.dirname, '../fixtures');

/** Reads a stream's fixture; throws where there is none, or where it is not what it should be. */
export async function fixtureOf(stream: Stream): Promise<Fixture> {
  const path = `${stream.id}.json`;
  const bytes = await readFile(join(FIXTURES, path)).catch(() => {
    throw new Error(`stream "${stream.id}" has no fixture test/fixtures/${path}`);
  });
  const content = parseDocument(bytes);
  if (!isMembers(content)) throw new Error(`${path} is no JSON object`);
  return fixture(stream, content, path);
}

/** Takes the content of a fixture apart. */
export function fixture(stream: Stream, content: Members, path = stream.id): Fixture {
  const { rows, breaks = {}, ...answers } = content;
  const [[format, answer] = ['', undefined], ...others] = Object.entries(answers);
  if (others.length > 0 || (format !== 'json' && format !== 'csv' && format !== 'ndjson')) throw new Error(`${path} has one of json, csv and ndjson`);
  if (!Array.isArray(rows) || rows.length === 0 || !rows.every(isMembers)) throw new Error(`${path} has no rows`);
  const file: File = { extension: format, body: bodyOf(format, answer) };
  const records = recordsOf(stream, file, answer);
  if (!Array.isArray(records) || !records.every(isMembers)) throw new Error(`${path} has no array of records at "${stream.records}" in its ${format}`);
  return {
    file,
    records,
    rows,
    breaks: breaks as Fixture['breaks'],
    drop: (others) => ({ extension: 'ndjson', body: bodyOf('ndjson', others) }),
    envelope: format === 'json' ? answer : [],
    answer: (others) =>
      format === 'json'
        ? { extension: 'json', body: JSON.stringify(withValue(answer, stream.records, others)) }
        : { extension: 'ndjson', body: bodyOf('ndjson', others) },
  };
}

/** A copy of a document with a value where a JSON pointer says; what is missing on the way there is made. */
export function withValue(document: unknown, pointer: string, value: unknown): unknown {
  return withValueAt(document, pointerPath(pointer), value);
}

/** A copy of a record in which a column's field has that value; undefined takes the field away. */
export function withField(stream: Stream, record: Members, name: string, value: unknown): Members {
  const column = stream.columns[name] ?? { type: 'STRING' };
  const inAnswer = typeof column.answer === 'string' && (answerMemberOf(column) ?? '') in record;
  const field = inAnswer ? column.answer : fieldOf(name, column);
  return withValueAt(record, field.startsWith('/') ? pointerPath(field) : [field], value) as Members;
}

function withValueAt(document: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  const copy = Array.isArray(document) ? [...document] : { ...(isMembers(document) ? document : {}) };
  const inner = withValueAt((copy as Record<string, unknown>)[name], rest, value);
  if (inner === undefined && rest.length === 0) Reflect.deleteProperty(copy, name);
  else (copy as Record<string, unknown>)[name] = inner;
  return copy;
}

function bodyOf(format: File['extension'], answer: unknown): string {
  if (format === 'json' || !Array.isArray(answer)) return JSON.stringify(answer);
  return answer.map((line) => `${format === 'csv' ? String(line) : JSON.stringify(line)}\n`).join('');
}

function recordsOf(stream: Stream, { extension, body }: File, answer: unknown): unknown {
  if (extension === 'json') return valueAt(answer, pointerPath(stream.records));
  if (extension === 'ndjson') return answer;
  const records: unknown[] = [];
  const reader = csvReaderFor(stream, (batch) => void records.push(...batch));
  reader.push(Buffer.from(body));
  reader.end();
  return records;
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
