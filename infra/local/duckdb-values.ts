import {
  DuckDBArrayType,
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api';

type Cell = string | number | boolean | null;

const NAMES: Readonly<Partial<Record<DuckDBTypeId, string>>> = {
  [DuckDBTypeId.BOOLEAN]: 'BOOL',
  [DuckDBTypeId.TINYINT]: 'INT64',
  [DuckDBTypeId.SMALLINT]: 'INT64',
  [DuckDBTypeId.INTEGER]: 'INT64',
  [DuckDBTypeId.BIGINT]: 'INT64',
  // The sum of a BIGINT is a HUGEINT, where BigQuery's is an INT64.
  [DuckDBTypeId.HUGEINT]: 'INT64',
  [DuckDBTypeId.UTINYINT]: 'INT64',
  [DuckDBTypeId.USMALLINT]: 'INT64',
  [DuckDBTypeId.UINTEGER]: 'INT64',
  [DuckDBTypeId.UBIGINT]: 'INT64',
  [DuckDBTypeId.UHUGEINT]: 'INT64',
  [DuckDBTypeId.FLOAT]: 'FLOAT64',
  [DuckDBTypeId.DOUBLE]: 'FLOAT64',
  [DuckDBTypeId.DECIMAL]: 'NUMERIC',
  [DuckDBTypeId.DATE]: 'DATE',
  [DuckDBTypeId.TIME]: 'TIME',
  [DuckDBTypeId.TIMESTAMP]: 'DATETIME',
  [DuckDBTypeId.TIMESTAMP_S]: 'DATETIME',
  [DuckDBTypeId.TIMESTAMP_MS]: 'DATETIME',
  [DuckDBTypeId.TIMESTAMP_NS]: 'DATETIME',
  [DuckDBTypeId.TIMESTAMP_TZ]: 'TIMESTAMP',
  [DuckDBTypeId.INTERVAL]: 'INTERVAL',
  [DuckDBTypeId.BLOB]: 'BYTES',
  [DuckDBTypeId.MAP]: 'JSON',
};

/** BigQuery's word for a type of a result. */
export function typeName(type: DuckDBType): string {
  if (type.alias === 'JSON') return 'JSON';
  if (type instanceof DuckDBListType || type instanceof DuckDBArrayType) return `ARRAY<${typeName(type.valueType)}>`;
  if (type instanceof DuckDBStructType) {
    return `STRUCT<${type.entryNames.map((name, index) => `${name} ${typeName(type.entryTypes[index] ?? type)}`).join(', ')}>`;
  }
  return NAMES[type.typeId] ?? 'STRING';
}

/**
 * A value as text, number, boolean or null, with all its digits; lists and structs as JSON text. The client (1.5.5) has
 * dropped a byte order mark at the beginning of a text by then; the table has it.
 */
export function cell(value: DuckDBValue): Cell {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return isSafe(value) ? Number(value) : value.toString();
  if (value instanceof DuckDBTimestampTZValue) return `${civil(new DuckDBTimestampValue(value.micros))}Z`;
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('base64');
  if (isTimestamp(value)) return civil(value);
  const nested = nestedValue(value);
  return nested === undefined ? String(value) : JSON.stringify(nested);
}

function nestedValue(value: DuckDBValue): unknown {
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(inner);
  if (value instanceof DuckDBStructValue) return Object.fromEntries(Object.entries(value.entries).map(([name, item]) => [name, inner(item)]));
  if (value instanceof DuckDBMapValue) return Object.fromEntries(value.entries.map(({ key, value: item }) => [String(cell(key)), inner(item)]));
  return undefined;
}

function inner(value: DuckDBValue): unknown {
  return nestedValue(value) ?? cell(value);
}

function isSafe(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}

function isTimestamp(value: DuckDBValue): boolean {
  return [DuckDBTimestampValue, DuckDBTimestampSecondsValue, DuckDBTimestampMillisecondsValue, DuckDBTimestampNanosecondsValue].some(
    (kind) => value instanceof kind,
  );
}

/** DuckDB writes `2026-11-20 06:00:00.5`; the fraction only where there is one. */
function civil(value: { toString(): string } | null): string {
  return String(value).replace(' ', 'T');
}
