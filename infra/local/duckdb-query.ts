import { type DuckDBConnection, type DuckDBPreparedStatement, StatementType } from '@duckdb/node-api';
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
  try {
    // The type does not tell that EXPLAIN ANALYZE runs what it explains; the transaction does.
    await connection.run('BEGIN TRANSACTION READ ONLY');
    const statement = await prepareOne(connection, quoteNames(sql));
    if (!READING.has(statement.statementType)) throw new PermanentError('query', 'only a statement that reads can be run: SELECT, WITH, DESCRIBE, EXPLAIN');
    const reader = await statement.runAndReadAll();
    const columns = reader.columnNames().map((name, index) => ({ name, type: typeName(reader.columnType(index)) }));
    return { columns, rows: reader.getRows().map((row) => row.map(cell)) };
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
