import { builtInStreams, streams } from '../../shared/streams/index.ts';
import type { ColumnDeclaration, Stream } from '../../shared/stream.ts';
import { LOADS_TABLE } from '../../shared/warehouse/ledger.ts';
import { streamTable } from '../../shared/warehouse/stream-table.ts';
import type { ColumnType, TableSpec } from '../../shared/warehouse/table.ts';
import type { QueryResult } from '../../shared/warehouse/warehouse.ts';
import { fixtureOf } from '../contract/stream-fixture.ts';

/** A loaded table with a few rows; a value is text, null where there is none. */
export interface SampleTable {
  readonly spec: TableSpec;
  readonly rows: readonly Readonly<Record<string, string | null>>[];
}

/** What is put into every column that is marked `pii`, and into `_extra`. */
export type Secret = (stream: Stream, column: string, row: number) => string;

/** When the newest objects of the sample were asked for: two days before. */
export const SAMPLE_NOW = '2026-11-22 12:00:00+00';

const ROWS = 24;
/** What rows refer to: few, so that each is found several times, and one that is nowhere. */
const REFERRED = 6;
const NOWHERE = 999;
const DAYS_APART = 13;
const DAY_MS = 86_400_000;
const OBJECTS = 3;
/** Objects with rejects that are kept. */
const REJECTING = 6;
const FIRST_OBJECT = Date.UTC(2026, 10, 18, 6);

/**
 * A few rows of every loaded table, made from the streams' fixtures: keys count up, references point to few of them, days lie
 * apart. A stream that is added is in it without a change.
 */
export async function sampleTables(secret?: Secret): Promise<readonly SampleTable[]> {
  const shapes = await keyShapes();
  const loaded = await Promise.all(streams.map((stream) => sampleOf(stream, shapes, secret)));
  return [...loaded, ...pipelineTables(secret)];
}

