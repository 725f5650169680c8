import { PermanentError } from '../errors.ts';
import type { Field } from './bigquery-resources.ts';
import type { Column, ColumnType } from './table.ts';
import type { TableRef } from './warehouse.ts';

/** The names of types in a table's schema; SQL has others for these. */
const SCHEMA_TYPES: Readonly<Partial<Record<ColumnType, string>>> = { INT64: 'INTEGER', FLOAT64: 'FLOAT', BOOL: 'BOOLEAN' };
const TYPES = new Set<string>(['STRING', 'INT64', 'FLOAT64', 'NUMERIC', 'BOOL', 'DATE', 'DATETIME', 'TIMESTAMP', 'JSON']);
const NUMERIC_SCALE = 9;
/** What would end a literal or a line, and what no one can see. */
const SPECIAL = /[\\'"`\p{Cc}\u2028\u2029\ufeff]/gu;

/** Quotes text as a GoogleSQL literal. */
export function literal(text: string): string {
  return `'${escaped(text)}'`;
}

/** Quotes a name; GoogleSQL reads escapes in it as in a literal. */
export function identifier(name: string): string {
  if (name === '') throw new PermanentError('invalid', 'a name is empty');
  return `\`${escaped(name)}\``;
}

export function tableName(ref: TableRef): string {
  return `${identifier(ref.dataset)}.${identifier(ref.table)}`;
}

/** Writes an int64 given as decimal text. */
export function int64(text: string): string {
  if (!/^-?\d{1,19}$/.test(text)) throw new PermanentError('invalid', 'a generation is not an int64 in decimal digits');
  return text;
}

export function timestamp(text: string): string {
  return `TIMESTAMP ${literal(text)}`;
}

/** The type of a column in SQL; NUMERIC is NUMERIC(18, 9) unless the column says 38. */
export function sqlType({ type, precision = 18 }: Pick<Column, 'type' | 'precision'>): string {
  return type === 'NUMERIC' ? `NUMERIC(${precision}, ${NUMERIC_SCALE})` : type;
}

/** A column as the API writes it. */
export function schemaField({ name, type, mode, description, precision = 18 }: Column): Field {
  const digits = type === 'NUMERIC' ? { precision: String(precision), scale: String(NUMERIC_SCALE) } : {};
  return { name, type: SCHEMA_TYPES[type] ?? type, mode, description, ...digits };
}

/** A column as the API tells it; a type that no contract declares (in a view, say) counts as STRING. */
export function columnOf({ name = '', type = '', mode, description = '', precision }: Field): Column {
  const known = sqlTypeName(type);
  return {
    name,
    type: isColumnType(known) ? known : 'STRING',
    ...(known === 'NUMERIC' ? { precision: precision === '18' ? 18 : 38 } : {}),
    mode: mode === 'REQUIRED' ? 'REQUIRED' : 'NULLABLE',
    description,
  };
}

/** SQL's name of a type that a schema names. */
export function sqlTypeName(type: string): string {
  return Object.entries(SCHEMA_TYPES).find(([, legacy]) => legacy === type)?.[0] ?? type;
}

/**
 * Changes a column's type by way of a second column; a value that cannot be cast stops it before anything is lost. The new column
 * is NULLABLE and the last; a column that partitions or clusters the table cannot be changed this way.
 */
export function migrationSql(table: TableRef, wanted: Column): readonly string[] {
  const name = identifier(wanted.name);
  const changed = identifier(`${wanted.name}_migrated`);
  const value = wanted.type === 'JSON' ? `PARSE_JSON(CAST(${name} AS STRING))` : `CAST(${name} AS ${sqlType(wanted)})`;
  return [
    `ALTER TABLE ${tableName(table)} ADD COLUMN ${changed} ${sqlType(wanted)} OPTIONS(description = ${literal(wanted.description)});`,
    `UPDATE ${tableName(table)} SET ${changed} = ${value} WHERE TRUE;`,
    `ALTER TABLE ${tableName(table)} DROP COLUMN ${name};`,
    `ALTER TABLE ${tableName(table)} RENAME COLUMN ${changed} TO ${name};`,
  ];
}

export function setAsideSql(table: TableRef): string {
  return `ALTER TABLE ${tableName(table)} RENAME TO ${identifier(`${table.table}_before`)};`;
}

export function allowNullSql(table: TableRef, column: string): string {
  return `ALTER TABLE ${tableName(table)} ALTER COLUMN ${identifier(column)} DROP NOT NULL;`;
}

function escaped(text: string): string {
  if (!text.isWellFormed()) throw new PermanentError('invalid', 'a text holds half of a surrogate pair');
  return text.replaceAll(SPECIAL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function isColumnType(type: string): type is ColumnType {
  return TYPES.has(type);
}
