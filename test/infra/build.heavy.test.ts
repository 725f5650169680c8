import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { finalizedEvent, publishedEvent } from '../../infra/local/cloud-event.ts';
import { startEzFocus } from '../../infra/local/stand-ins/ezfocus.ts';
import { gcsStore } from '../../shared/object-store/gcs.ts';
import { gcsClient } from '../../shared/object-store/gcs-client.ts';
import { startStrictBigQuery } from '../cloud/strict-bigquery.ts';
import { startStrictStorage } from '../cloud/strict-storage.ts';
import { endOfLoad } from '../support/cloud-ports.ts';
import { buildPackage, type DeployedFunction, startDeployed } from '../support/deployed.ts';
import { ezFocusEnvironment } from '../support/ezfocus.ts';

const ROOT = join(import.meta.dirname, '../..');
const BUCKET = 'crm';
const LOCATION = 'northamerica-northeast1';
const delivery = { id: '1', time: '2026-11-20T06:00:00Z' };

let dir: string;
const running: ChildProcess[] = [];
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'package-'));
  await buildPackage(dir, 'installed');
}, 180_000);

afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  for (const close of closing.splice(0)) await close();
});

afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

async function start(target: string, env: Record<string, string>): Promise<DeployedFunction> {
  const deployed = await startDeployed(dir, target, env);
  running.push(deployed.child);
  return deployed;
}

async function post(url: string, { headers, body }: ReturnType<typeof finalizedEvent>): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', headers, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text}`);
  return JSON.parse(text);
}

describe('the deployable package', () => {
  test('has the packages of the product only, and no file but theirs', async () => {
    const { dependencies, devDependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    const modules = join(dir, 'node_modules');
    for (const name of Object.keys(dependencies)) expect(await readdir(join(modules, name))).toContain('package.json');
    const lock = JSON.parse(await readFile(join(modules, '.package-lock.json'), 'utf8'));
    const installed = Object.entries<{ dev?: boolean }>(lock.packages);
    expect(installed.filter(([, { dev }]) => dev === true)).toEqual([]);
    const folders = installed.map(([folder]) => folder.replace(/.*node_modules\//, ''));
    // Google's packages bring types of Node with them.
    for (const tool of Object.keys(devDependencies).filter((name) => !name.startsWith('@types/'))) expect(folders).not.toContain(tool);
    expect(folders.filter((name) => /duckdb|jest|swc|typescript|pglite/.test(name))).toEqual([]);
    expect((await readdir(dir)).sort()).toEqual(['functions', 'node_modules', 'package-lock.json', 'package.json', 'shared']);
    for (const folder of ['functions', 'shared']) {
      for (const file of await readdir(join(dir, folder), { recursive: true })) expect(file).not.toMatch(/\.ts$|infra|duckdb|stand-in/);
    }
  });

  test('asks a source, transforms what came and loads it, on Node 24 and the clients of Google Cloud', async () => {
    expect(process.versions.node).toMatch(/^24\./);
    const storage = await startStrictStorage(BUCKET);
    const standIn = await startEzFocus({ seed: 1, accounts: 30, callReports: 1, inventory: 1 });
    const bigQuery = await startStrictBigQuery(LOCATION);
    bigQuery.otherwise = (configuration) => endOfLoad(configuration, 30);
    closing.push(storage.close, standIn.stop, bigQuery.close);
    const store = gcsStore({ bucket: BUCKET, client: gcsClient({ apiEndpoint: storage.url }) });
    const objects = () => Array.fromAsync(store.list(''));
    const env = { STORAGE_EMULATOR_HOST: storage.url, RAW_BUCKET: BUCKET, CLEAN_BUCKET: BUCKET };

    const extract = await start('extract', { ...env, ...ezFocusEnvironment(standIn) });
    const message = { json: { source: 'ezfocus', stream: 'accounts' } };
    expect(await post(await extract.url, publishedEvent(message, delivery))).toMatchObject({ status: 'success', runs: [{ records: 30 }] });
    const [raw] = await objects();
    if (raw === undefined) throw new Error('there is no raw object');

    const transform = await start('transform', env);
    const event = finalizedEvent(BUCKET, raw, delivery);
    expect(await post(await transform.url, event)).toMatchObject({ status: 'success', runs: [{ records: 30, outcome: 'success' }] });
    const made = await objects();
    expect(made.map(({ name }) => name.split('/')[0])).toEqual(['ezfocus', 'ezfocus', 'pipeline']);

    const places = { GOOGLE_CLOUD_PROJECT: 'my-project', BIGQUERY_LOCATION: LOCATION, BIGQUERY_EMULATOR_HOST: bigQuery.url };
    const load = await start('load', { ...env, ...places, METADATA_SERVER_DETECTION: 'none' });
    for (const clean of made.filter(({ name }) => name.endsWith('.ndjson'))) {
      expect(await post(await load.url, finalizedEvent(BUCKET, clean, delivery))).toMatchObject({ status: 'success', runs: [{ outcome: 'loaded' }] });
    }
    expect([...bigQuery.tables.keys()]).toEqual(expect.arrayContaining(['WM_SalesTeam.Accounts_List', 'ops.loads', 'ops.runs']));
    expect([storage.violations, bigQuery.violations]).toEqual([[], []]);
  });

  test('has a load that starts with its settings and answers', async () => {
    const load = await start('load', { CLEAN_BUCKET: BUCKET, GOOGLE_CLOUD_PROJECT: 'my-project', BIGQUERY_LOCATION: 'EU' });
    const event = finalizedEvent(BUCKET, { name: 'gcloud/tmp/part', generation: '1', size: 0, created: delivery.time }, delivery);
    expect(await post(await load.url, event)).toMatchObject({ status: 'success', runs: [{ outcome: 'ignored' }] });
  });

  test('has a sync that says when its database is down, and a deliver that starts without it', async () => {
    const service = { DB_DSN: 'postgres://nobody@127.0.0.1:1/none', OUTBOX_BUCKET: BUCKET, CRM_ENCRYPTION_KEY: 'k'.repeat(32), ENVIRONMENT: 'test' };
    const sync = await start('sync', { ...service, API_KEY: 'a key of the built package' });
    const health = await fetch(new URL('/health', await sync.url));
    expect([health.status, await health.json()]).toEqual([503, expect.objectContaining({ details: expect.objectContaining({ database: 'unreachable' }) })]);
    const deliver = await start('deliver', { ...service, GOOGLE_CLOUD_PROJECT: 'my-project' });
    const event = finalizedEvent(BUCKET, { name: 'gcloud/tmp/part', generation: '1', size: 0, created: delivery.time }, delivery);
    expect(await post(await deliver.url, event)).toMatchObject({ status: 'success' });
  });

  test.each([
    ['extract', ['RAW_BUCKET']],
    ['transform', ['RAW_BUCKET', 'CLEAN_BUCKET']],
    ['load', ['CLEAN_BUCKET', 'GOOGLE_CLOUD_PROJECT', 'BIGQUERY_LOCATION']],
    ['sync', ['DB_DSN', 'ENVIRONMENT', 'API_KEY', 'CRM_ENCRYPTION_KEY', 'OUTBOX_BUCKET']],
    ['deliver', ['DB_DSN', 'CRM_ENCRYPTION_KEY', 'OUTBOX_BUCKET']],
  ])('does not start %s without its settings, and names them all', async (target, settings) => {
    const { child, output } = await start(target, {});
    expect((await once(child, 'close'))[0]).toBe(1);
    for (const setting of settings) expect(output()).toContain(`- ${setting} is not set`);
  });
});
