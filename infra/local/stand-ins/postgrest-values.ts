/** Types of columns, by Postgres' names. */
export type PgType = 'int8' | 'numeric' | 'text' | 'bool' | 'date' | 'timestamp' | 'timestamptz';

/** A value in a row; an int8 beyond 2^53 is a bigint. */
export type PgValue = string | number | bigint | boolean | null;

export type PgRow = Readonly<Record<string, PgValue>>;

/** A value in a form that `compare` orders as Postgres orders the type. */
export type Comparable = string | number | bigint;

/** A table as PostgREST shows it; a changed row moves to the end, as in a heap. */
export interface PgTable {
  readonly columns: Readonly<Record<string, PgType>>;
  readonly key: string;
  readonly rows: ReadonlyMap<string, PgRow>;
}

/** What PostgREST answers to a request that it refuses. */
export class PostgrestError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: string | null;
  readonly hint: string | null;

  constructor(status: number, code: string, message: string, { details = null, hint = null }: { details?: string | null; hint?: string | null } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
    this.hint = hint;
  }
}

const NAMES: Readonly<Record<PgType, string>> = {
  int8: 'bigint',
  numeric: 'numeric',
  text: 'text',
  bool: 'boolean',
  date: 'date',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
};
const MOMENT = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?)? ?(Z|[+-]\d{2}(?::?\d{2})?)?$/;

/** A literal of a type; throws PostgrestError (22P02, 22007) where it is none. */
export function comparable(type: PgType, text: string): Comparable {
  const value = readLiteral(type, text);
  if (value !== undefined) return value;
  const code = type === 'date' || type.startsWith('timestamp') ? '22007' : '22P02';
  throw new PostgrestError(400, code, `invalid input syntax for type ${NAMES[type]}: ${JSON.stringify(text)}`);
}

/** Less than 0 where `a` comes first. */
export function compare(a: Comparable, b: Comparable): number {
  if (typeof a === 'string' || typeof b === 'string') return Number(String(a) > String(b)) - Number(String(a) < String(b));
  return Number(a > b) - Number(a < b);
}

/** Rows as JSON, a bigint with all its digits. */
export function rowsJson(rows: readonly PgRow[]): string {
  return `[${rows.map((row) => `{${Object.entries(row).map(([name, value]) => `${JSON.stringify(name)}:${valueJson(value)}`)}}`)}]`;
}

function valueJson(value: PgValue): string {
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}

function readLiteral(type: PgType, text: string): Comparable | undefined {
  switch (type) {
    case 'text':
      return text;
    case 'int8':
      return /^[+-]?\d{1,19}$/.test(text) ? BigInt(text) : undefined;
    case 'numeric':
      return /^[+-]?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
    case 'bool':
      return /^(?:true|false)$/.test(text) ? text : undefined;
    default:
      return microseconds(text);
  }
}

/** Since 1970, to the microsecond, which a Date does not hold; without a zone it is UTC. */
function microseconds(text: string): bigint | undefined {
  const [whole, day, clock = '00:00:00', fraction = '', zone = 'Z'] = MOMENT.exec(text) ?? [];
  const milliseconds = whole === undefined ? Number.NaN : Date.parse(`${day}T${clock}${/^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone}`);
  // V8 takes the 30th of February for a day in March.
  if (Number.isNaN(milliseconds) || new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) !== day) return undefined;
  return BigInt(milliseconds) * 1000n + BigInt(fraction.padEnd(6, '0'));
}
