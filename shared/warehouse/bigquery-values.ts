import type { Field } from './bigquery-resources.ts';
import { sqlTypeName } from './bigquery-sql.ts';

type Cell = string | number | boolean | null;

const MICROS = 1_000_000n;

/** BigQuery's word for the type of a column of a result. */
export function typeName(field: Field): string {
  const type = field.type === 'RECORD' || field.type === 'STRUCT' ? structName(field) : sqlTypeName(field.type ?? '');
  return field.mode === 'REPEATED' ? `ARRAY<${type}>` : type;
}

/** A value of a result as text, number, boolean or null, with all its digits; lists and structs as JSON text. */
export function cell(field: Field, value: unknown): Cell {
  const read = nested(field, value);
  return typeof read === 'object' && read !== null ? JSON.stringify(read) : scalarOf(read);
}

function nested(field: Field, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (field.mode === 'REPEATED') return listOf(value).map((item) => nested({ ...field, mode: 'NULLABLE' }, memberOf(item, 'v')));
  if (field.fields !== undefined && field.fields.length > 0) {
    const values = listOf(memberOf(value, 'f'));
    return Object.fromEntries(field.fields.map((inner, index) => [inner.name ?? '', nested(inner, memberOf(values[index], 'v'))]));
  }
  return scalar(sqlTypeName(field.type ?? ''), String(value));
}

function scalar(type: string, text: string): Cell {
  if (type === 'INT64') return Number.isSafeInteger(Number(text)) ? Number(text) : text;
  if (type === 'FLOAT64') return Number.isFinite(Number(text)) ? Number(text) : text;
  if (type === 'BOOL') return text === 'true';
  if (type === 'TIMESTAMP') return instant(text);
  return type === 'DATETIME' || type === 'TIME' ? withoutZeros(text) : text;
}

/** Microseconds since 1970 as RFC 3339 in UTC, with a fraction only where there is one. */
function instant(micros: string): string {
  const total = BigInt(micros);
  const fraction = ((total % MICROS) + MICROS) % MICROS;
  const second = new Date(Number((total - fraction) / 1_000n)).toISOString().slice(0, 19);
  return `${withoutZeros(`${second}.${String(fraction).padStart(6, '0')}`)}Z`;
}

function withoutZeros(text: string): string {
  return text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
}

function structName({ fields = [] }: Field): string {
  return `STRUCT<${fields.map((field) => `${field.name} ${typeName(field)}`).join(', ')}>`;
}

function scalarOf(value: unknown): Cell {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function memberOf(value: unknown, name: 'f' | 'v'): unknown {
  return typeof value === 'object' && value !== null && name in value ? (value as Readonly<Record<string, unknown>>)[name] : null;
}
