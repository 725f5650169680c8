import { Ajv } from 'ajv';
import type { ColumnDeclaration, Stream } from '../../shared/stream.ts';
import type { Rule } from '../../shared/streams/rules.ts';
import type { Members } from '../../shared/vocabulary/pages.ts';
import type { ColumnType } from '../../shared/warehouse/table.ts';
import { type Fixture, withField } from './stream-fixture.ts';

const DAY_MS = 86_400_000;
const YEAR_2000 = Date.UTC(2000, 0, 1);
const DEFAULT_FORMATS: Readonly<Partial<Record<ColumnType, string>>> = {
  DATE: 'YYYY-MM-DD',
  DATETIME: 'YYYY-MM-DDTHH:mm:ss',
  TIMESTAMP: 'YYYY-MM-DDTHH:mm:ssZ',
};
/** Which column of a key is varied first: a text is the likeliest to mean something to a rule. */
const VARIED: readonly ColumnType[] = ['INT64', 'NUMERIC', 'DATE', 'TIMESTAMP', 'DATETIME', 'STRING'];

/** The columns that a record feeds; a column of the page is the same for all. */
export function ownColumns({ columns }: Stream): readonly string[] {
  return Object.keys(columns).filter((name) => columns[name]?.page === undefined);
}

/** The record with another key; with another value of some column where the stream has no key. */
export function varied(stream: Stream, record: Members, index: number): Members {
  const name = variedColumn(stream);
  if (name === undefined) return record;
  return withField(stream, record, name, another(stream, name, index));
}

/** The column that `varied` varies; undefined where every one of them has a rule. */
export function variedColumn(stream: Stream): string | undefined {
  // The day that a window replaces is the day on which it changed.
  const day = stream.key.length > 1 && 'column' in stream.write ? stream.write.column : undefined;
  const names = (stream.key.length > 0 ? stream.key : ownColumns(stream)).filter((name) => name !== day);
  const free = names.filter((name) => !isRuled(stream, name) && ownColumns(stream).includes(name));
  return VARIED.map((type) => free.find((name) => stream.columns[name]?.type === type)).find((name) => name !== undefined);
}

/** A column that may change without changing which row it is, nor breaking a rule; undefined where there is none. */
export function freeColumn(stream: Stream): string | undefined {
  const kept = new Set([...stream.key, 'column' in stream.write ? stream.write.column : '']);
  return ownColumns(stream).find((name) => !kept.has(name) && !isRuled(stream, name) && VARIED.includes(stream.columns[name]?.type ?? 'JSON'));
}

/** A valid value for a column, other than any that people write into a fixture. */
export function another(stream: Stream, name: string, index: number): unknown {
  const column = stream.columns[name];
  switch (column?.type) {
    case 'INT64':
    case 'NUMERIC':
      return 700_000_000 + index;
    case 'DATE':
    case 'DATETIME':
    case 'TIMESTAMP':
      return inFormat(column, YEAR_2000 + index * DAY_MS);
    default:
      return `variant ${index}`;
  }
}

/** A moment as a record has it: in the first format of the column. */
export function inFormat({ type, formats }: ColumnDeclaration, at: number): string {
  const time = new Date(at).toISOString();
  const [year, month, day] = [time.slice(0, 4), time.slice(5, 7), time.slice(8, 10)];
  const parts: Readonly<Record<string, string>> = {
    YYYY: year,
    MM: month,
    M: `${Number(month)}`,
    DD: day,
    D: `${Number(day)}`,
    HH: time.slice(11, 13),
    mm: time.slice(14, 16),
    ss: time.slice(17, 19),
    Z: 'Z',
  };
  const format = formats?.[0] ?? DEFAULT_FORMATS[type] ?? '';
  return format.replaceAll(/YYYY|MM?|DD?|HH|mm|ss|Z/g, (token) => parts[token] ?? token);
}

/** What to change in a record so that it breaks a rule, as found by the rule's own schema; undefined where nothing was found. */
export function breakOf(stream: Stream, rule: Rule, row: Members, { breaks }: Fixture, record: Members): Members | undefined {
  const given = breaks[`${rule.fields[0]}: ${rule.name}`];
  if (given !== undefined) return { ...record, ...given };
  const holds = new Ajv({ strict: false }).compile(rule.schema);
  for (const name of rule.fields) {
    const column = stream.columns[name];
    if (column === undefined || (column.page !== undefined && column.field === undefined)) continue;
    const values = candidates(column.type, JSON.stringify(rule.schema));
    const value = values.find((candidate) => !holds({ ...row, [name]: candidate }));
    if (value !== undefined) return withField(stream, record, name, value);
    const { [name]: _gone, ...without } = row;
    if (column.required !== true && !holds(without)) return withField(stream, record, name, null);
  }
  return undefined;
}

/** Values that are the same in a record and in its row. */
function candidates(type: ColumnType, schema: string): readonly (string | number | boolean)[] {
  const bounds = [...schema.matchAll(/-?\d+(?:\.\d+)?/g)].map(([text]) => Number(text)).flatMap((bound) => [bound - 1, bound + 1]);
  const numbers = [-1, 0, ...bounds, 999_999_999];
  switch (type) {
    case 'STRING':
      return ['~', 'x', 'X', '0', ' ', 'x'.repeat(1000)];
    case 'INT64':
      return numbers.filter((number) => Number.isInteger(number));
    case 'FLOAT64':
      return numbers;
    case 'NUMERIC':
      return numbers.map(String);
    case 'BOOL':
      return [true, false];
    default:
      return [];
  }
}

function isRuled({ rules }: Stream, name: string): boolean {
  return rules.some(({ fields }) => fields.includes(name));
}