/** The rows of a result as a query of BigQuery's SQL; columns with types, where it has no row. */
export function rowsSql({ columns, rows }: QueryResult): string {
  const select = (row: QueryResult['rows'][number]) =>
    `SELECT ${columns.map(({ name, type }, place) => `${literal(type as ColumnType, row[place] === null || row[place] === undefined ? null : String(row[place]))} AS \`${name}\``).join(', ')}`;
  return rows.length === 0 ? `SELECT * FROM (${select([])}) WHERE FALSE` : rows.map(select).join('\nUNION ALL ');
}

async function sampleOf(stream: Stream, shapes: ReadonlyMap<string, string>, secret: Secret | undefined): Promise<SampleTable> {
  const spec = streamTable(stream);
  const fixture = (await fixtureOf(stream)).rows;
  const rows = Array.from({ length: ROWS }, (_, index) => {
    const example = fixture[index % fixture.length] ?? {};
    const own = Object.entries(stream.columns).map(([name, column]) => [name, cellOf(stream, name, column, example[name], index, shapes, secret)]);
    return { ...Object.fromEntries(own), ...origin(stream, index, secret) };
  });
  return { spec, rows };
}

function origin(stream: Stream, index: number, secret: Secret | undefined): Readonly<Record<string, string | null>> {
  return {
    _raw_object: `${stream.id}/2026-11-20/20261120T060000Z-0badcafe.json`,
    _raw_generation: '1',
    _row: String(index + 1),
    _extracted_at: '2026-11-20 06:00:00+00',
    _extra: secret === undefined ? null : JSON.stringify({ undeclared: secret(stream, '_extra', index) }),
    load_timestamp: '2026-11-20 06:01:00+00',
  };
}

function cellOf(
  stream: Stream,
  name: string,
  column: ColumnDeclaration,
  example: unknown,
  index: number,
  shapes: ReadonlyMap<string, string>,
  secret: Secret | undefined,
): string | null {
  if (stream.key.length === 1 && stream.key[0] === name)
    return column.type === 'DATE' ? moved(String(example), index) : shaped(shapes.get(name) ?? '', index + 1);
  if (column.privacy === 'pii' && column.type === 'STRING' && secret !== undefined) return secret(stream, name, index);
  if (example === null || example === undefined) return null;
  if (shapes.has(name)) return shaped(shapes.get(name) ?? '', index === ROWS - 1 ? NOWHERE : 1 + ((index * 7) % REFERRED));
  return varied(column.type, column.type === 'JSON' ? JSON.stringify(example) : String(example), index);
}

function varied(type: ColumnType, example: string, index: number): string {
  if (type === 'DATE' || type === 'TIMESTAMP' || type === 'DATETIME') return moved(example, index);
  if (type === 'INT64') return String(BigInt(example) + BigInt(index % 3));
  if (type === 'NUMERIC') return scaled(example, BigInt(1 + (index % 5)));
  if (type === 'BOOL') return String(index % 2 === 0);
  return example;
}

function moved(example: string, index: number): string {
  const time = new Date(Date.parse(example) + index * DAYS_APART * DAY_MS).toISOString();
  return example.length <= 'YYYY-MM-DD'.length ? time.slice(0, 10) : time.replace('T', ' ').replace(/(?:\.000)?Z$/, '+00');
}

/** A decimal times a whole number, exactly. */
function scaled(decimal: string, factor: bigint): string {
  const [whole = '', fraction = ''] = decimal.split('.');
  const digits = (BigInt(whole + fraction) * factor).toString().padStart(fraction.length + 1, '0');
  return fraction === '' ? digits : `${digits.slice(0, -fraction.length)}.${digits.slice(-fraction.length)}`;
}

/** How the keys of all streams look, by the name of their column: the first that a fixture has. */
async function keyShapes(): Promise<ReadonlyMap<string, string>> {
  const shapes = new Map<string, string>();
  for (const stream of streams) {
    const [name, ...more] = stream.key;
    const example = (await fixtureOf(stream)).rows[0]?.[name ?? ''];
    if (name !== undefined && more.length === 0 && !shapes.has(name) && example !== undefined && /^[\w-]*\d$/.test(String(example)))
      shapes.set(name, stream.columns[name]?.type === 'INT64' ? '0' : String(example));
  }
  return shapes;
}

function shaped(shape: string, number: number): string {
  const digits = /\d+$/.exec(shape)?.[0] ?? '';
  return `${shape.slice(0, shape.length - digits.length)}${String(number).padStart(digits.length, '0')}`;
}

/** What the pipeline wrote about three objects of each stream: all rows came in, some were rejected or double, one load is open. */
function pipelineTables(secret: Secret | undefined): readonly SampleTable[] {
  const objects = streams.flatMap((stream, place) =>
    Array.from({ length: OBJECTS }, (_, index) => {
      const time = new Date(FIRST_OBJECT + index * DAY_MS + place * 60_000).toISOString().replace(/\.000Z$/, 'Z');
      const raw_object = `${stream.id}/${time.slice(0, 10)}/${time.replaceAll(/[-:]/g, '')}-0badcafe.json`;
      return { stream, place, index, raw_object, time, records: 100 + place + index * 10, isOpen: place === 1 && index === OBJECTS - 1 };
    }),
  );
  const runs = objects.map(({ stream, raw_object, time, records, index, place }) => ({
    source: stream.source.name,
    stream: stream.name,
    outcome: 'success',
    rule: null,
    message: null,
    accept: null,
    records: String(records),
    rows: String(records - 3),
    rejects: '2',
    filtered: '1',
    rejects_stored: '2',
    reject_rules: null,
    warnings: null,
    drift: null,
    raw_size: '1000',
    raw_crc32c: '0badcafe',
    raw_created: seconds(time, 5 + index),
    code_version: 'sample',
    contract_hash: 'sample',
    _raw_object: raw_object,
    _raw_generation: '1',
    _row: '1',
    _extracted_at: seconds(time, 0),
    load_timestamp: seconds(time, 60 + place),
  }));
  const loads = objects
    .filter(({ isOpen }) => !isOpen)
    .map(({ stream, raw_object, time, records, place }) => ({
      source: stream.source.name,
      stream: stream.name,
      raw_object,
      raw_generation: '1',
      run_time: seconds(time, 0),
      clean_object: `${raw_object}.1`,
      outcome: 'loaded',
      rule: null,
      message: null,
      accept: null,
      rows: String(records - 3),
      duplicates: '1',
      loaded: String(records - 4),
      superseded: '0',
      ms: '40',
      code_version: 'sample',
      loaded_at: seconds(time, 60 + place),
    }));
  const rejects = objects.slice(0, REJECTING).flatMap(({ stream, raw_object, time, place }) =>
    [1, 2].map((row) => ({
      source: stream.source.name,
      stream: stream.name,
      field: row === 1 ? '' : 'amount',
      rule: row === 1 ? 'size' : 'type',
      reasons: '["amount: type: a number"]',
      line: null,
      record: secret?.(stream, 'record', row) ?? '{}',
      _raw_object: raw_object,
      _raw_generation: '1',
      _row: String(row),
      _extracted_at: seconds(time, 0),
      load_timestamp: seconds(time, 60 + place),
    })),
  );
  const rows: Readonly<Record<string, SampleTable['rows']>> = { runs, rejects };
  return [...builtInStreams.map(streamTable).map((spec) => ({ spec, rows: rows[spec.table] ?? [] })), { spec: LOADS_TABLE, rows: loads }];
}

function seconds(time: string, more: number): string {
  return moved(new Date(Date.parse(time) + more * 1_000).toISOString().replace(/\.000Z$/, 'Z'), 0);
}

function literal(type: ColumnType, value: string | null): string {
  if (value === null) return `CAST(NULL AS ${type})`;
  if (type === 'INT64') return `CAST(${quoted(value)} AS INT64)`;
  if (type === 'FLOAT64' || type === 'NUMERIC') return `CAST(${quoted(value)} AS ${type})`;
  if (type === 'BOOL') return value.toUpperCase();
  if (type === 'STRING') return quoted(value);
  if (type === 'JSON') return `PARSE_JSON(${quoted(value)})`;
  return `${type} ${quoted(value)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`;
}
