import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { functionsOn } from '../../infra/local/host.ts';
import { objectHash } from '../../functions/load/jobs.ts';
import type { ObjectInfo, ObjectStore } from '../../shared/object-store/object-store.ts';
import { type Chain, openChain } from '../support/chain.ts';
import { gatedAnswers, gatedPorts } from './counted-ports.ts';
import { beginInvocation, type SteppedInvocation } from './stepped-invocation.ts';
import { labStreams } from './streams.ts';

const OLD = 'lab/snapshot/2026-11-18/old.json';
const NEW = 'lab/snapshot/2026-11-19/new.json';
const [A, B, C] = ['a', 'b', 'c'].map((name) => `lab/facts/2026-11-18/${name}.json`) as [string, string, string];

let chain: Chain;
beforeEach(async () => {
  chain = await openChain({ streams: labStreams });
});
afterEach(() => chain.close());

const json = (...ids: readonly string[]) => JSON.stringify(ids.map((id) => ({ id })));
const ids = async (table: string) => (await chain.rows(`SELECT id FROM lab.${table} ORDER BY id`)).map((row) => row['id']);
const outcomes = async () => await chain.rows("SELECT raw_object, outcome FROM ops.loads WHERE source = 'lab' ORDER BY raw_object, raw_generation");
const stageTables = async () => await chain.rows("SELECT table_name FROM duckdb_tables() WHERE database_name = 'ops_stage' AND table_name <> '_jobs'");

/** Puts a raw object and transforms it; the clean object. */
async function transformed(name: string, body: string, accept?: string): Promise<ObjectInfo> {
  const raw = await chain.put(name, body, accept === undefined ? {} : { accept });
  await chain.finalize(chain.raw, raw);
  const clean = (await chain.objects(chain.clean)).find((object) => object.name.startsWith(name) && object.name.includes(`.${raw.generation}.`));
  if (clean === undefined) throw new Error(`${name} has no clean object`);
  return clean;
}

async function loaded(name: string, body: string, accept?: string): Promise<ObjectInfo> {
  const clean = await transformed(name, body, accept);
  expect(await chain.finalize(chain.clean, clean)).toMatchObject({ status: 200 });
  return clean;
}

/** An invocation that waits before its first call. */
async function begin(name: 'transform' | 'load', { bucket }: ObjectStore, { name: object, generation }: ObjectInfo): Promise<SteppedInvocation> {
  const options = { streams: labStreams, sources: new Map(), log: () => {}, now: () => new Date(), codeVersion: 'test' };
  const data = { bucket, name: object, generation };
  const event = { id: 'event-1', time: new Date().toISOString(), type: 'google.cloud.storage.object.v1.finalized', source: 'test', data };
  return await beginInvocation((gate) => gatedAnswers(functionsOn(gatedPorts(chain, gate), options), gate)[name](event));
}

/** A load that waits before its first call with that name. */
async function loadUntil(clean: ObjectInfo, call: string): Promise<SteppedInvocation> {
  const invocation = await begin('load', chain.clean, clean);
  await goOn(invocation, call);
  expect(invocation.waiting?.name).toBe(call);
  return invocation;
}

/** Lets an invocation go on until that call waits, or to its end. */
async function goOn(invocation: SteppedInvocation, until?: string): Promise<void> {
  while (invocation.waiting !== undefined && invocation.waiting.name !== until) await invocation.step('pass');
}

