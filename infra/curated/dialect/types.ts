import { keyword, solid, type Token } from './tokens.ts';
import { refuse } from './unsupported.ts';

/** BigQuery's types and what holds the same values in DuckDB. */
const TYPES: Readonly<Record<string, string>> = {
  INT64: 'BIGINT',
  FLOAT64: 'DOUBLE',
  NUMERIC: 'DECIMAL(38,9)',
  STRING: 'VARCHAR',
  BYTES: 'BLOB',
  BOOL: 'BOOLEAN',
  TIMESTAMP: 'TIMESTAMPTZ',
  DATETIME: 'TIMESTAMP',
  DATE: 'DATE',
  JSON: 'JSON',
};

/** Parts of a date or time, as DuckDB's `date_trunc`, `date_diff` and INTERVAL know them; weeks are told apart by the macros. */
const PARTS = new Set(['MICROSECOND', 'MILLISECOND', 'SECOND', 'MINUTE', 'HOUR', 'DAY', 'WEEK', 'ISOWEEK', 'MONTH', 'QUARTER', 'YEAR', 'ISOYEAR']);
const WEEK_DAYS = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'];

/** The DuckDB type of a name; undefined where it is none. */
export function typeNamed(name: string): string | undefined {
  return TYPES[name];
}

/** The DuckDB type that the tokens name. */
export function typeOf(tokens: readonly Token[]): string {
  const [first, ...rest] = solid(tokens);
  const type = TYPES[keyword(first)];
  if (type === undefined || rest.length > 0) refuse(`the type ${solid(tokens).map(textOf).join(' ')}`);
  return type;
}

export function isPart(word: string): boolean {
  return PARTS.has(word);
}

/** Reads a part: `MONTH`, `WEEK(MONDAY)`; the week day comes after an underscore. */
export function partOf(tokens: readonly Token[]): string {
  const [first, days, ...rest] = solid(tokens);
  const part = keyword(first);
  if (!PARTS.has(part) || rest.length > 0) refuse(`the part ${solid(tokens).map(textOf).join(' ')}`);
  if (days === undefined) return part === 'WEEK' ? 'WEEK_SUNDAY' : part === 'ISOWEEK' ? 'WEEK_MONDAY' : part;
  const day = keyword(solid(days.inner)[0]);
  if (part !== 'WEEK' || !WEEK_DAYS.includes(day)) refuse(`the part ${part}(${day})`);
  return `WEEK_${day}`;
}

function textOf({ kind, text }: Token): string {
  return kind === 'group' ? `${text}…` : text;
}
