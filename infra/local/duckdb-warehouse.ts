import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { ConfigError, TransientError } from '../../shared/errors.ts';
import { handingOver } from '../../shared/warehouse/scan.ts';
import type { Column, TableSpec } from '../../shared/warehouse/table.ts';
import type { Emptying, JobOutcome, LedgerRow, LoadPlan, QueryResult, ReadyCounts, TableRef, Warehouse } from '../../shared/warehouse/warehouse.ts';
import { thrown } from './duckdb-failure.ts';
import { createJobTables, findJob, runJob, transaction } from './duckdb-jobs.ts';
import { apply, dropStage, empty, extraFields, ready, record, stage, verifyAndRepair } from './duckdb-load.ts';
import { runQuery, scanQuery } from './duckdb-query.ts';
import { type Session, sessionOn } from './duckdb-session.ts';
import { allowNullSql, migrationSql, setAsideSql } from './duckdb-sql.ts';
import { addColumns, createTable, createView, readColumns } from './duckdb-tables.ts';

/** The path of a clean object's file; undefined when that generation is gone. */
export type Locate = (bucket: string, name: string, generation: string) => Promise<string | undefined>;

export interface DuckDbOptions {
  readonly file: string;
  readonly locate: Locate;
  /** DuckDB's own settings, e.g. `memory_limit`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface DuckDbWarehouse extends Warehouse {
  /** Gives a connection of its own to work that no write happens beside; it is closed afterwards. */
  session<Result>(work: (session: Session) => Promise<Result>): Promise<Result>;
  /** Waits for what runs and closes the file; afterwards another process may open it. */
  close(): Promise<void>;
}

/** Opens or creates the warehouse in one DuckDB file; only one process at a time can have it open. */
export async function openDuckDbWarehouse(options: DuckDbOptions): Promise<DuckDbWarehouse> {
  // DuckDB 1.5 takes `?` for the start of a URL's query and puts its log under a name it never finds again.
  if (options.file.includes('?')) throw new ConfigError([`the warehouse's path ${options.file} holds a "?", which DuckDB cannot open`]);
  try {
    // A second `create` on one path in one process loses rows silently; the cache shares the instance.
    const instance = await DuckDBInstance.fromCache(options.file, { autoinstall_known_extensions: 'false', ...options.settings });
    const writer = await instance.connect();
    await writer.run("SET GLOBAL TimeZone = 'UTC'");
    await createJobTables(writer);
    return new DuckDbClient(instance, writer, options.locate);
  } catch (error) {
    throw thrown(error);
  }
}

/** Writes wait for each other on one connection; each read has its own, so it waits for no write. */
class DuckDbClient implements DuckDbWarehouse {
  readonly #instance: DuckDBInstance;
  readonly #writer: DuckDBConnection;
  readonly #locate: Locate;
  readonly #reads = new Set<Promise<unknown>>();
  #lastWrite: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(instance: DuckDBInstance, writer: DuckDBConnection, locate: Locate) {
    this.#instance = instance;
    this.#writer = writer;
    this.#locate = locate;
  }

  columns(table: TableRef): Promise<readonly Column[] | undefined> {
    return this.#read((connection) => readColumns(connection, table));
  }

  createTable(spec: TableSpec): Promise<void> {
    return this.#change((connection) => createTable(connection, spec));
  }

  addColumns(table: TableRef, columns: readonly Column[]): Promise<void> {
    return this.#change((connection) => addColumns(connection, table, columns));
  }

  createView(view: TableRef, sql: string): Promise<void> {
    return this.#change((connection) => createView(connection, view, sql));
  }

  migration(table: TableRef, wanted: Column): readonly string[] {
    return migrationSql(table, wanted);
  }

  setAside(table: TableRef): string {
    return setAsideSql(table);
  }

  allowNull(table: TableRef, column: string): string {
    return allowNullSql(table, column);
  }

  job(jobId: string): Promise<JobOutcome<unknown> | undefined> {
    return this.#write((connection) => findJob(connection, jobId));
  }

  stage(jobId: string, plan: LoadPlan): Promise<JobOutcome<{ readonly rows: number }>> {
    const { bucket, name, generation } = plan.object;
    return this.#job(jobId, 'stage', async (connection) => stage(connection, plan, await this.#locate(bucket, name, generation)));
  }

  extraFields(plan: LoadPlan): Promise<readonly string[]> {
    return this.#read((connection) => extraFields(connection, plan));
  }

  ready(jobId: string, plan: LoadPlan): Promise<JobOutcome<ReadyCounts>> {
    return this.#job(jobId, 'ready', (connection) => ready(connection, plan));
  }

  apply(jobId: string, plan: LoadPlan): Promise<JobOutcome<{ readonly loaded: number }>> {
    return this.#job(jobId, 'apply', (connection) => apply(connection, plan));
  }

  verifyAndRepair(plan: LoadPlan): Promise<number> {
    return this.#change((connection) => verifyAndRepair(connection, plan));
  }

  record(jobId: string, row: LedgerRow): Promise<JobOutcome<null>> {
    return this.#job(jobId, 'record', (connection) => record(connection, row));
  }

  claim(jobId: string, owner: string): Promise<JobOutcome<string>> {
    return this.#job(jobId, 'claim', () => Promise.resolve(owner));
  }

  empty(emptying: Emptying): Promise<void> {
    return this.#change((connection) => empty(connection, emptying));
  }

  dropStage(plan: LoadPlan): Promise<void> {
    return this.#change((connection) => dropStage(connection, plan));
  }

  query(sql: string): Promise<QueryResult> {
    return this.#read((connection) => runQuery(connection, sql));
  }

  scan(sql: string, take: (page: QueryResult) => Promise<void>): Promise<void> {
    return handingOver(take, (pages) => this.#read((connection) => scanQuery(connection, sql, pages)));
  }

  session<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.#write(() => this.#onConnection((connection) => work(sessionOn(connection, () => this.#instance.connect()))));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled([this.#lastWrite, ...this.#reads]);
    this.#writer.closeSync();
    this.#instance.closeSync();
  }

  #job<Result>(id: string, kind: string, work: (connection: DuckDBConnection) => Promise<Result>): Promise<JobOutcome<Result>> {
    return this.#write((connection) => runJob(connection, { id, kind }, () => work(connection)));
  }

  #change<Result>(work: (connection: DuckDBConnection) => Promise<Result>): Promise<Result> {
    return this.#write((connection) => transaction(connection, () => work(connection)));
  }

  #write<Result>(work: (connection: DuckDBConnection) => Promise<Result>): Promise<Result> {
    if (this.#closed) return Promise.reject(closed());
    const written = this.#lastWrite.then(() => work(this.#writer));
    this.#lastWrite = written.catch(() => undefined);
    return written.catch(rethrow);
  }

  #read<Result>(work: (connection: DuckDBConnection) => Promise<Result>): Promise<Result> {
    if (this.#closed) return Promise.reject(closed());
    const read = this.#onConnection(work);
    this.#reads.add(read);
    return read.catch(rethrow).finally(() => this.#reads.delete(read));
  }

  async #onConnection<Result>(work: (connection: DuckDBConnection) => Promise<Result>): Promise<Result> {
    const connection = await this.#instance.connect();
    try {
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  }
}

function rethrow(error: unknown): never {
  throw thrown(error);
}

function closed(): TransientError {
  return new TransientError('closed', 'the warehouse is closed');
}
