import { PermanentError, TransientError } from '../errors.ts';
import { type BigQueryWarehouseOptions, type Connection, connect } from './bigquery-client.ts';
import { failureOf, messageOf, thrown } from './bigquery-failure.ts';
import { dryRun, findJob, type NewJob, queryConfiguration, readNumbers, readRows, runJob, runStatements, scanRows } from './bigquery-jobs.ts';
import { applyConfiguration, extraFields, stageConfiguration, stagedRows, verifyAndRepair } from './bigquery-load.ts';
import { readySql, recordSql } from './bigquery-load-sql.ts';
import type { Job } from './bigquery-resources.ts';
import { allowNullSql, literal, migrationSql, setAsideSql, tableName, timestamp } from './bigquery-sql.ts';
import { addColumns, createDataset, createTable, dropTable, readColumns, readTable } from './bigquery-tables.ts';
import { recordEmptiedSql } from './ledger-emptied.ts';
import { handingOver } from './scan.ts';
import type { Emptying, ReadyCounts, TableRef, Warehouse } from './warehouse.ts';

type Result<Value> = NewJob<Value>['result'];

/** BigQuery keeps the text of a query for six months, its result for a day: the owner is read from the text. */
const CLAIM = /^SELECT '([\w-]*)' AS owner$/;

/** The warehouse in one project's BigQuery, by Google's client; nothing is sent before the first call. */
export function bigQueryWarehouse(options: BigQueryWarehouseOptions): Warehouse {
  const connection = connect(options);
  const counted: Result<Readonly<Record<string, number>>> = (job) => readNumbers(connection, job);
  const results = {
    stage: (job) => stagedRows(connection, job),
    ready: async (job) => readyCounts(await counted(job)),
    apply: async (job) => ({ loaded: (await counted(job))['loaded'] ?? 0 }),
    record: () => Promise.resolve(null),
    claim: (job) => Promise.resolve(ownerIn(job)),
  } satisfies Record<string, Result<unknown>>;

  return {
    columns: (table) => orThrown(readColumns(connection, table)),
    createTable: (spec) => orThrown(createTable(connection, spec)),
    addColumns: (table, columns) => orThrown(addColumns(connection, table, columns)),
    createView: (view, sql) => orThrown(createView(connection, view, sql)),
    migration: migrationSql,
    setAside: setAsideSql,
    allowNull: allowNullSql,
    job: (jobId) => orThrown(findJob(connection, jobId, (job) => resultByStep(results, job))),
    stage: (jobId, plan) => runJob(connection, { id: jobId, configuration: () => stageConfiguration(connection, plan), result: results.stage }),
    extraFields: (plan) => orThrown(extraFields(connection, plan)),
    ready: (jobId, plan) =>
      runJob(connection, { id: jobId, configuration: () => queryConfiguration(connection, 'ready', readySql(plan)), result: results.ready }),
    apply: (jobId, plan) => runJob(connection, { id: jobId, configuration: () => applyConfiguration(connection, plan), result: results.apply }),
    verifyAndRepair: (plan) => orThrown(verifyAndRepair(connection, plan)),
    record: (jobId, row) =>
      runJob(connection, { id: jobId, configuration: () => queryConfiguration(connection, 'record', recordSql(row)), result: results.record }),
    claim: (jobId, owner) =>
      runJob(connection, { id: jobId, configuration: () => queryConfiguration(connection, 'claim', claimSql(owner)), result: results.claim }),
    empty: (emptying) => orThrown(empty(connection, emptying)),
    dropStage: async ({ stage: staged, ready }) => {
      for (const table of [staged, ready]) await orThrown(dropTable(connection, table));
    },
    query: (sql) => runQuery(connection, sql, (job) => readRows(connection, job)),
    scan: (sql, take) => handingOver(take, (pages) => runQuery(connection, sql, (job) => scanRows(connection, job, pages))),
  };
}

/** Creates or replaces a view; as a statement, because that qualifies the names in it with the project. */
async function createView(connection: Connection, view: TableRef, sql: string): Promise<void> {
  await createDataset(connection, view.dataset);
  await runStatements(connection, `CREATE OR REPLACE VIEW ${tableName(view)} AS ${sql}`);
}

/** Tells the ledger first: broken off in between, rows count as missing that are there still, never the other way round. */
async function empty(connection: Connection, { source, stream, table, at, codeVersion }: Emptying): Promise<void> {
  const values = { source: literal(source), stream: literal(stream), at: timestamp(at), codeVersion: literal(codeVersion) };
  await runStatements(connection, recordEmptiedSql(values));
  if ((await readTable(connection, table)) !== undefined) await runStatements(connection, `DELETE FROM ${tableName(table)} WHERE TRUE`);
}

/** Runs one statement that only reads; a mistake in it is a PermanentError with BigQuery's whole message. */
async function runQuery<Result>(connection: Connection, sql: string, read: (job: Job) => Promise<Result>): Promise<Result> {
  try {
    const { statistics } = await dryRun(connection, sql);
    const kind = statistics?.query?.statementType ?? 'SELECT';
    if (kind !== 'SELECT') throw new PermanentError('query', `only a statement that reads can be run, and this is ${kind}`);
    return await read(await runStatements(connection, sql));
  } catch (error) {
    const { transient } = failureOf(error);
    const cause = error instanceof TransientError || error instanceof PermanentError ? (error.details.cause ?? error) : error;
    throw transient ? new TransientError('query', messageOf(cause), { cause }) : new PermanentError('query', messageOf(cause), { cause });
  }
}

function claimSql(owner: string): string {
  return `SELECT '${Buffer.from(owner).toString('base64url')}' AS owner`;
}

function ownerIn({ configuration }: Job): string {
  const [, owner] = CLAIM.exec(configuration?.query?.query ?? '') ?? [];
  if (owner === undefined) throw new PermanentError('invalid', 'BigQuery: a job of this id is no claim');
  return Buffer.from(owner, 'base64url').toString();
}

function readyCounts({ staged = 0, ready = 0, older = 0, newer = 0 }: Readonly<Record<string, number>>): ReadyCounts {
  return { rows: staged, ready, older, newer };
}

/** A job carries the step it was made for as a label. */
async function resultByStep(results: Readonly<Record<string, Result<unknown>>>, job: Job): Promise<unknown> {
  return (await results[job.configuration?.labels?.['step'] ?? '']?.(job)) ?? null;
}

async function orThrown<Value>(value: Promise<Value>): Promise<Value> {
  return await value.catch((error: unknown) => {
    throw thrown(error);
  });
}
