import type { DuckDBConnection } from '@duckdb/node-api';
import { PermanentError, TransientError } from '../../shared/errors.ts';
import { recordEmptiedSql } from '../../shared/warehouse/ledger-emptied.ts';
import type { Emptying, LedgerRow, LoadPlan, ReadyCounts } from '../../shared/warehouse/warehouse.ts';
import { failureOf } from './duckdb-failure.ts';
import {
  countLoadedSql,
  countNewerSql,
  countOlderSql,
  countSql,
  deleteOlderSql,
  extraFieldsSql,
  insertReadySql,
  readyColumns,
  readySql,
  repairSql,
  replaceTableSql,
  stageSql,
  unknownMembersSql,
  violationsSql,
} from './duckdb-load-sql.ts';
import { quoteNames } from './duckdb-query.ts';
import { identifier, literal, tableName, timestamp } from './duckdb-sql.ts';
import { emptyTable } from './duckdb-tables.ts';

const NAMED_MEMBERS = 10;

/** Makes the stage table from the clean object's file; undefined says that the object is gone. */
export async function stage(connection: DuckDBConnection, plan: LoadPlan, file: string | undefined): Promise<{ readonly rows: number }> {
  const { bucket, name, generation } = plan.object;
  if (file === undefined) throw new PermanentError('notFound', `object ${bucket}/${name}, generation ${generation}, is gone`);
  await connection.run(replaceTableSql(plan.stage, plan.rowColumns));
  const { rowsChanged } = await connection.run(stageSql(plan, file));
  await refuseUnknownMembers(connection, plan, file);
  return { rows: rowsChanged };
}

/** The names in `_extra`, sorted by code unit. */
export async function extraFields(connection: DuckDBConnection, plan: LoadPlan): Promise<readonly string[]> {
  if (!plan.rowColumns.some(({ name }) => name === '_extra')) return [];
  try {
    const reader = await connection.runAndReadAll(extraFieldsSql(plan));
    return reader
      .getRows()
      .map(([name]): string => JSON.parse(String(name)))
      .sort();
  } catch (error) {
    const { reason, message } = failureOf(error);
    if (reason !== 'notFound') throw error;
    // Another delivery has finished in between and dropped the stage: the next one finds its jobs done.
    throw new TransientError('notFound', message, { cause: error });
  }
}

/** Makes the ready table and counts what the gates of load need. */
export async function ready(connection: DuckDBConnection, plan: LoadPlan): Promise<ReadyCounts> {
  await connection.run(replaceTableSql(plan.ready, readyColumns(plan)));
  const { rowsChanged } = await connection.run(readySql(plan));
  return {
    rows: await count(connection, countSql(plan.stage)),
    ready: rowsChanged,
    older: await count(connection, countOlderSql(plan)),
    newer: await count(connection, countNewerSql(plan)),
  };
}

/** DELETE, then INSERT: one MERGE … ON FALSE is a nested loop in DuckDB (1 M × 1 M rows do not end). */
export async function apply(connection: DuckDBConnection, plan: LoadPlan): Promise<{ readonly loaded: number }> {
  await connection.run(deleteOlderSql(plan));
  await connection.run(insertReadySql(plan));
  return { loaded: await count(connection, countLoadedSql(plan)) };
}

export async function verifyAndRepair(connection: DuckDBConnection, plan: LoadPlan): Promise<number> {
  if ((await count(connection, violationsSql(plan))) === 0) return 0;
  return (await connection.run(repairSql(plan))).rowsChanged;
}

export async function record(connection: DuckDBConnection, row: LedgerRow): Promise<null> {
  const columns = Object.keys(row);
  const places = columns.map((_, index) => `$${index + 1}`).join(', ');
  await connection.run(`INSERT INTO ops.loads (${columns.map(identifier).join(', ')}) VALUES (${places})`, Object.values(row));
  return null;
}

/** Takes away every row of a stream's table, and tells the ledger. */
export async function empty(connection: DuckDBConnection, { source, stream, table, at, codeVersion }: Emptying): Promise<void> {
  const values = { source: literal(source), stream: literal(stream), at: timestamp(at), codeVersion: literal(codeVersion) };
  await connection.run(quoteNames(recordEmptiedSql(values)));
  await emptyTable(connection, table);
}

export async function dropStage(connection: DuckDBConnection, plan: LoadPlan): Promise<void> {
  for (const table of [plan.stage, plan.ready]) await connection.run(`DROP TABLE IF EXISTS ${tableName(table)}`);
}

async function refuseUnknownMembers(connection: DuckDBConnection, plan: LoadPlan, file: string): Promise<void> {
  const reader = await connection.runAndReadAll(unknownMembersSql(plan, file));
  const members = reader.getRows().map(([member]) => JSON.stringify(member).slice(0, 60));
  if (members.length === 0) return;
  const more = members.length > NAMED_MEMBERS ? ` and ${members.length - NAMED_MEMBERS} more` : '';
  throw new PermanentError('invalid', `the rows have members that no column is declared for: ${members.slice(0, NAMED_MEMBERS).join(', ')}${more}`);
}

async function count(connection: DuckDBConnection, sql: string): Promise<number> {
  return Number((await connection.runAndReadAll(sql)).value(0, 0));
}
