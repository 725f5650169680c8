import { PermanentError } from '../../shared/errors.ts';
import type { Column, ColumnType } from '../../shared/warehouse/table.ts';
import type { TableRef } from '../../shared/warehouse/warehouse.ts';

const TYPES: Readonly<Record<ColumnType, string>> = {
  STRING: 'VARCHAR',
  INT64: 'BIGINT',
  FLOAT64: 'DOUBLE',
  NUMERIC: 'DECIMAL(18,9)',
  BOOL: 'BOOLEAN',
  DATE: 'DATE',
  DATETIME: 'TIMESTAMP',
  TIMESTAMP: 'TIMESTAMP WITH TIME ZONE',
  JSON: 'JSON',
};
const WIDE_NUMERIC = 'DECIMAL(38,9)';

/** Quotes a name of any characters; an empty one, or one with a NUL, makes a statement that DuckDB cannot parse. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes text as an expression; a NUL would end the statement, so it is put in by `chr(0)`. */
export function literal(text: string): string {
  const parts = text.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? parts.join('') : `(${parts.join(' || chr(0) || ')})`;
}

/** Writes an int64 given as decimal text. */
export function int64(text: string): string {
  if (!/^-?\d{1,19}$/.test(text)) throw new PermanentError('invalid', 'a generation is not an int64 in decimal digits');
  return text;
}

export function timestamp(text: string): string {
  return `CAST(${literal(text)} AS TIMESTAMPTZ)`;
}

export function tableName(ref: TableRef): string {
  return `${identifier(ref.dataset)}.${identifier(ref.table)}`;
}

/** The DuckDB type of a column; NUMERIC is DECIMAL(18,9) unless the column says 38. */
export function duckType(column: Pick<Column, 'type' | 'precision'>): string {
  return column.type === 'NUMERIC' && column.precision === 38 ? WIDE_NUMERIC : TYPES[column.type];
}

/** The column type that `duckType` makes this DuckDB type from; a type that no contract declares (in a view, say) counts as STRING. */
export function columnType(type: string): Pick<Column, 'type' | 'precision'> {
  if (type === WIDE_NUMERIC) return { type: 'NUMERIC', precision: 38 };
  if (type === TYPES.NUMERIC) return { type: 'NUMERIC', precision: 18 };
  const entry = Object.entries(TYPES).find(([, duck]) => duck === type);
  return { type: entry === undefined ? 'STRING' : (entry[0] as ColumnType) };
}

export function columnsSql(columns: readonly Column[]): string {
  return columns.map((column) => `${identifier(column.name)} ${duckType(column)}${column.mode === 'REQUIRED' ? ' NOT NULL' : ''}`).join(', ');
}

export function commentColumnSql(table: TableRef, column: Column): string {
  return `COMMENT ON COLUMN ${tableName(table)}.${identifier(column.name)} IS ${literal(column.description)}`;
}

export function commentTableSql(table: TableRef, description: string): string {
  return `COMMENT ON TABLE ${tableName(table)} IS ${literal(description)}`;
}

/** Changes a column's type in place; a value that cannot be cast stops it. Between times with and without zone the session's zone decides. */
export function migrationSql(table: TableRef, wanted: Column): readonly string[] {
  return ["SET TimeZone = 'UTC';", `ALTER TABLE ${tableName(table)} ALTER COLUMN ${identifier(wanted.name)} SET DATA TYPE ${duckType(wanted)};`];
}

export function setAsideSql(table: TableRef): string {
  return `ALTER TABLE ${tableName(table)} RENAME TO ${identifier(`${table.table}_before`)};`;
}

export function allowNullSql(table: TableRef, column: string): string {
  return `ALTER TABLE ${tableName(table)} ALTER COLUMN ${identifier(column)} DROP NOT NULL;`;
}
