import { Buffer } from 'node:buffer';
import { type Database, DatabaseError } from '../../shared/database/database.ts';
import { PermanentError } from '../../shared/errors.ts';
import type { ObjectStore, ObjectWriter } from '../../shared/object-store/object-store.ts';
import type { SettingValues, Source } from '../../shared/source.ts';
import type { Stream } from '../../shared/stream.ts';
import type { RowsDeclaration } from '../../shared/vocabulary/rows.ts';
import type { Window } from '../../shared/vocabulary/window.ts';
import type { Written } from './raw-writer.ts';
import { off } from './source-client.ts';
import type { TimeLeft } from './time-left.ts';
import { isEmpty } from './windows.ts';

/** Opens the database of a source; the same one however often it is called. */
export type OpenDatabase = (source: Source, settings: SettingValues) => Promise<Database>;

export interface RowsWork {
  readonly stream: Stream;
  readonly settings: SettingValues | undefined;
  readonly open: OpenDatabase;
  readonly window: Window;
  readonly name: string;
  readonly raw: ObjectStore;
  readonly time: TimeLeft;
}

interface Line {
  readonly line: string;
  /** Where the row stands: the time of its change and its key, as text. */
  readonly place: readonly string[];
}

const PAGE_ROWS = 2_000;
/** Classes of SQLSTATE that no second try changes: access, no such database or schema, no such table or column. */
const PERMANENT = /^(?:28|3D|3F|42)/;

/** Reads the rows that changed within the window, the oldest change first, into one object of NDJSON, or leaves nothing. */
export async function writeRows(work: RowsWork): Promise<Written> {
  const { stream, settings, raw, name } = work;
  const { rows, source } = stream;
  if (rows === undefined) throw new Error(`stream "${stream.id}" has no rows to ask for`);
  if (settings === undefined) throw off(source);
  const writer = await raw.create(name);
  try {
    const records = isEmpty(work.window) ? 0 : await writePages(work, await work.open(source, settings), rows, writer);
    return { isNew: (await writer.commit()) !== undefined, records };
  } finally {
    await writer.abort();
  }
}

async function writePages({ stream, window, time }: RowsWork, { query }: Database, rows: RowsDeclaration, writer: ObjectWriter): Promise<number> {
  let records = 0;
  for (let place: readonly string[] | undefined; ; ) {
    if (time.leftMs() <= 0) throw new PermanentError('time', `${stream.id} did not end in the time of one invocation, after ${records} rows`);
    const { sql, values } = pageQuery(rows, window, place);
    const lines = await query<Line>(sql, values).catch((error: unknown) => {
      throw failure(stream, error);
    });
    records += lines.length;
    if (lines.length > 0) await writer.write(Buffer.from(lines.map(({ line }) => `${line}\n`).join('')));
    place = lines.at(-1)?.place;
    // A row that changes meanwhile moves behind the window, into the next one.
    if (lines.length < PAGE_ROWS) return records;
  }
}

/** A page behind a place, by the index on the time of change. */
function pageQuery({ from, select, where, changed, key }: RowsDeclaration, window: Window, place: readonly string[] | undefined) {
  const order = [changed, ...key].join(', ');
  const values: string[] = [window.to];
  const bound = (value: string): string => `$${values.push(value)}`;
  const conditions = [
    `${changed} < $1::timestamptz`,
    ...(window.from === undefined ? [] : [`${changed} >= ${bound(window.from)}::timestamptz`]),
    ...(where === undefined ? [] : [where]),
    ...(place === undefined ? [] : [`(${order}) > (${place.map(bound).join(', ')})`]),
  ];
  const record = `(SELECT row_to_json(record)::text FROM (SELECT ${select}) AS record)`;
  const stands = `ARRAY[${[changed, ...key].map((column) => `${column}::text`).join(', ')}]`;
  return { sql: `SELECT ${record} AS line, ${stands} AS place FROM ${from} WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ${PAGE_ROWS}`, values };
}

function failure({ source }: Stream, error: unknown): unknown {
  if (!(error instanceof DatabaseError) || !PERMANENT.test(error.code ?? '')) return error;
  const message = `${source.title}: PostgreSQL answered ${error.code}: its schema is missing or older than this version (npm run migrate), or the user may not read it`;
  return new PermanentError('database', message, { cause: error });
}
