import { Ajv } from 'ajv';
import type { Stream } from '../../shared/stream.ts';
import type { Rule } from '../../shared/streams/rules.ts';
import type { Members } from '../../shared/vocabulary/pages.ts';
import type { ColumnType } from '../../shared/warehouse/table.ts';
import { type Fixture, withField } from './stream-fixture.ts';

const DAY_MS = 86_400_000;
const YEAR_2000 = Date.UTC(2000, 0, 1);
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
  const names = stream.key.length > 0 ? stream.key : ownColumns(stream);
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
  const time = new Date(YEAR_2000 + index * DAY_MS).toISOString();
  const parts: Readonly<Record<string, string>> = { YYYY: time.slice(0, 4), MM: time.slice(5, 7), DD: time.slice(8, 10), HH: '00', mm: '00', ss: '00', Z: 'Z' };
  const inFormat = (fallback: string) =>
    (column?.formats?.[0] ?? fallback).replaceAll(/YYYY|MM?|DD?|HH|mm|ss|Z/g, (token) => parts[token] ?? String(Number(parts[token + token])));
  switch (column?.type) {
    case 'INT64':
    case 'NUMERIC':
      return 700_000_000 + index;
    case 'DATE':
      return inFormat('YYYY-MM-DD');
    case 'DATETIME':
      return inFormat('YYYY-MM-DDTHH:mm:ss');
    case 'TIMESTAMP':
      return inFormat('YYYY-MM-DDTHH:mm:ssZ');
    default:
      return `variant ${index}`;
  }
}

/** What to change in a record so that it breaks a rule, as found by the rule's own schema; undefined where nothing was found. */
export function breakOf(stream: Stream, rule: Rule, row: Members, { breaks }: Fixture, record: Members): Members | undefined {
  const given = breaks[`${rule.fields[0]}: ${rule.name}`];
  if (given !== undefined) return { ...record, ...given };
  const holds = new Ajv({ strict: false }).compile(rule.schema);
  for (const name of rule.fields) {
    const column = stream.columns[name];
    if (column === undefined || column.page !== undefined) continue;
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
