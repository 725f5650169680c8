import type { Field } from '../../shared/warehouse/bigquery-resources.ts';
import { cell, typeName } from '../../shared/warehouse/bigquery-values.ts';
import type { TableSpec } from '../../shared/warehouse/table.ts';
import type { QueryResult } from '../../shared/warehouse/warehouse.ts';
import { startBigQueryEmulator } from './bigquery-emulator.ts';
import { PROJECT } from './endpoints.ts';

/** GoogleSQL, as the emulator has it: its parser and analyzer are Google's, its functions are not. */
export interface Judge {
  /** Where its API is. */
  readonly url: string;
  /** Runs one statement, or several with `;` between; the rows of the last. A mistake is thrown with the emulator's words. */
  query(sql: string): Promise<QueryResult>;
  /** Puts rows into a table, as they are inserted by a stream of rows; values are texts. */
  insert(table: Pick<TableSpec, 'dataset' | 'table'>, rows: readonly Readonly<Record<string, string | null>>[]): Promise<void>;
  /** Through the API: a dataset of CREATE SCHEMA is none to its tables. */
  createDataset(dataset: string): Promise<void>;
  close(): Promise<void>;
}

interface Answer {
  readonly insertErrors?: readonly unknown[];
  readonly error?: { readonly message?: string };
  readonly schema?: { readonly fields?: readonly Field[] };
  readonly rows?: readonly { readonly f?: readonly { readonly v?: unknown }[] }[];
  readonly pageToken?: string;
}

const MAX_ROWS = 10_000;
const ROWS_A_REQUEST = 1_000;
const TOLD = 200;

/** Starts an emulator for one file of tests. One request a statement: through the client, with a job and a dry run, it takes some ten times as long. */
export async function openJudge(): Promise<Judge> {
  const { url, stop } = await startBigQueryEmulator();
  const post = async (path: string, body: object): Promise<Answer> => {
    const target = `${url}/bigquery/v2/projects/${PROJECT}/${path}`;
    const response = await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    return (await response.json()) as Answer;
  };
  return {
    url,
    async query(sql) {
      const answer = await post('queries', { query: sql, useLegacySql: false, maxResults: MAX_ROWS, formatOptions: { useInt64Timestamp: true } });
      if (answer.error !== undefined) throw new Error(shortened(answer.error.message ?? ''));
      if (answer.pageToken !== undefined && answer.pageToken !== '') throw new Error(`more than ${MAX_ROWS} rows: ${sql.slice(0, 200)}`);
      const fields = answer.schema?.fields ?? [];
      const rows = (answer.rows ?? []).map(({ f = [] }) => fields.map((field, index) => cell(field, f[index]?.v)));
      return { columns: fields.map((field) => ({ name: field.name ?? '', type: typeName(field) })), rows };
    },
    async insert({ dataset, table }, rows) {
      for (let at = 0; at < rows.length; at += ROWS_A_REQUEST) {
        const body = { rows: rows.slice(at, at + ROWS_A_REQUEST).map((json) => ({ json })) };
        const { error, insertErrors = [] } = await post(`datasets/${dataset}/tables/${table}/insertAll`, body);
        if (error !== undefined || insertErrors.length > 0) throw new Error(`${dataset}.${table}: ${error?.message ?? JSON.stringify(insertErrors[0])}`);
      }
    },
    async createDataset(dataset) {
      const { error } = await post('datasets', { datasetReference: { projectId: PROJECT, datasetId: dataset } });
      if (error !== undefined) throw new Error(`dataset ${dataset}: ${error.message}`);
    },
    close: stop,
  };
}

/** Its messages hold all of SQLite's SQL between the words that matter. */
function shortened(message: string): string {
  return message.length <= 2 * TOLD ? message : `${message.slice(0, TOLD)} … ${message.slice(-TOLD)}`;
}
