import type { Ports } from '../../infra/local/host.ts';
import type { Notice } from '../../shared/notices/notices.ts';
import { gcsStore } from '../../shared/object-store/gcs.ts';
import { gcsClient } from '../../shared/object-store/gcs-client.ts';
import { bigQueryWarehouse } from '../../shared/warehouse/bigquery.ts';
import { type Ending, type JobConfiguration, type StrictBigQuery, startStrictBigQuery } from '../cloud/strict-bigquery.ts';
import { type StrictStorage, startStrictStorage } from '../cloud/strict-storage.ts';

/** The ports of Google Cloud on strict fakes: the buckets `raw` and `clean`, and a BigQuery that keeps jobs and tables but runs no SQL. */
export interface CloudPorts extends Ports {
  readonly rawStorage: StrictStorage;
  readonly cleanStorage: StrictStorage;
  readonly bigQuery: StrictBigQuery;
  readonly published: readonly Notice[];
  close(): Promise<void>;
}

const LOCATION = 'northamerica-northeast1';

/** `rows` is what every load finds in its object. */
export async function openCloudPorts(rows: number): Promise<CloudPorts> {
  const [rawStorage, cleanStorage] = [await startStrictStorage('raw'), await startStrictStorage('clean')];
  const bigQuery = await startStrictBigQuery(LOCATION);
  bigQuery.otherwise = (configuration) => endOfLoad(configuration, rows);
  const published: Notice[] = [];
  const store = ({ url }: StrictStorage, bucket: string) => gcsStore({ bucket, client: gcsClient({ apiEndpoint: url }) });
  return {
    rawStorage,
    cleanStorage,
    bigQuery,
    published,
    raw: store(rawStorage, 'raw'),
    clean: store(cleanStorage, 'clean'),
    warehouse: bigQueryWarehouse({
      projectId: 'local',
      location: LOCATION,
      maximumBytesBilled: '1000000000',
      apiEndpoint: bigQuery.url,
      pollDelayMs: () => 1,
    }),
    notices: {
      publish: async (notice) => {
        published.push(notice);
      },
    },
    async close() {
      for (const fake of [rawStorage, cleanStorage, bigQuery]) await fake.close();
    },
  };
}

/** How the jobs of a load end that meets nothing in its way; those that are asked for again run for a while. */
export function endOfLoad({ dryRun, labels = {}, query }: JobConfiguration, rows: number): Ending {
  const text = String(rows);
  if (dryRun === true) return { statistics: { query: { statementType: 'SELECT' } } };
  if (labels['step'] === 'stage') return { statistics: { load: { outputRows: text } }, questions: 3 };
  if (labels['step'] === 'ready') return { ...numbers({ staged: text, ready: text, older: '0', newer: '0' }), questions: 3 };
  if (labels['step'] === 'apply') return { ...numbers({ loaded: text }), questions: 3 };
  return query?.query.includes('AS outdated') === true ? numbers({ outdated: '0', copies: '0' }) : {};
}

function numbers(row: Readonly<Record<string, string>>): Ending {
  return { fields: Object.keys(row).map((name) => ({ name, type: 'INTEGER' })), pages: [[Object.values(row)]] };
}
