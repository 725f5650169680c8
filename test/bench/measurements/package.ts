import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { finalizedEvent, publishedEvent } from '../../../infra/local/cloud-event.ts';
import { startEzFocus } from '../../../infra/local/stand-ins/ezfocus.ts';
import { gcsStore } from '../../../shared/object-store/gcs.ts';
import { gcsClient } from '../../../shared/object-store/gcs-client.ts';
import { createObject } from '../../../shared/object-store/object-store.ts';
import { startStrictBigQuery } from '../../cloud/strict-bigquery.ts';
import { startStrictStorage } from '../../cloud/strict-storage.ts';
import { endOfLoad } from '../../support/cloud-ports.ts';
import { buildPackage, startDeployed } from '../../support/deployed.ts';
import { ezFocusEnvironment } from '../../support/ezfocus.ts';
import { postEvent } from '../children/post.ts';
import type { Measurement } from '../result.ts';
import { figure, spread } from '../summary.ts';

interface Start {
  readonly listeningMs: number;
  readonly answeredMs: number;
  readonly peakBytes: number;
}

const BUCKET = 'bench';
const LOCATION = 'EU';
const CLEAN = 'ezfocus/accounts/2026-11-20/stores.json.1795132800000001.1-00000000.ndjson';
const SEED = 1;
const ACCOUNTS = 10;

/** What is deployed: its size, and how long the first event waits for each function on the clients of Google Cloud. */
export const deployable: Measurement = {
  name: 'package',
  title:
    'The deployable package behind functions-framework, each function at work on ten accounts, on strict stand-ins of Cloud Storage and of a BigQuery that has done every job at once',
  async measure(lab) {
    const dir = join(lab.dir, 'package');
    await buildPackage(dir, lab.scale.name === 'tiny' ? 'borrowed' : 'installed');
    const [product, packages] = [(await sizeOf(join(dir, 'functions'))) + (await sizeOf(join(dir, 'shared'))), await sizeOf(join(dir, 'node_modules'))];
    const standIn = await startEzFocus({ seed: SEED, accounts: ACCOUNTS, callReports: 0, inventory: 0 });
    let id = 0;
    const extract = async () => {
      const storage = await startStrictStorage(BUCKET);
      const env = { STORAGE_EMULATOR_HOST: storage.url, RAW_BUCKET: BUCKET, ...ezFocusEnvironment(standIn) };
      const message = { json: { source: 'ezfocus', stream: 'accounts' } };
      const start = await started(dir, 'extract', env, () => publishedEvent(message, delivery(id++)));
      const [raw] = await Array.fromAsync(gcsStore({ bucket: BUCKET, client: gcsClient({ apiEndpoint: storage.url }) }).list(''));
      return { storage, start, raw };
    };
    const samples = await lab.alternate<Start>({
      extract: async () => {
        const { storage, start } = await extract();
        await storage.close();
        return start;
      },
      transform: async () => {
        const { storage, raw } = await extract();
        if (raw === undefined) throw new Error('the extract has made no raw object');
        const env = { STORAGE_EMULATOR_HOST: storage.url, RAW_BUCKET: BUCKET, CLEAN_BUCKET: BUCKET };
        const start = await started(dir, 'transform', env, () => finalizedEvent(BUCKET, raw, delivery(id++)));
        await storage.close();
        return start;
      },
      load: async () => {
        const [storage, bigQuery] = [await startStrictStorage(BUCKET), await startStrictBigQuery(LOCATION)];
        bigQuery.otherwise = (configuration) => ({ ...endOfLoad(configuration, ACCOUNTS), questions: 0 });
        const clean = await createObject(gcsStore({ bucket: BUCKET, client: gcsClient({ apiEndpoint: storage.url }) }), CLEAN, '{}\n');
        if (clean === undefined) throw new Error('the clean object was not made');
        const hosts = { STORAGE_EMULATOR_HOST: storage.url, BIGQUERY_EMULATOR_HOST: bigQuery.url, METADATA_SERVER_DETECTION: 'none' };
        const env = { ...hosts, CLEAN_BUCKET: BUCKET, GOOGLE_CLOUD_PROJECT: 'bench', BIGQUERY_LOCATION: LOCATION };
        const start = await started(dir, 'load', env, () => finalizedEvent(BUCKET, clean, delivery(id++)));
        await Promise.all([storage.close(), bigQuery.close()]);
        return start;
      },
    });
    await standIn.stop();
    return {
      samples,
      columns: ['', 'listening, ms', 'first answer, ms', 'peak MB', `product ${figure(product / 1e3, 0)} KB, packages ${figure(packages / 1e6, 0)} MB`],
      rows: Object.entries(samples).map(([name, runs]) => [
        name,
        spread(
          runs.map((run) => run.listeningMs),
          0,
        ),
        spread(
          runs.map((run) => run.answeredMs),
          0,
        ),
        spread(
          runs.map((run) => run.peakBytes / 1e6),
          0,
        ),
        '',
      ]),
      targets: [],
    };
  },
};

function delivery(id: number) {
  return { id: String(id), time: new Date().toISOString() };
}

async function started(dir: string, target: string, env: Record<string, string>, event: () => ReturnType<typeof publishedEvent>): Promise<Start> {
  const from = performance.now();
  const { child, url } = await startDeployed(dir, target, env);
  const address = await url;
  const listeningMs = performance.now() - from;
  await postEvent(address, event());
  const answeredMs = performance.now() - from;
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${child.pid}/status`, 'utf8')) ?? [];
  child.kill('SIGKILL');
  return { listeningMs, answeredMs, peakBytes: Number(kibibytes ?? 0) * 1024 };
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}
