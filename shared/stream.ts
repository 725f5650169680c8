import { createHash } from 'node:crypto';
import { checkAsking } from './asking.ts';
import { contractProblem } from './contract-problem.ts';
import type { CsvOptions } from './csv/csv-reader.ts';
import { pointerPath, pointerProblem } from './json/pointer.ts';
import type { Source } from './source.ts';
import type { Rule } from './streams/rules.ts';
import type { ListedValue } from './vocabulary/listed.ts';
import type { Pages } from './vocabulary/pages.ts';
import type { ReportDeclaration, RequestContext, StreamRequest } from './vocabulary/request.ts';
import type { RowsDeclaration } from './vocabulary/rows.ts';
import type { ScheduleDeclaration } from './vocabulary/schedule.ts';
import type { WindowDeclaration } from './vocabulary/window.ts';
import type { ColumnType } from './warehouse/table.ts';

export interface ColumnDeclaration {
  readonly type: ColumnType;
  readonly description?: string;
  /** A record without it is rejected; NULL is impossible in the table. */
  readonly required?: true;
  /** The record's member, where it is not called like the column; what begins with `/` is a JSON pointer into the record. */
  readonly field?: string;
  /** A JSON pointer into the page that the record came in: what a source says of a page goes with its rows. A field beside it is of dropped files, which have no page. */
  readonly page?: string;
  /** Where the value is in a record that the source answers, where that has another shape than the dropped files in which it is the field. */
  readonly answer?: Answer;
  /** A value that cannot be cast is null with a warning, instead of a reject. */
  readonly invalid?: 'null';
  /** An empty text stays one, instead of null. */
  readonly empty?: 'keep';
  /** Date formats in the order of trial, of YYYY MM DD M D HH mm ss; ISO 8601 where none is named. */
  readonly formats?: readonly string[];
  /** The zone of a TIMESTAMP's text that names none; without it such a text is invalid. */
  readonly zone?: 'UTC';
  /** Digits of a NUMERIC, nine of them decimals; 18 where it does not say. */
  readonly precision?: 38;
  /** The source's amounts are floating-point numbers: what stands behind the ninth decimal is rounded, half away from zero, instead of a reject. */
  readonly decimals?: 'round';
  /** Who may see it: `pii` never reaches readers of reports. */
  readonly privacy?: 'pii';
}

export type Columns = Readonly<Record<string, ColumnDeclaration>>;

/** A JSON pointer into the record, or what stands in one of its lists. */
export type Answer = string | ListedValue;

/** How rows reach the table: within its scope, a newer object's rows replace older ones. */
export type WriteMode<Column extends string = string> =
  | { readonly mode: 'replace'; readonly scope: 'table' | 'object' | 'generation' }
  | { readonly mode: 'replace'; readonly scope: 'date'; readonly column: Column }
  | { readonly mode: 'merge' };

/**
 * A newer object replaces the older rows in its scope: `table`, a full snapshot; `object`, its own earlier generation
 * (immutable facts); or each value that the object has in a required date column (a window that is read again).
 */
export function replace(scope?: 'table' | 'object'): WriteMode<never>;
export function replace<const Column extends string>(scope: { readonly date: Column }): WriteMode<Column>;
export function replace(scope: 'table' | 'object' | { readonly date: string } = 'table'): WriteMode {
  return typeof scope === 'string' ? { mode: 'replace', scope } : { mode: 'replace', scope: 'date', column: scope.date };
}

/** The newest version of each key wins; re-processing corrects rows and never removes any. */
export function merge(): WriteMode<never> {
  return { mode: 'merge' };
}

/** What a person must know before bad data is visible; the first three stop the object, `band` only warns. */
export interface Expectations {
  /** The least number of records. */
  readonly min: number;
  /** Refused where the rows in scope would shrink by this share or more. */
  readonly drop: number;
  /** Refused where more than this share of the records is rejected. */
  readonly rejects: number;
  /** Fields that at least one record must have. */
  readonly columns: readonly string[];
  /** Warned about where the number of records is outside, bounds included. */
  readonly band?: readonly [number, number];
}

export type Keep = (record: Readonly<Record<string, unknown>>) => boolean;

/** What an answer without records has at a JSON pointer. */
export interface EmptyAnswer {
  readonly at: string;
  readonly is: string;
}

type RequiredDates<C extends Columns> = { [Name in keyof C]: C[Name] extends { required: true; type: 'DATE' } ? Name : never }[keyof C] & string;
type RequiredNames<C extends Columns> = { [Name in keyof C]: C[Name] extends { required: true } ? Name : never }[keyof C] & string;

