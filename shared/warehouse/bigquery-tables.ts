import { PermanentError, TransientError } from '../errors.ts';
import type { Connection } from './bigquery-client.ts';
import { statusOf } from './bigquery-failure.ts';
import type { Dataset, Field, Table } from './bigquery-resources.ts';
import { columnOf, schemaField } from './bigquery-sql.ts';
import type { Column, TableSpec } from './table.ts';
import type { TableRef } from './warehouse.ts';

const PATCH_ATTEMPTS = 5;
const MAX_CLUSTER = 4;
const MAX_LABEL = 63;

/** The table or view as BigQuery has it; undefined where there is none. */
export async function readTable(connection: Connection, table: TableRef): Promise<Table | undefined> {
  return await orUndefined(connection.ask<Table>({ method: 'GET', path: tablePath(table) }));
}

/** The columns of a table or view; undefined where there is none. */
export async function readColumns(connection: Connection, table: TableRef): Promise<readonly Column[] | undefined> {
  return (await readTable(connection, table))?.schema?.fields?.map(columnOf);
}

/** A table's settings as BigQuery's API has them, whoever creates it. */
export interface TableSettings {
  readonly description: string;
  readonly labels: Record<string, string>;
  readonly fields: readonly Field[];
  readonly partition: string;
  readonly cluster: readonly string[];
}

/** Writes a table's declaration in the terms of BigQuery's API. */
export function tableSettings({ description, labels, columns, partition, cluster }: TableSpec): TableSettings {
  return {
    description,
    labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [label(name), label(value)])),
    fields: columns.map(schemaField),
    partition,
    cluster: cluster.slice(0, MAX_CLUSTER),
  };
}

/** Creates a table unless it is there, and its dataset where that is missing, too. */
export async function createTable(connection: Connection, spec: TableSpec): Promise<void> {
  const { projectId } = connection;
  const { description, labels, fields, partition, cluster } = tableSettings(spec);
  const body: Table = {
    tableReference: { projectId, datasetId: spec.dataset, tableId: spec.table },
    description,
    labels,
    schema: { fields: [...fields] },
    timePartitioning: { type: 'DAY', field: partition },
    ...(cluster.length === 0 ? {} : { clustering: { fields: [...cluster] } }),
  };
  const insert = () => unlessThere(connection.ask({ method: 'POST', path: `datasets/${spec.dataset}/tables`, body }));
  try {
    await insert();
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    await createDataset(connection, spec.dataset);
    await insert();
  }
}

/** Creates a dataset unless it is there; its tables go after so many milliseconds. */
export async function createDataset(connection: Connection, dataset: string, tableExpirationMs?: number): Promise<void> {
  if (connection.datasets.has(dataset)) return;
  const there = await orUndefined(connection.ask({ method: 'GET', path: `datasets/${dataset}` }));
  if (there === undefined) await insertDataset(connection, dataset, tableExpirationMs);
  connection.datasets.add(dataset);
}

async function insertDataset(connection: Connection, dataset: string, tableExpirationMs: number | undefined): Promise<void> {
  const { projectId, location } = connection;
  const body: Dataset = {
    datasetReference: { projectId, datasetId: dataset },
    location,
    ...(tableExpirationMs === undefined ? {} : { defaultTableExpirationMs: String(tableExpirationMs) }),
  };
  await unlessThere(connection.ask({ method: 'POST', path: 'datasets', body }));
}

/** Adds the columns that are not there without regard to case, each as NULLABLE; a change by another in between is read first. */
export async function addColumns(connection: Connection, table: TableRef, columns: readonly Column[]): Promise<void> {
  for (let attempt = 1; attempt <= PATCH_ATTEMPTS; attempt += 1) {
    const found = await readTable(connection, table);
    if (found === undefined) throw new PermanentError('notFound', `table ${table.dataset}.${table.table} is not there`);
    const fields = found.schema?.fields ?? [];
    const added = newColumns(fields, columns);
    if (added.length === 0) return;
    const body: Table = { schema: { fields: [...fields, ...added.map(schemaField)] } };
    if (await patch(connection, table, body, found.etag)) return;
  }
  throw new TransientError('conditionNotMet', `table ${table.dataset}.${table.table} is being changed by others`);
}

export async function dropTable(connection: Connection, table: TableRef): Promise<void> {
  await orUndefined(connection.ask({ method: 'DELETE', path: tablePath(table) }));
}

function newColumns(fields: readonly Field[], columns: readonly Column[]): readonly Column[] {
  const taken = new Set(fields.map(({ name = '' }) => name.toLowerCase()));
  const added: Column[] = [];
  for (const column of columns) {
    if (taken.has(column.name.toLowerCase())) continue;
    taken.add(column.name.toLowerCase());
    added.push({ ...column, mode: 'NULLABLE' });
  }
  return added;
}

/** False where the table has been changed since it was read. */
async function patch(connection: Connection, table: TableRef, body: Table, etag: string | undefined): Promise<boolean> {
  try {
    await connection.ask({ method: 'PATCH', path: tablePath(table), body, ...(etag === undefined ? {} : { etag }) });
    return true;
  } catch (error) {
    if (statusOf(error) === 412) return false;
    throw error;
  }
}

/** Labels are lower case letters, digits, `_` and `-`. */
function label(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_-]/gu, '_')
    .slice(0, MAX_LABEL);
}

function tablePath({ dataset, table }: TableRef): string {
  return `datasets/${dataset}/tables/${table}`;
}

async function orUndefined<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  return await answer.catch((error: unknown) => {
    if (statusOf(error) === 404) return undefined;
    throw error;
  });
}

async function unlessThere(answer: Promise<unknown>): Promise<void> {
  await answer.catch((error: unknown) => {
    if (statusOf(error) !== 409) throw error;
  });
}
