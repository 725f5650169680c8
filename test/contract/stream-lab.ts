import { expect } from '@jest/globals';
import { parseDocument } from '../../shared/json/envelope.ts';
import { builtInObjectName, cleanObjectName, parseRawName, type RawName } from '../../shared/names.ts';
import type { ObjectInfo } from '../../shared/object-store/object-store.ts';
import type { Stream } from '../../shared/stream.ts';
import type { Members } from '../../shared/vocabulary/pages.ts';
import type { ColumnType } from '../../shared/warehouse/table.ts';
import type { Chain } from '../support/chain.ts';
import type { File } from './stream-fixture.ts';

/** What became of one dropped file. */
export interface Outcome {
  readonly raw: RawName;
  readonly object: ObjectInfo;
  /** The run record. */
  readonly run: Members;
  /** Clean rows by the ordinal of their record, from 1. */
  readonly rows: ReadonlyMap<number, Members>;
  /** Reasons by the ordinal of their record. */
  readonly rejects: ReadonlyMap<number, readonly string[]>;
}

/** Drops files of any stream on one chain; each is a day younger than the one before. */
export interface StreamLab {
  readonly chain: Chain;
  /** Puts a file and transforms it; no gate stops it. */
  transform(stream: Stream, file: File, name?: string): Promise<Outcome>;
  /** Loads the clean object, too; rejects and run record only take time. */
  load(stream: Stream, file: File, name?: string): Promise<Outcome>;
}

/** Rows of the table as they are compared: every column but the pipeline's own. */
export type TableRow = Readonly<Record<string, unknown>>;

const GATES = ['columns', 'drop', 'min', 'rejects'];
const FIRST_DAY = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const OWN_COLUMNS = new Set(['_raw_object', '_raw_generation', '_row', '_extracted_at', 'load_timestamp']);

/** Makes a lab on a chain. */
export function streamLab(chain: Chain): StreamLab {
  let files = 0;

  async function transform(stream: Stream, { extension, body }: File, name?: string): Promise<Outcome> {
    files += 1;
    const day = new Date(FIRST_DAY + files * DAY_MS).toISOString().slice(0, 10);
    const object = await chain.put(name ?? `${stream.id}/${day}/drop-${files}.${extension}`, body, { accept: GATES.join('+') });
    const raw = parseRawName(object.name)!;
    expect(await chain.finalize(chain.raw, object)).toMatchObject({ status: 200, body: { status: 'success' } });
    const [run] = await chain.lines(builtInObjectName('runs', raw, object, GATES));
    const rows = await linesAt(chain, cleanObjectName(raw, object, GATES));
    const rejects = await linesAt(chain, builtInObjectName('rejects', raw, object, GATES));
    return {
      raw,
      object,
      run: run ?? {},
      rows: new Map(rows.map((row) => [Number(row['_row']), row])),
      rejects: new Map(rejects.map(({ _row, reasons }) => [Number(_row), (reasons as string[]).map((reason) => reason.split(': ', 2).join(': '))])),
    };
  }

  return {
    chain,
    transform,
    async load(stream, file, name) {
      const outcome = await transform(stream, file, name);
      const [clean] = await cleanObjects(chain, outcome);
      expect(clean && (await chain.finalize(chain.clean, clean))).toMatchObject({ status: 200, body: { status: 'success' } });
      return outcome;
    },
  };
}

/** Clean object, rejects and run record of one generation of a raw object. */
export async function cleanObjects(chain: Chain, { raw, object }: Outcome): Promise<readonly ObjectInfo[]> {
  const names = [cleanObjectName(raw, object, GATES), builtInObjectName('rejects', raw, object, GATES), builtInObjectName('runs', raw, object, GATES)];
  const found = await Promise.all(names.map((name) => chain.clean.stat(name)));
  return found.filter((info) => info !== undefined);
}

/** A stream's rows in the table, all columns included; those of one raw object where it is named. */
export async function tableRows(chain: Chain, { table }: Stream, rawObject?: string): Promise<readonly TableRow[]> {
  const where = rawObject === undefined ? '' : ` WHERE _raw_object = '${rawObject}'`;
  return await chain.rows(`SELECT * FROM "${table.dataset}"."${table.name}"${where} ORDER BY _raw_object, _row`);
}

/** A row of the table, or of a fixture, without the pipeline's columns, with one text for each value that is the same. */
export function comparable(stream: Stream, row: Members): TableRow {
  const own = Object.entries(row).filter(([name, value]) => !OWN_COLUMNS.has(name) && !(name === '_extra' && value === null));
  return Object.fromEntries(own.map(([name, value]) => [name, plain(stream.columns[name]?.type ?? (name === '_extra' ? 'JSON' : 'STRING'), value)]));
}

/** The declared columns of a row; those of undeclared fields are in the fixture's rows. */
export function declared(stream: Stream, row: Members): TableRow {
  const names = Object.keys(stream.columns);
  return comparable(stream, Object.fromEntries(names.map((name) => [name, row[name] ?? null])));
}

/** A value of a column as both the warehouse and a person may write it: decimals without needless zeros, JSON as its text. */
export function plain(type: ColumnType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  switch (type) {
    case 'NUMERIC':
      return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
    case 'INT64':
      return text;
    case 'FLOAT64':
      return Number(text);
    case 'JSON':
      return JSON.stringify(sorted(typeof value === 'string' ? parseDocument(Buffer.from(value)) : value));
    default:
      return value;
  }
}

/** The members of every object by name: their order says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

async function linesAt(chain: Chain, name: string): Promise<readonly Members[]> {
  return (await chain.clean.stat(name)) === undefined ? [] : await chain.lines(name);
}
