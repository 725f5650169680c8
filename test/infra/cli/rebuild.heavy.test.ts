import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { streamNamed } from '../../../infra/cli/deployed.ts';
import { openLocalPipeline } from '../../../infra/cli/local-pipeline.ts';
import type { Pipeline } from '../../../infra/cli/pipeline.ts';
import { rebuild } from '../../../infra/cli/verbs/rebuild.ts';
import { openFolderStore } from '../../../infra/local/folder-store.ts';
import { createObject } from '../../../shared/object-store/object-store.ts';
import { countingGate, gatedPorts } from '../../chaos/counted-ports.ts';
import { type Outcome, openWorkplace, type Workplace } from './command.ts';

jest.setTimeout(120_000);

const STREAM = 'ezfocus/accounts';
const GOOD = `${STREAM}/2025-11-01/stores.json`;
const NEWER = `${STREAM}/2025-11-02/stores.json`;
const NOTHING_MISSING = { code: 0, out: 'Nothing is missing: every object has come to an end.\n' };

let place: Workplace;
beforeEach(async () => {
  place = await openWorkplace();
});
afterEach(() => place.remove());

const stores = (name: string, count = 30) =>
  Array.from({ length: count }, (_, row) => ({
    accnt_no: String(row),
    accnt_name: name,
    accnt_city: 'Ottawa',
    accnt_prov: 'ON',
    latitude: 45.4,
    longitude: -75.7,
  }));

async function drop(records: readonly unknown[], date: string): Promise<Outcome> {
  const file = join(place.dir, '../stores.json');
  await writeFile(file, JSON.stringify(records));
  return await place.call('drop', file, '--as', STREAM, '--date', date);
}

const openRaw = () => openFolderStore({ dir: join(place.dir, 'buckets'), bucket: 'raw', now: () => new Date() });

async function removeRaw(name: string): Promise<void> {
  const raw = await openRaw();
  expect(await raw.remove(name, (await raw.stat(name))?.generation ?? '')).toBe(true);
}

const names = async () => await place.rows('SELECT accnt_name AS name, COUNT(*) AS n FROM WM_SalesTeam.Accounts_List GROUP BY ALL');

/** Runs `rebuild` on the folder, and something before each effect of it. */
async function rebuildWith(before: (effect: string, pipeline: Pipeline) => Promise<void>): Promise<number> {
  const pipeline = await openLocalPipeline({ dir: place.dir, env: {}, now: () => new Date(), rerunFlag: '' });
  const gate = countingGate({ before: ({ name }) => before(name, pipeline), after: () => undefined });
  const { raw, clean, warehouse } = gatedPorts({ ...pipeline, notices: { publish: async () => undefined } }, gate);
  const context = {
    dir: place.dir,
    cwd: place.dir,
    now: () => new Date(),
    out: () => undefined,
    err: () => undefined,
    command: (words: string) => words,
    execute: async () => 0,
    pipeline: async () => ({ ...pipeline, raw, clean, warehouse }),
  };
  try {
    return await rebuild.run(context, { stream: streamNamed(STREAM) });
  } finally {
    await pipeline.close();
  }
}

/** Runs `rebuild` until the copy of that number, which it never makes. */
async function rebuildThatDies(at: number): Promise<void> {
  let copies = 0;
  const died = rebuildWith(async (effect) => {
    if (effect === 'copy raw') copies += 1;
    if (copies >= at) throw new Error('killed');
  });
  await expect(died).rejects.toThrow('killed');
}

