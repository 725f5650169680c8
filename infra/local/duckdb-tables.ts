import type { DuckDBConnection } from '@duckdb/node-api';
import { PermanentError } from '../../shared/errors.ts';
import type { Column, TableSpec } from '../../shared/warehouse/table.ts';
import type { TableRef } from '../../shared/warehouse/warehouse.ts';
import { quoteNames } from './duckdb-query.ts';
import { columnsSql, columnType, commentColumnSql, commentTableSql, duckType, identifier, tableName } from './duckdb-sql.ts';

/** The columns of a table or view as they were declared; a NUMERIC comes back with its precision. Undefined where there is none. */
export async function readColumns(connection: DuckDBConnection, table: TableRef): Promise<readonly Column[] | undefined> {
  const reader = await connection.runAndReadAll(
    `SELECT column_name, data_type, is_nullable, coalesce(comment, '') FROM duckdb_columns()
     WHERE database_name = current_database() AND schema_name = $1 AND table_name = $2 ORDER BY column_index`,
    [table.dataset, table.table],
  );
  const columns = reader.getRows().map(([name, type, nullable, description]): Column => {
    const mode = nullable === true ? 'NULLABLE' : 'REQUIRED';
    return { name: String(name), ...columnType(String(type)), mode, description: String(description) };
  });
  return columns.length === 0 ? undefined : columns;
}

/** Creates a table with its descriptions unless it is there; partition, cluster and labels mean nothing to DuckDB. */
export async function createTable(connection: DuckDBConnection, spec: TableSpec): Promise<void> {
  await createDataset(connection, spec.dataset);
  if (await isThere(connection, spec)) return;
  await connection.run(`CREATE TABLE ${tableName(spec)} (${columnsSql(spec.columns)})`);
  await connection.run(commentTableSql(spec, spec.description));
  for (const column of spec.columns) await connection.run(commentColumnSql(spec, column));
}

/** Adds the columns that are not there without regard to case, each as NULLABLE. */
export async function addColumns(connection: DuckDBConnection, table: TableRef, columns: readonly Column[]): Promise<void> {
  const there = new Set((await readColumns(connection, table))?.map(({ name }) => name.toLowerCase()));
  for (const column of columns) {
    if (there.has(column.name.toLowerCase())) continue;
    there.add(column.name.toLowerCase());
    await connection.run(`ALTER TABLE ${tableName(table)} ADD COLUMN ${identifier(column.name)} ${duckType(column)}`);
    await connection.run(commentColumnSql(table, column));
  }
}

/** Takes away every row; a table that is not there has none. */
export async function emptyTable(connection: DuckDBConnection, table: TableRef): Promise<void> {
  if (await isThere(connection, table)) await connection.run(`DELETE FROM ${tableName(table)}`);
}

/** Creates or replaces a view; its SQL may quote names as BigQuery does. */
export async function createView(connection: DuckDBConnection, view: TableRef, sql: string): Promise<void> {
  await createDataset(connection, view.dataset);
  await connection.run(`CREATE OR REPLACE VIEW ${tableName(view)} AS ${quoteNames(sql)}`);
}

/** Creates the schema of a dataset unless it is there. */
export async function createDataset(connection: DuckDBConnection, dataset: string): Promise<void> {
  const reader = await connection.runAndReadAll('SELECT lower(current_database()) = lower($1)', [dataset]);
  // DuckDB names the database after its file and then finds `name.table` ambiguous.
  if (reader.value(0, 0) === true) throw new PermanentError('invalid', `dataset ${dataset} has the name of the database file: rename the file`);
  await connection.run(`CREATE SCHEMA IF NOT EXISTS ${identifier(dataset)}`);
}

async function isThere(connection: DuckDBConnection, table: TableRef): Promise<boolean> {
  const reader = await connection.runAndReadAll(
    `SELECT count(*) > 0 FROM duckdb_tables() WHERE database_name = current_database() AND lower(schema_name) = lower($1) AND lower(table_name) = lower($2)`,
    [table.dataset, table.table],
  );
  return reader.value(0, 0) === true;
}
