import { randomUUID } from 'node:crypto';
import { TransientError } from '../errors.ts';
import type { Connection } from './bigquery-client.ts';
import { thrown } from './bigquery-failure.ts';
import { queryConfiguration, readNumbers, readRows, runStatements } from './bigquery-jobs.ts';
import { applySql, type DateRange, deleteCopiesSql, deleteOutdatedSql, extraFieldsSql, prunedBy, rangeSql, violationsSql } from './bigquery-load-sql.ts';
import type { Job, JobConfiguration } from './bigquery-resources.ts';
import { schemaField } from './bigquery-sql.ts';
import { createDataset, dropTable, readColumns, readTable } from './bigquery-tables.ts';
import type { LoadPlan, TableRef } from './warehouse.ts';

const STAGE_EXPIRES_MS = 86_400_000;

/** The load job that puts a clean object into its stage: every value as declared or nothing at all. */
export async function stageConfiguration(connection: Connection, plan: LoadPlan): Promise<JobConfiguration> {
  const { bucket, name } = plan.object;
  await createDataset(connection, plan.stage.dataset, STAGE_EXPIRES_MS);
  return {
    labels: { step: 'stage' },
    load: {
      sourceUris: [`gs://${bucket}/${name}`],
      sourceFormat: 'NEWLINE_DELIMITED_JSON',
      schema: { fields: plan.rowColumns.map(schemaField) },
      destinationTable: { projectId: connection.projectId, datasetId: plan.stage.dataset, tableId: plan.stage.table },
      createDisposition: 'CREATE_IF_NEEDED',
      writeDisposition: 'WRITE_TRUNCATE',
      autodetect: false,
      ignoreUnknownValues: false,
      maxBadRecords: 0,
    },
  };
}

/** How many rows a load job wrote; bigquery-emulator 0.8.1 keeps no statistics of a load, but the table has its rows. */
export async function stagedRows(connection: Connection, { statistics, configuration }: Job): Promise<{ readonly rows: number }> {
  const { datasetId: dataset = '', tableId: table = '' } = configuration?.load?.destinationTable ?? {};
  const rows = statistics?.load?.outputRows ?? (await readTable(connection, { dataset, table }))?.numRows;
  return { rows: Number(rows ?? 0) };
}

/** The script that replaces what is older by the ready rows; what it needs to know of both tables is read first. */
export async function applyConfiguration(connection: Connection, plan: LoadPlan): Promise<JobConfiguration> {
  const there = (await readColumns(connection, plan.target)) ?? [];
  return queryConfiguration(connection, 'apply', applySql(plan, there, await readyRange(connection, plan)));
}

/** The names in `_extra`, sorted by code unit. */
export async function extraFields(connection: Connection, plan: LoadPlan): Promise<readonly string[]> {
  if (!plan.rowColumns.some(({ name }) => name === '_extra')) return [];
  try {
    const { rows } = await readRows(connection, await runStatements(connection, extraFieldsSql(plan)));
    return rows.map(([name]): string => JSON.parse(String(name))).sort();
  } catch (error) {
    const failure = thrown(error);
    if (failure.rule !== 'notFound') throw failure;
    // Another delivery has finished in between and dropped the stage: the next one finds its jobs done.
    throw new TransientError('notFound', failure.message, { cause: error });
  }
}

/** Repairs what one SELECT has found; how many rows that were when it looked. */
export async function verifyAndRepair(connection: Connection, plan: LoadPlan): Promise<number> {
  const { outdated = 0, copies = 0 } = await readNumbers(connection, await runStatements(connection, violationsSql(plan)));
  if (outdated > 0) await repair(connection, plan, (list) => deleteOutdatedSql(plan, list));
  if (copies === 0) return outdated;
  const there = (await readColumns(connection, plan.target)) ?? [];
  await repair(connection, plan, (list) => deleteCopiesSql(plan, list, there));
  // What came back may have been replaced in between.
  return outdated + copies + (await verifyAndRepair(connection, plan));
}

/** Runs statements that need a table of their own, which goes afterwards. */
async function repair(connection: Connection, { ready }: LoadPlan, statements: (list: TableRef) => string): Promise<void> {
  const list = { dataset: ready.dataset, table: `repair_${randomUUID().replaceAll('-', '')}` };
  await createDataset(connection, ready.dataset, STAGE_EXPIRES_MS);
  await runStatements(connection, statements(list));
  await dropTable(connection, list);
}

/** The first and the last day of the ready rows, where that bounds the partitions that a MERGE reads. */
async function readyRange(connection: Connection, plan: LoadPlan): Promise<DateRange | undefined> {
  const column = prunedBy(plan);
  if (column === undefined) return undefined;
  const { rows } = await readRows(connection, await runStatements(connection, rangeSql(plan, column)));
  const [from, to] = rows[0] ?? [];
  return typeof from === 'string' && typeof to === 'string' ? { column, from, to } : undefined;
}