describe('an older load beside a newer one that has no rows', () => {
  test('brings nothing back when it applies after the newer one has ended', async () => {
    const older = await loadUntil(await transformed(OLD, json('a', 'b')), 'job apply');
    await loaded(NEW, '[]', 'drop+min');
    await goOn(older);
    expect(await ids('snapshot')).toEqual([]);
    expect(await outcomes()).toEqual([
      { raw_object: OLD, outcome: 'superseded' },
      { raw_object: NEW, outcome: 'loaded' },
    ]);
  });

  test('leaves nothing when it applies before the newer one has recorded its end', async () => {
    const older = await loadUntil(await transformed(OLD, json('a', 'b')), 'job apply');
    const newer = await loadUntil(await transformed(NEW, '[]', 'drop+min'), 'job record');
    await goOn(older);
    await goOn(newer);
    expect(await ids('snapshot')).toEqual([]);
  });

  test('brings no facts back that their object has no more', async () => {
    const older = await loadUntil(await transformed(A, json('a')), 'job apply');
    await loaded(A, '[]', 'drop');
    await goOn(older);
    expect(await ids('facts')).toEqual([]);
  });
});

test('an older object that comes after a newer one costs no apply', async () => {
  await loaded(NEW, json('a', 'b'));
  const load = await begin('load', chain.clean, await transformed(OLD, json('a', 'b')));
  const calls: (string | undefined)[] = [];
  while (load.waiting !== undefined) {
    calls.push(load.waiting.name);
    await load.step('pass');
  }
  expect(calls).toContain('job ready');
  expect(calls).not.toContain('job apply');
});

describe('an object of facts that gets the bytes of another', () => {
  test('takes the rows of its earlier bytes away', async () => {
    await loaded(A, json('x'));
    await loaded(B, json('y'));
    await loaded(B, json('x'));
    expect(await ids('facts')).toEqual(['x']);
  });

  test('is loaded when the other has no rows any more, because the table was emptied', async () => {
    await loaded(A, json('x'));
    await loaded(B, json('x'));
    const table = { dataset: 'lab', table: 'facts' };
    await chain.warehouse.empty({ source: 'lab', stream: 'facts', table, at: new Date().toISOString(), codeVersion: 'test' });
    await loaded(B, json('x'));
    expect(await ids('facts')).toEqual(['x']);
    await loaded(A, json('x'));
    expect(await ids('facts')).toEqual(['x']);
  });

  test('is a duplicate for as long as the ledger knows the other, although BigQuery forgets its jobs after six months', async () => {
    await loaded(A, json('x'));
    await chain.migrate(['DELETE FROM ops._jobs']);
    await loaded(B, json('x'));
    expect(await ids('facts')).toEqual(['x']);
    expect(await outcomes()).toEqual([
      { raw_object: A, outcome: 'loaded' },
      { raw_object: B, outcome: 'duplicate' },
    ]);
    await loaded(A, json('y'));
    await loaded(C, json('x'));
    expect(await ids('facts')).toEqual(['x', 'y']);
  });

  test('loads nothing of its earlier bytes that comes late', async () => {
    await loaded(A, json('x'));
    const late = await loadUntil(await transformed(B, json('y')), 'job ready');
    await loaded(B, json('x'));
    await goOn(late);
    expect(await ids('facts')).toEqual(['x']);
  });

  test('owns its earlier bytes no more: a third object with them is loaded', async () => {
    await loaded(A, json('x'));
    await loaded(B, json('y'));
    await loaded(B, json('x'));
    await loaded(C, json('y'));
    expect(await ids('facts')).toEqual(['x', 'y']);
  });

  test('is a duplicate when it gets its earlier bytes back that a third object has by then', async () => {
    await loaded(A, json('x'));
    await loaded(B, json('y'));
    await loaded(B, json('x'));
    await loaded(C, json('y'));
    await loaded(B, json('y'), 'drop');
    expect(await ids('facts')).toEqual(['x', 'y']);
  });

  test.each([
    ['gets its earlier bytes back', json('x')],
    ['got other bytes', json('y')],
  ])('is waited for while it %s, so that another does not load them, too', async (_, before) => {
    await loaded(A, before);
    if (before === json('x')) await loaded(A, json('y'));
    const clean = await transformed(A, json('x'));
    const owner = await loadUntil(clean, 'job ready');
    const twin = await transformed(B, json('x'));
    expect(await chain.finalize(chain.clean, twin)).toMatchObject({ status: 500 });
    await goOn(owner);
    expect(await chain.finalize(chain.clean, twin)).toMatchObject({ body: { runs: [{ outcome: 'duplicate' }] } });
    expect(await chain.finalize(chain.clean, clean)).toMatchObject({ body: { runs: [{ outcome: 'loaded' }] } });
    expect(await ids('facts')).toEqual(['x']);
  });

  test('ends once, although a delivery of it sleeps while the bytes go to another', async () => {
    const clean = await transformed(A, json('x'));
    const sleeper = await loadUntil(clean, 'job claim');
    await chain.finalize(chain.clean, clean);
    await loaded(A, json('y'));
    await loaded(B, json('x'));
    await goOn(sleeper);
    expect(sleeper.answer).toMatchObject({ runs: [{ outcome: 'loaded' }] });
    expect((await outcomes()).map(({ outcome }) => outcome)).toEqual(['loaded', 'loaded', 'loaded']);
    expect(await ids('facts')).toEqual(['x', 'y']);
  });

  test('is not waited for when it was replaced before it could end', async () => {
    await loadUntil(await transformed(A, json('x')), 'job ready');
    await loaded(A, json('y'));
    await loaded(B, json('x'));
    expect(await ids('facts')).toEqual(['x', 'y']);
  });

  test('is loaded however often it is put there again', async () => {
    for (let time = 0; time < 5; time += 1) await loaded(A, json('x'));
    expect(new Set((await outcomes()).map((row) => row['outcome']))).toEqual(new Set(['loaded']));
    expect(await ids('facts')).toEqual(['x']);
  });

  test('stays a duplicate when its event comes again after the other has changed', async () => {
    await loaded(A, json('x'));
    const twin = await loaded(B, json('x'));
    await loaded(A, json('z'));
    const { body } = await chain.finalize(chain.clean, twin);
    expect(body).toMatchObject({ status: 'success', runs: [{ outcome: 'duplicate' }] });
    expect((await outcomes()).filter((row) => row['outcome'] === 'failed')).toEqual([]);
    expect(await chain.notices.list()).toEqual([]);
  });
});

