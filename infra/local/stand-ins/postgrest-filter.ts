import { type Comparable, comparable, compare, type PgRow, type PgTable, type PgType, PostgrestError } from './postgrest-values.ts';

/** What a filter says of a row; null where SQL says neither true nor false. */
export type Condition = (row: PgRow) => boolean | null;

/** Where a text has been read to. */
interface Reading {
  readonly text: string;
  at: number;
}

type Compared = (order: number) => boolean;

const COMPARISONS: Readonly<Record<string, Compared>> = {
  eq: (order) => order === 0,
  neq: (order) => order !== 0,
  gt: (order) => order > 0,
  gte: (order) => order >= 0,
  lt: (order) => order < 0,
  lte: (order) => order <= 0,
};
const IS: Readonly<Record<string, Condition>> = {
  null: (row) => row['value'] === null,
  not_null: (row) => row['value'] !== null,
  true: (row) => row['value'] === true,
  false: (row) => row['value'] === false,
  unknown: (row) => row['value'] === null,
};
/** Only a quoted value that ends where a value may end is one; otherwise the quotes belong to the value. */
const QUOTED = /"((?:[^"\\]|\\.)*)"(?=[,)])/sy;
const UNQUOTED = /[^,)]*/sy;
const LOGIC = /(not\.)?(and|or)(?=\()/y;
const COLUMN = /([A-Za-z0-9_]+)\.(not\.)?([a-z]+)\./y;

/** The condition that a query parameter sets; throws PostgrestError where PostgREST would. */
export function parameterCondition(table: PgTable, name: string, value: string): Condition {
  const logic = /^(not\.)?(and|or)$/.exec(name);
  const reading: Reading = { text: value, at: 0 };
  if (logic !== null)
    return negated(
      logic[1],
      whole(reading, () => group(table, reading, logic[2])),
    );
  const [, not, operator = '', operand = ''] = /^(not\.)?([a-z]+)\.(.*)$/s.exec(value) ?? [];
  if (operator !== 'in') return negated(not, condition(table, name, operator, [operand]));
  const inner: Reading = { text: operand, at: 0 };
  return negated(
    not,
    condition(
      table,
      name,
      operator,
      whole(inner, () => elements(inner)),
    ),
  );
}

/** `(a,b,…)` behind `and` or `or`. */
function group(table: PgTable, reading: Reading, operator: string | undefined): Condition {
  const parts: Condition[] = [];
  take(reading, '(');
  do parts.push(item(table, reading));
  while (has(reading, ','));
  take(reading, ')');
  return operator === 'and' ? all(parts) : not(all(parts.map(not)));
}

function item(table: PgTable, reading: Reading): Condition {
  const logic = match(reading, LOGIC);
  if (logic !== undefined) return negated(logic[1], group(table, reading, logic[2]));
  const [, column = '', negation, operator = ''] = match(reading, COLUMN) ?? refuse(reading);
  return negated(negation, condition(table, column, operator, operator === 'in' ? elements(reading) : [element(reading)]));
}

/** `(a,"b,c")` behind `in`. */
function elements(reading: Reading): readonly string[] {
  const found: string[] = [];
  take(reading, '(');
  do found.push(element(reading));
  while (has(reading, ','));
  take(reading, ')');
  return found;
}

function element(reading: Reading): string {
  const quoted = match(reading, QUOTED)?.[1];
  return quoted === undefined ? (match(reading, UNQUOTED)?.[0] ?? '') : quoted.replaceAll(/\\(.)/gs, '$1');
}

function condition(table: PgTable, column: string, operator: string, operands: readonly string[]): Condition {
  const type = typeOf(table, column);
  const [first = ''] = operands;
  if (operator === 'is') {
    const check = IS[first.toLowerCase()] ?? refuse({ text: first, at: 0 });
    return (row) => check({ value: row[column] ?? null });
  }
  const holds = operator === 'in' ? COMPARISONS['eq'] : COMPARISONS[operator];
  if (holds === undefined) throw new PostgrestError(400, 'PGRST100', `"failed to parse filter (${operator}.…)"`, { details: 'unknown operator' });
  return comparison(
    column,
    type,
    holds,
    operands.map((operand) => comparable(type, operand)),
  );
}

function comparison(column: string, type: PgType, holds: Compared, operands: readonly Comparable[]): Condition {
  return (row) => {
    const value = row[column] ?? null;
    if (value === null) return null;
    const found = comparable(type, String(value));
    return operands.some((operand) => holds(compare(found, operand)));
  };
}

/** The type of a column; throws PostgrestError where the table has none of that name. */
export function typeOf({ columns }: PgTable, column: string): PgType {
  const type = Object.hasOwn(columns, column) ? columns[column] : undefined;
  if (type === undefined) throw new PostgrestError(400, '42703', `column ${column} does not exist`);
  return type;
}

/** False where one is, else null where one is. */
export function all(parts: readonly Condition[]): Condition {
  return (row) => {
    let result: boolean | null = true;
    for (const part of parts) {
      const found = part(row);
      if (found === false) return false;
      if (found === null) result = null;
    }
    return result;
  };
}

function not(inner: Condition): Condition {
  return (row) => {
    const found = inner(row);
    return found === null ? null : !found;
  };
}

function negated(negation: string | undefined, inner: Condition): Condition {
  return negation === undefined ? inner : not(inner);
}

function whole<T>(reading: Reading, read: () => T): T {
  const found = read();
  return reading.at === reading.text.length ? found : refuse(reading);
}

function match(reading: Reading, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = reading.at;
  const found = pattern.exec(reading.text) ?? undefined;
  if (found !== undefined) reading.at = pattern.lastIndex;
  return found;
}

function has(reading: Reading, character: string): boolean {
  if (reading.text[reading.at] !== character) return false;
  reading.at += 1;
  return true;
}

function take(reading: Reading, character: string): void {
  if (!has(reading, character)) refuse(reading);
}

function refuse({ text, at }: Reading): never {
  throw new PostgrestError(400, 'PGRST100', `"failed to parse logic tree (${text})" (line 1, column ${at + 1})`, { details: 'unexpected input' });
}
