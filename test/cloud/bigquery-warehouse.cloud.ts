import { Storage } from '@google-cloud/storage';
import { bigQueryWarehouse } from '../../shared/warehouse/bigquery.ts';
import { describeWarehouse } from '../contract/warehouse.ts';
import type { OpenedWarehouse } from '../contract/warehouse-lab.ts';
import { endpoints, PROJECT } from './endpoints.ts';

const GAPS = [] as const;

async function open(): Promise<OpenedWarehouse> {
  const { bigquery, gcs } = endpoints();
  const warehouse = bigQueryWarehouse({ projectId: PROJECT, location: 'US', maximumBytesBilled: '1000000000', apiEndpoint: bigquery, pollDelayMs: () => 1 });
  const storage = new Storage({ apiEndpoint: gcs, projectId: PROJECT });
  await storage.createBucket('clean').catch(() => undefined);
  return {
    warehouse,
    async put(bucket, name, text) {
      const file = storage.bucket(bucket).file(name);
      await file.save(text, { resumable: false });
      return { generation: String(file.metadata.generation) };
    },
    close: async () => {},
  };
}

describeWarehouse('BigQuery client on bigquery-emulator', open, GAPS);