describe('an end in the ledger', () => {
  test.each([
    ['loaded', NEW, json('a', 'b', 'c')],
    ['refused', NEW, json('a')],
    ['superseded', 'lab/snapshot/2026-11-17/late.json', json('a', 'b', 'c')],
  ])('is recorded when nothing of the load is left (%s)', async (outcome, name, body) => {
    await loaded(OLD, json('a', 'b', 'c', 'd'));
    const load = await loadUntil(await transformed(name, body), 'job record');
    expect(await stageTables()).toEqual([]);
    expect(await chain.notices.list()).toHaveLength(outcome === 'refused' ? 1 : 0);
    await goOn(load);
    expect(load.answer).toMatchObject({ runs: [{ outcome }] });
  });

  test('is recorded by transform when somebody has been told', async () => {
    const raw = await chain.put(NEW, JSON.stringify([{ id: 'a' }, {}, {}]));
    const transform = await begin('transform', chain.raw, raw);
    await goOn(transform, 'commit clean');
    expect(await chain.notices.list()).toMatchObject([{ object: NEW, rule: 'rejects' }]);
    await goOn(transform);
  });

  test('is reached after a failure for good, although the stage is gone', async () => {
    const clean = await transformed('lab/reports/2026-11-18/a.json', '[{"id":"a","new":1}]');
    const first = await loadUntil(clean, 'job ready');
    const hash = objectHash(clean.name, clean.generation);
    await chain.migrate([`INSERT INTO ops_stage._jobs VALUES ('ready_${hash}_1', 'ready', 'failed', NULL, 'invalid', 'for good')`]);
    await goOn(first, 'job record');
    await first.step('kill before');
    expect(await stageTables()).toEqual([]);
    expect(await chain.finalize(chain.clean, clean)).toMatchObject({ status: 200, body: { runs: [{ outcome: 'failed' }] } });
  });
});
