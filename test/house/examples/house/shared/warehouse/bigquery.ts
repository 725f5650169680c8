import { BigQuery } from '@google-cloud/bigquery';
import { ask } from '../database/postgres.ts';
import { decrypt } from '../secrets/kms.ts';

export async function insert(row: string): Promise<void> {
  await new BigQuery().insert(row);
  await ask('SELECT 1');
  await decrypt(row);
}
