import { BigQuery } from '@google-cloud/bigquery';

export async function insert(row: string): Promise<void> {
  await new BigQuery().insert(row);
}
