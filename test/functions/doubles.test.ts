import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { finalizedEvent } from '../../infra/local/cloud-event.ts';
import { type FunctionServers, serveFunctions } from '../../infra/local/function-servers.ts';
import { functionsOn } from '../../infra/local/host.ts';
import { createObject, type ObjectInfo, type ObjectStore } from '../../shared/object-store/object-store.ts';
import { streams } from '../../shared/streams/index.ts';
import { existing } from '../contract/object-store.ts';
import { type CloudPorts, openCloudPorts } from '../support/cloud-ports.ts';

const NAME = 'ezfocus/accounts/2026-11-20/stores.json';
/** One is a reject, which the gate allows. */
const RECORDS = [...Array.from({ length: 30 }, (_, index) => ({ accnt_no: `${index}`, accnt_name: 'A', accnt_city: 'B', accnt_prov: 'ON' })), {}];
const STEPS = ['stage', 'ready', 'apply', 'record'];

let ports: CloudPorts;
let servers: FunctionServers;
let events = 0;

beforeEach(async () => {
  ports = await openCloudPorts(30);
  const around = { streams, sources: new Map(), log: () => {}, now: () => new Date(), codeVersion: 'test' };
  servers = await serveFunctions(functionsOn(ports, around));
});
afterEach(async () => {
  await servers.stop();
  await ports.close();
  const { rawStorage, cleanStorage, bigQuery } = ports;
  expect([rawStorage.violations, cleanStorage.violations, bigQuery.violations]).toEqual([[], [], []]);
});

/** One finalize event, with an id that no other has. */
async function deliver(store: ObjectStore, object: ObjectInfo): Promise<{ readonly status: number; readonly outcome: string }> {
  events += 1;
  const { headers, body } = finalizedEvent(store.bucket, object, { id: `${events}`, time: new Date().toISOString() });
  const response = await fetch(servers.urls[store === ports.raw ? 'transform' : 'load'], { method: 'POST', headers, body });
  const text = await response.text();
  return { status: response.status, outcome: response.ok ? JSON.parse(text).runs[0].outcome : text };
}

type Twice = (store: ObjectStore, object: ObjectInfo) => Promise<readonly { readonly status: number; readonly outcome: string }[]>;

const twice: readonly (readonly [string, Twice])[] = [
  ['one after the other', async (store, object) => [await deliver(store, object), await deliver(store, object)]],
  ['at the same moment', async (store, object) => await Promise.all([deliver(store, object), deliver(store, object)])],
];

/** The steps that were jobs for one clean object, each with the attempts that were made. */
function jobsByObject(): readonly (readonly string[])[] {
  const found = new Map<string, string[]>();
  for (const id of ports.bigQuery.jobs.keys()) {
    const [, step = '', hash = '', attempt = ''] = /^([a-z]+)_([0-9a-f]{32})(?:_[a-z]+)?_(\d+)$/.exec(id) ?? [];
    if (step !== '') found.set(hash, [...(found.get(hash) ?? []), `${step} ${attempt}`]);
  }
  return [...found.values()];
}

/** fake-gcs-server looks at preconditions at the end of a write only, and bigquery-emulator runs a job of a used id again. */
describe('a finalize event that comes twice, with different ids', () => {
  test.each(twice)('makes every object and runs every job once, %s', async (_how, both) => {
    const raw = existing(await createObject(ports.raw, NAME, JSON.stringify(RECORDS)));
    expect((await both(ports.raw, raw)).map(({ status }) => status)).toEqual([200, 200]);
    const made = await Array.fromAsync(ports.clean.list(''));
    expect(made.map(({ name }) => name.split('/').slice(0, 2).join('/'))).toEqual(['ezfocus/accounts', 'pipeline/rejects', 'pipeline/runs']);
    expect(ports.cleanStorage.bucket.made).toBe(made.length);

    for (const object of made) {
      const ended = { status: 200, outcome: 'loaded' };
      expect(await both(ports.clean, object)).toEqual([ended, ended]);
    }
    expect(jobsByObject()).toEqual(made.map(() => STEPS.map((step) => `${step} 1`)));
    expect(ports.published).toEqual([]);
  });

  test('goes on with the next attempt, once, when the job of the first one failed for now', async () => {
    const raw = existing(await createObject(ports.raw, NAME, JSON.stringify(RECORDS)));
    await deliver(ports.raw, raw);
    const [clean] = await Array.fromAsync(ports.clean.list('ezfocus/'));
    const { otherwise } = ports.bigQuery;
    let failures = 0;
    ports.bigQuery.otherwise = (configuration) => {
      if (configuration.labels?.['step'] !== 'apply' || failures > 0) return otherwise(configuration);
      failures += 1;
      return { error: { reason: 'backendError', message: 'try again' } };
    };
    const first = await deliver(ports.clean, existing(clean));
    expect(first.status).toBe(500);
    expect(await deliver(ports.clean, existing(clean))).toEqual({ status: 200, outcome: 'loaded' });
    expect(jobsByObject()).toEqual([['stage 1', 'ready 1', 'apply 1', 'apply 2', 'record 1']]);
  });
});
