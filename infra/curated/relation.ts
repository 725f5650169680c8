import type { DuckColumn, Session } from '../local/duckdb-session.ts';
import { checkedQuery } from './dialect/checked-query.ts';
import { describedColumns } from './dialect/limits.ts';
import type { Names } from './dialect/rendering.ts';
import { refuse } from './dialect/unsupported.ts';
import type { Target } from './graph.ts';

const WHOLE = /^(?:"NULL"|U?TINYINT|U?SMALLINT|U?INTEGER|UBIGINT|U?HUGEINT)$/;
const DECIMAL = /^DECIMAL\(\d+,(\d+)\)$/;
const NUMERIC_SCALE = 9;

/** A name in quotes. */
export function named(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function relationName({ dataset, name }: Target): string {
  return `${named(dataset)}.${named(name)}`;
}

/**
 * A query of BigQuery's SQL for DuckDB, checked, with BigQuery's types. Throws UnsupportedSql, and a PermanentError for a mistake.
 */
export async function relationSql(session: Session, sql: string, names: Names): Promise<string> {
  const { duckSql, columns } = await checkedQuery(session, sql, names);
  return withTypes(duckSql, columns ?? (await describedColumns(session, duckSql)));
}

/** A query with BigQuery's types: whole numbers are INT64, decimals have nine decimals. Throws UnsupportedSql for a name that is none. */
function withTypes(duckSql: string, columns: readonly DuckColumn[]): string {
  const taken = new Set<string>();
  for (const { name } of columns) {
    if (!/^[A-Za-z_]\w*$/.test(name)) refuse(`a column without a name (${name})`);
    if (taken.has(name.toLowerCase())) refuse(`two columns of the name ${name}`);
    taken.add(name.toLowerCase());
  }
  if (columns.every(({ type }) => warehouseType(type) === undefined)) return duckSql;
  return `SELECT ${columns.map(({ name, type }) => typed(name, warehouseType(type))).join(', ')} FROM (${duckSql})`;
}

/** The type that BigQuery has where DuckDB has another one. */
function warehouseType(type: string): string | undefined {
  if (WHOLE.test(type)) return 'BIGINT';
  const [, scale] = DECIMAL.exec(type) ?? [];
  return scale === undefined || Number(scale) === NUMERIC_SCALE ? undefined : 'DECIMAL(38,9)';
}

function typed(name: string, type: string | undefined): string {
  return type === undefined ? named(name) : `CAST(${named(name)} AS ${type}) AS ${named(name)}`;
}
