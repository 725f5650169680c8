import { startChild } from './child.ts';
import { endpoints, PROJECT } from './endpoints.ts';

/** An emulator of BigQuery that belongs to one test or a few. */
export interface BigQueryEmulator {
  /** As `http://127.0.0.1:<port>`. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts an empty one. Its memory grows with every statement, and beyond 2 GB it panics and is broken from then on (some hundred
 * statements); so it is not shared. It fetches the objects of load jobs from the storage emulator.
 */
export async function startBigQueryEmulator(): Promise<BigQueryEmulator> {
  const { bigquery, gcs } = endpoints();
  const { ready, stop } = await startChild({
    name: 'bigquery-emulator',
    command: bigquery,
    args: [`--project=${PROJECT}`, '--host=127.0.0.1', '--port=0', '--grpc-port=0'],
    env: { STORAGE_EMULATOR_HOST: gcs },
    ready: /REST server listening at (\S+)/,
  });
  return { url: `http://${ready[0]}`, stop };
}