/** One kind of record of a source, in the order in which data passes: how to ask, what a row is, what makes it valid, where it goes. */
export interface StreamDeclaration<Names extends string, C extends Columns> {
  readonly source: Source<Names>;
  readonly name: string;
  readonly description: string;
  /** How to ask the source; a stream without it is only dropped. */
  readonly request?: (context: RequestContext<Names>) => StreamRequest;
  /** Which rows to ask the source's database for, instead of a request. */
  readonly rows?: RowsDeclaration;
  /** How the pages of the answer follow each other; one answer where it does not say. */
  readonly pages?: Pages;
  /** Which part of time a run asks for; without it, each run asks for the full set. */
  readonly window?: WindowDeclaration;
  /** A report that has to be made before it can be asked for. */
  readonly report?: ReportDeclaration<Names>;
  /** JSON pointer (RFC 6901) to the array of records in the answer; '' is the document itself. */
  readonly records?: string;
  /** An answer without any records has no array at all; then it has this, which tells it from an error. */
  readonly empty?: EmptyAnswer;
  /** How dropped CSV files are read; comma, semicolon, tab or bar is found by itself. */
  readonly csv?: CsvOptions;
  /** Which records the stream wants; the others are counted as filtered. Asked about JSON objects only. */
  readonly keep?: Keep;
  readonly columns: C;
  /** Where fields go that are not declared: one JSON column `_extra`, or a STRING column each. */
  readonly unknown?: 'extra' | 'columns' | 'none';
  readonly key?: readonly NoInfer<RequiredNames<C>>[];
  readonly write: WriteMode<NoInfer<RequiredDates<C>>>;
  readonly rules?: readonly Rule<NoInfer<keyof C & string>>[];
  readonly expect?: {
    readonly rows?: { readonly min?: number; readonly drop?: number; readonly band?: readonly [number, number] };
    readonly rejects?: number;
    readonly columns?: readonly string[];
  };
  readonly schedule?: ScheduleDeclaration;
  readonly table: {
    readonly dataset: string;
    readonly name: string;
    readonly partition?: NoInfer<keyof C & string>;
    readonly cluster?: readonly NoInfer<keyof C & string>[];
  };
}

/** A stream with every default filled in. */
export interface Stream {
  /** `<source>/<stream>`. */
  readonly id: string;
  readonly source: Source;
  readonly name: string;
  readonly description: string;
  readonly request: ((context: RequestContext) => StreamRequest) | undefined;
  readonly rows: RowsDeclaration | undefined;
  readonly pages: Pages;
  readonly window: WindowDeclaration | undefined;
  readonly report: ReportDeclaration | undefined;
  readonly records: string;
  readonly empty: EmptyAnswer | undefined;
  readonly csv: CsvOptions | undefined;
  readonly keep: Keep | undefined;
  readonly columns: Columns;
  readonly unknown: 'extra' | 'columns' | 'none';
  readonly key: readonly string[];
  readonly write: WriteMode;
  readonly rules: readonly Rule[];
  readonly expect: Expectations;
  readonly schedule: ScheduleDeclaration | undefined;
  readonly table: { readonly dataset: string; readonly name: string; readonly partition: string; readonly cluster: readonly string[] };
}

const NAME = /^[a-z][a-z0-9_]*$/;
const COLUMN_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,299}$/;
const DEFAULT_DROP = 0.5;
const DEFAULT_REJECTS = 0.05;
const MAX_CLUSTER_COLUMNS = 4;
const PARTITIONING: ReadonlySet<ColumnType> = new Set(['DATE', 'DATETIME', 'TIMESTAMP'] as const);

/** Declares a stream; throws where the declaration contradicts itself, so that no such deployment starts. */
export function defineStream<const Names extends string, const C extends Columns>(declaration: StreamDeclaration<Names, C>): Stream {
  const { source, name, columns, expect = {}, table, key = [] } = declaration;
  const id = `${source.name}/${name}`;
  if (!NAME.test(name)) throw new Error(`stream "${id}": a name is lower-case letters, digits and _`);
  checkColumns(id, columns);
  if ((declaration.records ?? '') === '' && Object.values<ColumnDeclaration>(columns).some((column) => column.page !== undefined))
    throw new Error(`stream "${id}": a column reads the page, but the page is nothing but records`);
  checkAsking(id, declaration);
  const problem = contractProblem(declaration);
  if (problem !== undefined) throw new Error(`stream "${id}": ${problem}`);
  checkTable(id, columns, table);
  if (declaration.write.mode === 'merge' && key.length === 0) throw new Error(`stream "${id}": merge needs a key`);
  return {
    id,
    source,
    name,
    description: declaration.description,
    request: declaration.request as Stream['request'],
    rows: declaration.rows,
    pages: declaration.pages ?? { type: 'none' },
    window: declaration.window,
    report: declaration.report as Stream['report'],
    records: declaration.records ?? '',
    empty: declaration.empty,
    csv: declaration.csv,
    keep: declaration.keep,
    columns,
    unknown: declaration.unknown ?? 'extra',
    key,
    write: declaration.write,
    rules: declaration.rules ?? [],
    expect: {
      min: expect.rows?.min ?? (isSnapshot(declaration.write) ? 1 : 0),
      drop: expect.rows?.drop ?? DEFAULT_DROP,
      rejects: expect.rejects ?? DEFAULT_REJECTS,
      columns: expect.columns ?? [],
      ...(expect.rows?.band === undefined ? {} : { band: expect.rows.band }),
    },
    schedule: declaration.schedule,
    table: {
      dataset: table.dataset,
      name: table.name,
      partition: table.partition ?? '_extracted_at',
      cluster: (table.cluster ?? key).slice(0, MAX_CLUSTER_COLUMNS),
    },
  };
}

