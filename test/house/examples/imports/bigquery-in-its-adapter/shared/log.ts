import type { BigQuery } from '@google-cloud/bigquery';

export function print(client: BigQuery): void {
  console.log(client.toString());
}
