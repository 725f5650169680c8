import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startEzFocus } from '../../infra/local/stand-ins/ezfocus.ts';
import type { Answer, ChainFunction } from '../../shared/invocation.ts';
import { createObject, type ObjectInfo } from '../../shared/object-store/object-store.ts';
import { existing } from '../contract/object-store.ts';
import { type CloudPorts, openCloudPorts } from '../support/cloud-ports.ts';
import { ezFocusEnvironment } from '../support/ezfocus.ts';

interface Loaded {
  readonly wired: readonly string[];
  readonly called: readonly string[];
  readonly answer: Answer;
}

const CHILD = join(import.meta.dirname, 'imports-child.ts');
/** What is dear, or none of a function's business; each is loaded by those that use it only. */
const WATCHED = [
  '@duckdb/node-api',
  '@google-cloud/bigquery',
  '@google-cloud/pubsub',
  '@google-cloud/storage',
  '@node-rs/crc32',
  'ajv',
  'csv-parse',
  'google-gax',
  'got',
  'mime',
] as const;
const CLIENTS = WATCHED.filter((name) => name.startsWith('@google-cloud/'));
const RAW = 'ezfocus/accounts/2026-11-20/stores.json';
const CLEAN = 'ezfocus/accounts/2026-11-20/stores.json.1795132800000001.1-00000000.ndjson';

let ports: CloudPorts;
let settings: Record<string, string>;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  ports = await openCloudPorts(1);
  const standIn = await startEzFocus({ seed: 1, accounts: 10, callReports: 0, inventory: 0 });
  closing.push(ports.close, standIn.stop);
  settings = ezFocusEnvironment(standIn);
});
afterAll(async () => {
  for (const close of closing) await close();
});

function event(type: string, data: object): string {
  return JSON.stringify({ specversion: '1.0', id: '1', time: new Date().toISOString(), source: '//test', type, data });
}

function finalized(bucket: string, { name, generation }: ObjectInfo): string {
  return event('google.cloud.storage.object.v1.finalized', { bucket, name, generation });
}

async function loadedBy(target: ChainFunction, env: Readonly<Record<string, string>>, body: string): Promise<Loaded> {
  const offline = { METADATA_SERVER_DETECTION: 'none', PATH: process.env['PATH'] ?? '' };
  const { stderr } = await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', CHILD, body], {
    env: { ...offline, FUNCTION_TARGET: target, ...env },
  });
  return JSON.parse(stderr.split('\n').at(-1) ?? '');
}

const cases: readonly (readonly [ChainFunction, readonly (typeof WATCHED)[number][], () => Promise<Loaded>])[] = [
  [
    'extract',
    ['@google-cloud/storage', 'got'],
    () => {
      const data = Buffer.from(JSON.stringify({ source: 'ezfocus', stream: 'accounts' })).toString('base64');
      const env = { STORAGE_EMULATOR_HOST: ports.rawStorage.url, RAW_BUCKET: 'raw', ...settings };
      return loadedBy('extract', env, event('google.cloud.pubsub.topic.v1.messagePublished', { message: { data } }));
    },
  ],
  [
    'transform',
    ['@google-cloud/storage', 'ajv'],
    async () => {
      const raw = existing(await createObject(ports.raw, RAW, JSON.stringify([{ accnt_no: '1', accnt_name: 'A', accnt_city: 'B', accnt_prov: 'ON' }])));
      const env = { STORAGE_EMULATOR_HOST: ports.rawStorage.url, RAW_BUCKET: 'raw', CLEAN_BUCKET: 'raw' };
      return await loadedBy('transform', env, finalized('raw', { ...raw, name: RAW }));
    },
  ],
  [
    'load',
    ['@google-cloud/bigquery', '@google-cloud/storage'],
    async () => {
      const clean = existing(await createObject(ports.clean, CLEAN, '{"accnt_no":"1"}\n'));
      const places = { CLEAN_BUCKET: 'clean', GOOGLE_CLOUD_PROJECT: 'local', BIGQUERY_LOCATION: 'northamerica-northeast1' };
      const env = { STORAGE_EMULATOR_HOST: ports.cleanStorage.url, BIGQUERY_EMULATOR_HOST: ports.bigQuery.url, ...places };
      return await loadedBy('load', env, finalized('clean', clean));
    },
  ],
];

test.each(cases)('%s loads %j and no other package of another function, and no client before its first call', async (_name, used, call) => {
  const { wired, called, answer } = await call();
  expect(answer).toMatchObject({ status: 'success' });
  expect(CLIENTS.filter((name) => wired.includes(name))).toEqual([]);
  expect(WATCHED.filter((name) => called.includes(name))).toEqual(used);
});