describe('rebuild', () => {
  test('fills a table from the good objects when the newest that was loaded is gone', async () => {
    expect(await drop(stores('older'), '2025-11-01')).toMatchObject({ code: 0 });
    expect(await drop(stores('newer'), '2025-11-02')).toMatchObject({ code: 0 });
    expect(await drop([], '2025-11-02')).toMatchObject({ code: 1, err: expect.stringContaining('refused') });
    expect(await names()).toEqual([{ name: 'newer', n: 30 }]);

    const { code, out, err } = await place.call('rebuild', STREAM);
    expect(code).toBe(1);
    expect(out).toContain(`loaded: ${GOOD}: 30 records, 30 rows`);
    expect(err).toContain(`refused: ${NEWER}`);
    expect(await names()).toEqual([{ name: 'older', n: 30 }]);

    await removeRaw(NEWER);
    expect(await place.call('rebuild', STREAM)).toMatchObject({ code: 0, out: expect.stringContaining(`loaded: ${GOOD}`) });
    expect(await names()).toEqual([{ name: 'older', n: 30 }]);
    expect(await place.call('reconcile')).toMatchObject(NOTHING_MISSING);
    expect((await place.call('runs', '--json')).out).not.toContain('"conserved":false');
  });

  test('keeps the order of what it loads, and objects that come afterwards keep theirs', async () => {
    await drop(stores('older'), '2025-11-01');
    await drop(stores('newer'), '2025-11-02');
    expect(await place.call('rebuild', STREAM)).toMatchObject({ code: 0 });
    expect(await names()).toEqual([{ name: 'newer', n: 30 }]);
    expect((await drop(stores('oldest'), '2025-10-31')).out).toContain('superseded');
    expect(await names()).toEqual([{ name: 'newer', n: 30 }]);
  });

  test('is the way out when an object of a day to come was loaded, and its file is removed', async () => {
    const future = `${STREAM}/2062-11-01/stores.json`;
    await drop(stores('first'), '2025-11-01');
    await createObject(await openRaw(), future, JSON.stringify(stores('misdated')));
    await place.call('reconcile', '--redo');
    expect(await names()).toEqual([{ name: 'misdated', n: 30 }]);
    await removeRaw(future);
    expect((await drop(stores('today'), '2025-11-02')).out).toContain('superseded');

    expect(await place.call('rebuild', STREAM)).toMatchObject({ code: 0 });
    expect(await names()).toEqual([{ name: 'today', n: 30 }]);
    expect((await drop(stores('tomorrow'), '2025-11-03')).out).toContain('loaded');
  });

  test('loads what still waits for its load before it empties the table, so that an object that is gone keeps none out', async () => {
    const future = `${STREAM}/2062-11-01/stores.json`;
    await drop(stores('first'), '2025-11-01');
    await createObject(await openRaw(), future, JSON.stringify(stores('misdated')));
    await place.call('reconcile', '--redo');
    await removeRaw(future);
    // As if the process had been killed before the load.
    await place.sql(
      `DELETE FROM ops.loads WHERE raw_object = '${future}' AND source = 'ezfocus'; DELETE FROM ops._jobs; DELETE FROM WM_SalesTeam.Accounts_List`,
    );
    const journal = join(place.dir, 'delivery.jsonl');
    const acks = (await readFile(journal, 'utf8')).split('\n');
    await writeFile(journal, acks.filter((line) => !line.includes(`clean/${future}`)).join('\n'));

    expect(await place.call('rebuild', STREAM)).toMatchObject({ code: 0, out: expect.stringContaining(`loaded: ${GOOD}`) });
    expect(await names()).toEqual([{ name: 'first', n: 30 }]);
    expect(await place.call('reconcile')).toMatchObject(NOTHING_MISSING);
  });

  test.each([1, 2])('loses nothing when it dies before its copy %p: reconcile finds what the table has no more, and brings it back', async (at) => {
    await drop(stores('older'), '2025-11-01');
    await drop(stores('newer'), '2025-11-02');
    await rebuildThatDies(at);
    expect(await names()).toEqual([]);
    expect((await place.call('runs')).out.match(/ezfocus\/accounts +\w+/g)).toEqual(Array(2).fill('ezfocus/accounts  emptied'));

    const lines = (await place.call('reconcile')).out
      .replaceAll(/ \(generation \d+\)/g, '')
      .trimEnd()
      .split('\n');
    const why = (copied: boolean) => (copied ? 'not transformed' : 'not loaded again since its table was emptied');
    expect(lines).toEqual([`${why(at > 1)}: raw/${GOOD}`, `${why(false)}: raw/${NEWER}`]);
    expect(await place.call('reconcile', '--redo')).toMatchObject({ code: 0 });
    expect(await names()).toEqual([{ name: 'newer', n: 30 }]);
    expect(await place.call('reconcile')).toMatchObject(NOTHING_MISSING);
  });

  test('fills in what was loaded while it began', async () => {
    await drop(stores('older'), '2025-11-01');
    const code = await rebuildWith(async (effect, pipeline) => {
      if (effect !== 'statement empty') return;
      await createObject(pipeline.raw, NEWER, JSON.stringify(stores('newer')));
      await pipeline.settle();
    });
    expect(code).toBe(0);
    expect(await names()).toEqual([{ name: 'newer', n: 30 }]);
  });

  test('is not needed for what was transformed and has no clean object any more: reconcile says that it is not loaded, and brings it back', async () => {
    await drop(stores('older'), '2025-11-01');
    await place.sql("DELETE FROM ops.loads WHERE source = 'ezfocus'");
    await rm(join(place.dir, 'buckets/clean', STREAM), { recursive: true });
    expect((await place.call('reconcile')).out).toMatch(new RegExp(`^not loaded: raw/${GOOD} `));
    expect(await place.call('reconcile', '--redo')).toMatchObject({ code: 0 });
    expect(await place.call('reconcile')).toMatchObject(NOTHING_MISSING);
  });

  test('makes the ledger anew that an earlier version has made', async () => {
    await drop(stores('older'), '2025-11-01');
    const ends = "SELECT source, stream, raw_object, raw_generation, outcome FROM ops.loads WHERE source <> 'pipeline' AND outcome = 'loaded'";
    await place.sql(`CREATE OR REPLACE VIEW ops.ledger AS ${ends}`);
    expect(await place.call('reconcile')).toMatchObject(NOTHING_MISSING);
    await rebuildThatDies(1);
    expect(await place.call('reconcile')).toMatchObject({ code: 1, out: expect.stringContaining(`raw/${GOOD} (generation `) });
  });
});
