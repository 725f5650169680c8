import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Child, startChild } from './child.ts';
import { PROJECT } from './endpoints.ts';
import { type GoProgram, installed } from './go-program.ts';

/** What the emulators are started from. */
export interface InstalledEmulators {
  readonly gcs: string;
  readonly bigquery: string;
  /** Google's own emulator where its SDK is, else the server of its Go library. */
  readonly pubsub: { readonly kind: 'gcloud' | 'go'; readonly path: string };
}

export interface RunningEmulators {
  /** What the tests find in their environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly children: readonly Child[];
}

const HOST = '127.0.0.1';
const GCS: GoProgram = { name: 'fake-gcs-server', module: 'github.com/fsouza/fake-gcs-server', version: 'v1.56.1', package: '' };
const BIGQUERY: GoProgram = {
  name: 'bigquery-emulator',
  module: 'github.com/goccy/bigquery-emulator',
  version: 'v0.8.1',
  package: 'cmd/bigquery-emulator',
};
const PUBSUB: GoProgram = { name: 'pubsub-emulator', folder: join(import.meta.dirname, 'pubsub-emulator') };

/** Builds what is not in the cache, one after the other: each build takes all processors. */
export async function installEmulators(pubsub: 'gcloud' | 'go' | undefined): Promise<InstalledEmulators> {
  const isInSdk = pubsub !== 'go' && (await hasPubSubInSdk());
  if (pubsub === 'gcloud' && !isInSdk) throw new Error("Google's Pub/Sub emulator is missing: gcloud components install pubsub-emulator beta");
  const gcs = await installed(GCS);
  const bigquery = await installed(BIGQUERY);
  return { gcs, bigquery, pubsub: isInSdk ? { kind: 'gcloud', path: 'gcloud' } : { kind: 'go', path: await installed(PUBSUB) } };
}

/** Starts those of Cloud Storage and Pub/Sub on loopback ports; tests start the one of BigQuery for themselves; where one does not start, the others are stopped again. */
export async function startEmulators({ gcs, bigquery, pubsub }: InstalledEmulators): Promise<RunningEmulators> {
  const children: Child[] = [];
  const start = async (child: Promise<Child>): Promise<Child> => {
    const started = await child;
    children.push(started);
    return started;
  };
  try {
    const gcsUrl = `http://${HOST}:${await startGcs(gcs, start)}`;
    const pubsubAddress = await (pubsub.kind === 'go' ? startPubSubOfGo(pubsub.path, start) : startPubSubOfSdk(start));
    return { children, env: { CLOUD_GCS: gcsUrl, CLOUD_BIGQUERY: bigquery, CLOUD_PUBSUB: pubsubAddress } };
  } catch (error) {
    await stopEmulators({ children });
    throw error;
  }
}

/** Stops what was started, and nothing else. */
export async function stopEmulators({ children }: Pick<RunningEmulators, 'children'>): Promise<void> {
  await Promise.all(children.map((child) => child.stop()));
}

type Start = (child: Promise<Child>) => Promise<Child>;

async function startGcs(path: string, start: Start): Promise<number> {
  const port = await freePort();
  const args = ['-scheme', 'http', '-host', HOST, '-port', `${port}`, '-backend', 'memory'];
  await start(startChild({ name: 'fake-gcs-server', command: path, args, ready: /server started at/ }));
  return port;
}

async function startPubSubOfGo(path: string, start: Start): Promise<string> {
  const { ready } = await start(startChild({ name: 'pubsub-emulator', command: path, args: [], ready: /listening on (\S+)/ }));
  return ready.join('');
}

async function startPubSubOfSdk(start: Start): Promise<string> {
  const address = `${HOST}:${await freePort()}`;
  const args = ['beta', 'emulators', 'pubsub', 'start', `--host-port=${address}`, `--project=${PROJECT}`, '--data-dir=.', '--quiet'];
  await start(startChild({ name: 'pubsub-emulator', command: 'gcloud', args, ready: /Server started, listening on/ }));
  return address;
}

async function hasPubSubInSdk(): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('gcloud', ['info', '--format=value(installation.sdk_root)']);
    await access(join(stdout.trim(), 'platform', 'pubsub-emulator'));
    return true;
  } catch {
    return false;
  }
}

/** For programs that do not tell which port they were given: another process could take it before they do, and then they fail. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
