import { type DuckDBConnection, type DuckDBPreparedStatement, type DuckDBResult, StatementType } from '@duckdb/node-api';
import { PermanentError, TransientError } from '../../shared/errors.ts';
import type { QueryResult } from '../../shared/warehouse/warehouse.ts';
import { failureOf, messageOf } from './duckdb-failure.ts';
import { identifier } from './duckdb-sql.ts';
import { cell, typeName } from './duckdb-values.ts';

const READING = new Set<StatementType>([StatementType.SELECT, StatementType.EXPLAIN]);
/** Not a mistake in the SQL: the same statement may work later. */
const TRANSIENT = new Set(['io', 'interrupted', 'outOfMemory']);
/** What a back-tick may stand in without being a quote: literals (also E'' and $$), quoted names, comments; last the quoted name itself. */
const TOKEN =
  /\b[eE]'(?:[^'\\]|\\.|'')*'|'[^']*(?:''[^']*)*'|"[^"]*(?:""[^"]*)*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|`(?<name>[^`]*)`/gs;

/** Runs one statement that only reads, on a connection of its own that is closed afterwards; a mistake in it is a PermanentError. */
export async function runQuery(connection: DuckDBConnection, sql: string): Promise<QueryResult> {
  return await explained(async () => {
    const reader = await (await prepareReading(connection, sql)).runAndReadAll();
    return { columns: columnsOf(reader), rows: reader.getRows().map((row) => row.map(cell)) };
  });
}

/** Runs one such statement and hands its rows over as DuckDB finds them, some thousand at a time; one page even where there is no row. */
export async function scanQuery(connection: DuckDBConnection, sql: string, take: (page: QueryResult) => Promise<void>): Promise<void> {
  const answer = await explained(async () => (await prepareReading(connection, sql)).stream());
  const columns = columnsOf(answer);
  let pages = 0;
  for (;;) {
    const chunk = await explained(() => answer.fetchChunk());
    const isOver = chunk === null || chunk.rowCount === 0;
    if (isOver && pages > 0) return;
    await take({ columns, rows: chunk?.getRows().map((row) => row.map(cell)) ?? [] });
    pages += 1;
    if (isOver) return;
  }
}

async function prepareReading(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  // The type does not tell that EXPLAIN ANALYZE runs what it explains; the transaction does.
  await connection.run('BEGIN TRANSACTION READ ONLY');
  const statement = await prepareOne(connection, quoteNames(sql));
  if (READING.has(statement.statementType)) return statement;
  throw new PermanentError('query', 'only a statement that reads can be run: SELECT, WITH, DESCRIBE, EXPLAIN');
}

function columnsOf(result: Pick<DuckDBResult, 'columnNames' | 'columnType'>): QueryResult['columns'] {
  return result.columnNames().map((name, index) => ({ name, type: typeName(result.columnType(index)) }));
}

async function explained<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw queryError(error);
  }
}

/** Turns BigQuery's quoted names (`dataset.table`) into DuckDB's, outside of literals and comments. */
export function quoteNames(sql: string): string {
  return sql.replaceAll(TOKEN, (token: string, ...rest: unknown[]) => {
    const name = (rest.at(-1) as { name?: string }).name;
    return name === undefined ? token : name.split('.').map(identifier).join('.');
  });
}

async function prepareOne(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  if (sql.includes('\0')) throw new PermanentError('query', 'the statement holds a NUL');
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new PermanentError('query', `one statement at a time: this holds ${statements.count}`);
  return statements.prepare(0);
}

function queryError(error: unknown): PermanentError | TransientError {
  if (error instanceof PermanentError) return error.rule === 'query' ? error : new PermanentError('query', error.message, { cause: error });
  const failure = failureOf(error);
  if (TRANSIENT.has(failure.reason) && failure.transient) return new TransientError('query', failure.message, { cause: error });
  // The whole message: it goes to the author of the statement and points into it.
  return new PermanentError('query', messageOf(error), { cause: error });
}