/** Names the state of a contract: 16 hex digits over everything that decides what a row is. */
export function contractHash(stream: Stream): string {
  const { records, csv, columns, unknown, key, write, rules, expect, table } = stream;
  const keep = stream.keep?.toString();
  return createHash('sha256').update(JSON.stringify({ records, csv, keep, columns, unknown, key, write, rules, expect, table })).digest('hex').slice(0, 16);
}

/** True where the source is asked; the other streams live on file drops. */
export function isAsked({ request, rows }: Pick<Stream, 'request' | 'rows'>): boolean {
  return request !== undefined || rows !== undefined;
}

/** True where each object is all there is, so that what it lacks is gone. */
export function isSnapshot(write: WriteMode): boolean {
  return write.mode === 'replace' && write.scope === 'table';
}

/** The member of a record, or the pointer into it, that a column is read from; of a column of the page, nothing that a record has. */
export function fieldOf(name: string, column: ColumnDeclaration): string {
  return column.field ?? name;
}

/** The record's own member that feeds a column; undefined where the page alone does. */
export function memberOf(name: string, column: ColumnDeclaration): string | undefined {
  if (column.page !== undefined && column.field === undefined) return undefined;
  const field = fieldOf(name, column);
  return field.startsWith('/') ? pointerPath(field)[0] : field;
}

/** The member that feeds a column in a record as the source answers it, where that has another shape. */
export function answerMemberOf({ answer }: ColumnDeclaration): string | undefined {
  return answer === undefined ? undefined : pointerPath(typeof answer === 'string' ? answer : answer.list)[0];
}

/** The members that a stream reads from a record; without a required one no record is valid. */
export function membersOf({ columns }: Pick<Stream, 'columns'>): readonly { readonly name: string; readonly required: boolean }[] {
  return Object.entries(columns).flatMap(([name, column]) => {
    const member = memberOf(name, column);
    return member === undefined ? [] : [{ name: member, required: column.required === true }];
  });
}

function checkTable(id: string, columns: Columns, { partition, cluster = [] }: { readonly partition?: string; readonly cluster?: readonly string[] }): void {
  const type = partition === undefined ? 'DATE' : columns[partition]?.type;
  if (type === undefined || !PARTITIONING.has(type))
    throw new Error(`stream "${id}": partition is "${partition}": write a column of type DATE, DATETIME or TIMESTAMP`);
  const unknown = cluster.find((name) => columns[name] === undefined);
  if (unknown !== undefined) throw new Error(`stream "${id}": cluster names "${unknown}", which is none of its columns`);
}

function checkColumns(id: string, columns: Columns): void {
  const seen = new Set<string>();
  const fields = new Set<string>();
  for (const [name, column] of Object.entries(columns)) {
    const field = fieldOf(name, column);
    if (!COLUMN_NAME.test(name) || name.startsWith('_')) throw new Error(`stream "${id}": "${name}" is no column name (letters, digits, _; not first _)`);
    if (seen.has(name.toLowerCase()) || name.toLowerCase() === 'load_timestamp') throw new Error(`stream "${id}": column "${name}" is there twice`);
    if (field in Object.prototype) throw new Error(`stream "${id}": field "${field}" is a member of every object`);
    const problem = pointersOf(column).flatMap((pointer) => pointerProblem(`what column "${name}" reads`, pointer) ?? [])[0];
    if (problem !== undefined) throw new Error(`stream "${id}": ${problem}`);
    if (fields.has(field)) throw new Error(`stream "${id}": field "${field}" feeds two columns`);
    seen.add(name.toLowerCase());
    fields.add(field);
  }
}

function pointersOf({ field, page, answer }: ColumnDeclaration): readonly (string | undefined)[] {
  const inAnswer = typeof answer === 'object' ? [answer.list, ...answer.value] : [answer];
  return [field?.startsWith('/') === true ? field : undefined, page, ...inAnswer];
}
