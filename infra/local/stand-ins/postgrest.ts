import { all, parameterCondition, typeOf } from './postgrest-filter.ts';
import { comparable, compare, type PgRow, type PgTable, PostgrestError, rowsJson } from './postgrest-values.ts';

/** A read as PostgREST gets it. */
export interface PostgrestRead {
  readonly table: PgTable;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** db-max-rows: a page is never longer, whatever is asked for. */
  readonly maxRows: number;
}

/** One page, as PostgREST gives it. */
export interface PostgrestPage {
  readonly status: number;
  readonly contentRange: string;
  readonly rows: readonly PgRow[];
  readonly body: string;
}

interface Range {
  readonly first: number;
  readonly rows: number;
}

interface Order {
  readonly column: string;
  /** -1 turns it round. */
  readonly sign: number;
  /** -1 where nulls come first. */
  readonly nulls: number;
}

const NOT_FILTERS = new Set(['select', 'order', 'limit', 'offset']);
const UNSATISFIABLE = 'Requested range not satisfiable';

/** Answers a read of a table; throws PostgrestError. The rules of status and range are those of the server's own tests. */
export function readTable({ table, query, headers, maxRows }: PostgrestRead): PostgrestPage {
  const filters = [...query].filter(([name]) => !NOT_FILTERS.has(name)).map(([name, value]) => parameterCondition(table, name, value));
  const matches = all(filters);
  const found = sorted(
    table,
    [...table.rows.values()].filter((row) => matches(row) === true),
    query.get('order'),
  );
  const { first, rows: asked } = rangeOf(query, headers['range']);
  const page = found.slice(first, first + Math.min(asked, maxRows));
  const total = /\bcount=(?:exact|planned|estimated)\b/.test(headers['prefer'] ?? '') ? found.length : undefined;
  if (total !== undefined && first > total) throw pastTheEnd(first, total);
  const range = page.length === 0 ? '*' : `${first}-${first + page.length - 1}`;
  const rows = selected(table, page, query.get('select') ?? '*');
  return { status: total === undefined || page.length >= total ? 200 : 206, contentRange: `${range}/${total ?? '*'}`, rows, body: rowsJson(rows) };
}

/** What a refusal is sent with beside its body. */
export function refusalRange(error: PostgrestError): string | undefined {
  const total = error.code === 'PGRST103' ? /only (\d+) rows/.exec(error.details ?? '')?.[1] : undefined;
  return total === undefined ? undefined : `*/${total}`;
}

/** The header wins over the query; an offset below 0 counts as none. */
function rangeOf(query: URLSearchParams, header: string | undefined): Range {
  const [, from, to] = /^(\d+)-(\d*)$/.exec(header ?? '') ?? [];
  if (from !== undefined) {
    const rows = to === '' ? Number.POSITIVE_INFINITY : Number(to) - Number(from) + 1;
    if (rows >= 1) return { first: Number(from), rows };
    throw unsatisfiable('The lower boundary must be lower than or equal to the upper boundary in the Range header.');
  }
  const rows = wholeNumber(query.get('limit')) ?? Number.POSITIVE_INFINITY;
  if (rows < 0) throw unsatisfiable('Limit should be greater than or equal to zero.');
  return { first: Math.max(0, wholeNumber(query.get('offset')) ?? 0), rows };
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

function pastTheEnd(first: number, total: number): PostgrestError {
  return unsatisfiable(`An offset of ${first} was requested, but there are only ${total} rows.`);
}

function unsatisfiable(details: string): PostgrestError {
  return new PostgrestError(416, 'PGRST103', UNSATISFIABLE, { details });
}

/** Without an order it is that of the heap, which nobody may rely on. */
function sorted(table: PgTable, rows: readonly PgRow[], text: string | null): readonly PgRow[] {
  if (text === null) return rows;
  const orders = text.split(',').map(orderOf);
  const types = orders.map(({ column }) => typeOf(table, column));
  const keyed = rows.map((row) => ({
    row,
    keys: orders.map(({ column }, at) => {
      const value = row[column] ?? null;
      const type = types[at];
      return value === null || type === undefined ? null : comparable(type, String(value));
    }),
  }));
  keyed.sort((a, b) => {
    for (const [at, { sign, nulls }] of orders.entries()) {
      const [one = null, other = null] = [a.keys[at], b.keys[at]];
      const difference = one === null || other === null ? nulls * (Number(one === null) - Number(other === null)) : sign * compare(one, other);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  return keyed.map(({ row }) => row);
}

function orderOf(text: string): Order {
  const [, column, direction = 'asc', nulls = direction === 'asc' ? 'nullslast' : 'nullsfirst'] =
    /^([A-Za-z0-9_]+)(?:\.(asc|desc))?(?:\.(nullsfirst|nullslast))?$/.exec(text) ?? [];
  if (column === undefined) throw new PostgrestError(400, 'PGRST100', `"failed to parse order (${text})"`, { details: 'unexpected input' });
  return { column, sign: direction === 'asc' ? 1 : -1, nulls: nulls === 'nullsfirst' ? -1 : 1 };
}

/** `*`, or names with an alias in front; other tables cannot be embedded here. */
function selected(table: PgTable, rows: readonly PgRow[], text: string): readonly PgRow[] {
  if (text === '*') return rows;
  const columns = text.split(',').map((part) => {
    const [, alias, column] = /^(?:(\w+):)?(\w+)$/.exec(part) ?? [];
    if (column === undefined) throw new PostgrestError(400, 'PGRST100', `"failed to parse select parameter (${text})"`, { details: 'unexpected input' });
    typeOf(table, column);
    return [alias ?? column, column] as const;
  });
  return rows.map((row) => Object.fromEntries(columns.map(([name, column]) => [name, row[column] ?? null])));
}
