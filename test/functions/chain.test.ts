import { afterEach, describe, expect, test } from '@jest/globals';
import { type EzFocusStandIn, startEzFocus } from '../../infra/local/stand-ins/ezfocus.ts';
import { parseCleanName } from '../../shared/names.ts';
import type { ObjectInfo } from '../../shared/object-store/object-store.ts';
import { defineSource } from '../../shared/source.ts';
import { defineStream, replace, type Stream } from '../../shared/stream.ts';
import { streams } from '../../shared/streams/index.ts';
import { type Chain, openChain } from '../support/chain.ts';
import { ezFocusSettings } from '../support/ezfocus.ts';

const EZFOCUS = ['accounts', 'call_reports', 'inventory'] as const;
const TABLES = { accounts: 'WM_SalesTeam.Accounts_List', call_reports: 'WM_SalesTeam.Call_Reports', inventory: 'WM_SalesTeam.Store_Inventory' };

const source = defineSource({ name: 'lab', title: 'Lab', settings: {}, auth: { type: 'none' } });

function snapshotStream(columns: Stream['columns'] = { id: { type: 'STRING', required: true }, value: { type: 'INT64' } }): Stream {
  return defineStream({
    source,
    name: 'snapshot',
    description: 'A full snapshot',
    columns,
    key: ['id'] as never,
    write: replace(),
    expect: { rows: { min: 1, drop: 0.5 }, rejects: 0.2 },
    table: { dataset: 'lab', name: 'snapshot' },
  });
}

const facts = defineStream({
  source,
  name: 'facts',
  description: 'Immutable facts: an object replaces only its own earlier generation',
  columns: { id: { type: 'STRING', required: true } },
  write: replace('object'),
  table: { dataset: 'lab', name: 'facts' },
});

const spread = defineStream({
  source,
  name: 'spread',
  description: 'Fields that become columns',
  columns: { id: { type: 'STRING', required: true } },
  key: ['id'],
  unknown: 'columns',
  write: { mode: 'merge' },
  table: { dataset: 'lab', name: 'spread' },
});

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function chainOf(options: Parameters<typeof openChain>[0]): Promise<Chain> {
  const chain = await openChain(options);
  opened.push(chain);
  return chain;
}

async function standInChain(): Promise<{ chain: Chain; standIn: EzFocusStandIn }> {
  const standIn = await startEzFocus({ seed: 7, accounts: 300, callReports: 200, inventory: 500 });
  opened.push({ close: () => standIn.stop() });
  return { standIn, chain: await chainOf({ streams, sources: ezFocusSettings(standIn) }) };
}

function snapshot(ids: readonly (string | null)[], value = 1): string {
  return JSON.stringify(ids.map((id) => ({ id, value })));
}

const range = (count: number) => Array.from({ length: count }, (_, i) => `id-${i}`);

async function snapshotRows(chain: Chain) {
  return await chain.rows('SELECT id, value, _raw_object FROM lab.snapshot ORDER BY id');
}

describe('the whole chain', () => {
  test('takes a message to rows of all three streams, and every record is accounted for', async () => {
    const { chain, standIn } = await standInChain();
    const response = await chain.publish({ source: 'ezfocus' });
    expect(response).toMatchObject({ status: 200, body: { status: 'success' } });
    expect(response.body.runs.map((run) => [run.stream, run.records])).toEqual([
      ['ezfocus/accounts', standIn.served.accounts],
      ['ezfocus/call_reports', standIn.served.callReports],
      ['ezfocus/inventory', standIn.served.inventory],
    ]);
    await chain.settle();
    const ledger = await chain.rows(
      'SELECT stream, records, rows, rejects, filtered, duplicates, loaded, superseded, conserved, outcome FROM ops.ledger ORDER BY stream',
    );
    const served = { accounts: standIn.served.accounts, call_reports: standIn.served.callReports, inventory: standIn.served.inventory };
    expect(ledger).toHaveLength(3);
    for (const row of ledger) {
      const stream = row['stream'] as keyof typeof served;
      const [counted] = await chain.rows(`SELECT COUNT(*) AS n FROM ${TABLES[stream]}`);
      expect(row).toMatchObject({ records: served[stream], loaded: counted?.['n'], conserved: true, outcome: 'loaded' });
      expect(row['records']).toBe(Number(row['rows']) + Number(row['rejects']) + Number(row['filtered']));
      expect(row['rows']).toBe(Number(row['duplicates']) + Number(row['loaded']) + Number(row['superseded']));
    }
    const defects = (kind: string) => standIn.data.defects.find((defect) => defect.dataSet === 'accounts' && defect.kind === kind)?.count;
    const [accounts] = ledger;
    expect(accounts).toMatchObject({ rejects: defects('no-number'), duplicates: defects('duplicate-number') });
  });

  test('falls silent: a fixed number of objects and events, however often it is driven', async () => {
    const { chain } = await standInChain();
    const message = { id: 'message-1', time: '2026-11-20T06:00:00Z' };
    for (let i = 0; i < 3; i += 1) expect((await chain.publish({ source: 'ezfocus' }, message)).status).toBe(200);
    // Per stream: a raw object, a clean object, a run record; rejects where there are some.
    expect(await chain.settle()).toBe(3 + 3 + 3 + 2);
    expect(await chain.settle()).toBe(0);
    expect((await chain.objects(chain.raw)).map((object) => object.name.split('/').slice(0, 3).join('/'))).toEqual(
      EZFOCUS.map((stream) => `ezfocus/${stream}/2026-11-20`),
    );
  });
});

describe('events that come more than once', () => {
  const bodies = [snapshot(range(5), 1), snapshot(range(4), 2)];
  const names = ['lab/snapshot/2026-11-19/monday.json', 'lab/snapshot/2026-11-20/tuesday.json'];

  /** Delivers both raw objects and then all clean objects, in the given order and so many times each. */
  async function drive(order: readonly number[], times: number, together: boolean): Promise<{ rows: unknown; ledger: unknown; objects: number }> {
    const chain = await chainOf({ streams: [snapshotStream(), facts] });
    for (const i of order) await chain.put(names[i]!, bodies[i]!);
    const raw = await chain.objects(chain.raw);
    const inOrder = order.map((i) => raw.find((object) => object.name === names[i])!);
    await deliver(chain, chain.raw, inOrder, times, together);
    const clean = [...(await chain.objects(chain.clean))];
    const place = (object: ObjectInfo) => order.indexOf(names.indexOf(parseCleanName(object.name)!.raw.name));
    clean.sort((a, b) => place(a) - place(b) || (a.name < b.name ? -1 : 1));
    await deliver(chain, chain.clean, clean, times, together);
    return {
      rows: await snapshotRows(chain),
      ledger: await chain.rows('SELECT raw_object, outcome, rows, loaded, superseded, conserved FROM ops.ledger ORDER BY raw_object'),
      objects: (await chain.objects(chain.clean)).length,
    };
  }

  async function deliver(chain: Chain, store: Chain['raw'], objects: readonly ObjectInfo[], times: number, together: boolean): Promise<void> {
    for (const object of objects) {
      const events = Array.from({ length: times }, () => () => chain.finalize(store, object));
      const answers = together ? await Promise.all(events.map((send) => send())) : [];
      if (!together) for (const send of events) answers.push(await send());
      for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: { status: 'success' } });
    }
  }

  test.each([
    ['once, in order', [0, 1], 1, false],
    ['once, the newer first', [1, 0], 1, false],
    ['twice with new ids', [0, 1], 2, false],
    ['twice with new ids, the newer first', [1, 0], 2, false],
    ['five times with new ids', [0, 1], 5, false],
    ['five times, the newer first', [1, 0], 5, false],
    ['twice at the same moment', [0, 1], 2, true],
    ['five times at the same moment, the newer first', [1, 0], 5, true],
  ])('%s leave the same table', async (_what, order, times, together) => {
    const { rows, ledger, objects } = await drive(order, times, together);
    expect(rows).toEqual(range(4).map((id) => ({ id, value: 2, _raw_object: names[1] })));
    expect(objects).toBe(4);
    const [monday, tuesday] = ledger as Record<string, unknown>[];
    expect(tuesday).toMatchObject({ outcome: 'loaded', loaded: 4, superseded: 0, conserved: true });
    expect(monday).toMatchObject(order[0] === 0 ? { outcome: 'loaded', loaded: 5 } : { outcome: 'superseded', loaded: 0, superseded: 5 });
  });

  test('a message delivered again with its id asks the source once', async () => {
    const { chain, standIn } = await standInChain();
    const message = { id: 'message-2', time: '2026-11-20T06:00:00Z' };
    await chain.publish({ source: 'ezfocus', stream: 'accounts' }, message);
    const again = await chain.publish({ source: 'ezfocus', stream: 'accounts' }, message);
    expect(again.body).toMatchObject({ status: 'success', runs: [{ outcome: 'done before' }] });
    expect(standIn.requests).toHaveLength(1);
  });

  test('two deliveries of one message at the same moment leave one object', async () => {
    const { chain } = await standInChain();
    const message = { id: 'message-3', time: '2026-11-20T06:00:00Z' };
    const answers = await Promise.all([1, 2, 3].map(() => chain.publish({ source: 'ezfocus', stream: 'accounts' }, message)));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(await chain.objects(chain.raw)).toHaveLength(1);
  });
});

describe('re-processing by re-uploading', () => {
  test("yesterday's object put back after today's load leaves today's rows", async () => {
    const chain = await chainOf({ streams: [snapshotStream(), facts] });
    await chain.put('lab/snapshot/2026-11-19/a.json', snapshot(range(5), 1));
    await chain.settle();
    await chain.put('lab/snapshot/2026-11-20/b.json', snapshot(range(5), 2));
    await chain.settle();
    await chain.put('lab/snapshot/2026-11-19/a.json', snapshot(range(9), 1));
    await chain.settle();
    expect((await snapshotRows(chain)).map((row) => row['value'])).toEqual([2, 2, 2, 2, 2]);
    const [last] = await chain.rows(
      "SELECT outcome, rows, superseded, conserved FROM ops.ledger WHERE raw_object LIKE '%/a.json' ORDER BY raw_generation DESC LIMIT 1",
    );
    expect(last).toEqual({ outcome: 'superseded', rows: 9, superseded: 9, conserved: true });
  });

  test("today's object put back with other content replaces today's rows", async () => {
    const chain = await chainOf({ streams: [snapshotStream(), facts] });
    await chain.put('lab/snapshot/2026-11-20/b.json', snapshot(range(5), 2));
    await chain.settle();
    await chain.put('lab/snapshot/2026-11-20/b.json', snapshot(range(4), 3));
    await chain.settle();
    expect((await snapshotRows(chain)).map((row) => row['value'])).toEqual([3, 3, 3, 3]);
  });

  test('an object of immutable facts replaces only its own earlier generation', async () => {
    const chain = await chainOf({ streams: [snapshotStream(), facts] });
    await chain.put('lab/facts/2026-11-19/a.json', '[{"id":"a1"},{"id":"a2"},{"id":"a3"}]');
    await chain.put('lab/facts/2026-11-20/b.json', '[{"id":"b1"}]');
    await chain.settle();
    await chain.put('lab/facts/2026-11-19/a.json', '[{"id":"a4"},{"id":"a5"}]');
    await chain.settle();
    expect((await chain.rows('SELECT id FROM lab.facts ORDER BY id')).map((row) => row['id'])).toEqual(['a4', 'a5', 'b1']);
  });
});

describe('gates', () => {
  const bad: [string, string, string][] = [
    ['an empty snapshot', '[]', 'min'],
    ['a halved snapshot', snapshot(range(5), 2), 'drop'],
    ['a mostly rejected snapshot', snapshot([...range(4), ...Array<null>(6).fill(null)], 2), 'rejects'],
  ];

  test.each(bad)('%s leaves the table alone and sends one notice, however often it is delivered; accepted, it goes through once', async (_what, body, gate) => {
    const chain = await chainOf({ streams: [snapshotStream(), facts] });
    await chain.put('lab/snapshot/2026-11-19/a.json', snapshot(range(10), 1));
    await chain.settle();
    const name = 'lab/snapshot/2026-11-20/b.json';
    const object = await chain.put(name, body);
    await chain.settle();
    for (let i = 0; i < 3; i += 1) {
      await chain.finalize(chain.raw, object);
      for (const clean of await chain.objects(chain.clean)) await chain.finalize(chain.clean, clean);
    }
    expect((await snapshotRows(chain)).map((row) => row['value'])).toEqual(Array(10).fill(1));
    expect(await chain.notices.list()).toMatchObject([{ rule: gate, state: 'final', rerun: `npm run pipeline -- replay ${name} --accept ${gate}` }]);
    const [ended] = await chain.rows(`SELECT outcome, rule FROM ops.ledger WHERE raw_object = '${name}'`);
    expect(ended).toEqual({ outcome: 'refused', rule: gate });
    const [rejected] = await chain.rows('SELECT COUNT(*) AS n FROM ops.rejects');
    expect(rejected?.['n']).toBe(gate === 'rejects' ? 6 : 0);

    // A person accepts the gate, and where another one stands behind it, that one too.
    const accept = gate === 'drop' ? 'drop' : `${gate}+drop`;
    await chain.raw.copy(name, object.generation, name, { accept });
    await chain.settle();
    const rows = await snapshotRows(chain);
    expect(rows).toHaveLength(gate === 'min' ? 0 : gate === 'drop' ? 5 : 4);
    const [accepted] = await chain.rows(`SELECT outcome, accept FROM ops.ledger WHERE raw_object = '${name}' ORDER BY raw_generation DESC LIMIT 1`);
    expect(accepted).toEqual({ outcome: 'loaded', accept: [...accept.split('+')].sort().join('+') });

    await chain.put(name, snapshot([], 3));
    await chain.settle();
    expect(await snapshotRows(chain)).toEqual(rows);
  });

  test('an accepted empty snapshot stays the newest: an older object delivered later brings nothing back', async () => {
    const chain = await chainOf({ streams: [snapshotStream(), facts] });
    await chain.put('lab/snapshot/2026-11-19/a.json', snapshot(range(10), 1));
    await chain.settle();
    const empty = await chain.put('lab/snapshot/2026-11-20/b.json', '[]', { accept: 'min+drop' });
    await chain.finalize(chain.raw, empty);
    await chain.settle();
    expect(await snapshotRows(chain)).toEqual([]);
    const old = await chain.raw.stat('lab/snapshot/2026-11-19/a.json');
    await chain.raw.copy(old!.name, old!.generation, old!.name);
    await chain.settle();
    expect(await snapshotRows(chain)).toEqual([]);
  });

  test.each([
    ['just under the limit', 6, 'loaded'],
    ['exactly at the limit', 5, 'refused'],
  ])('a snapshot that shrinks %s is %s', async (_what, count, outcome) => {
    const chain = await chainOf({ streams: [snapshotStream(), facts] });
    await chain.put('lab/snapshot/2026-11-19/a.json', snapshot(range(10), 1));
    await chain.settle();
    await chain.put('lab/snapshot/2026-11-20/b.json', snapshot(range(count), 2));
    await chain.settle();
    const [last] = await chain.rows("SELECT outcome FROM ops.ledger WHERE raw_object LIKE '%/b.json'");
    expect(last).toEqual({ outcome });
  });
});

describe('fields that become columns', () => {
  const name = (day: number) => `lab/spread/2026-11-${day}/a.json`;

  test('have one each, and keep it, however alike their names begin', async () => {
    const chain = await chainOf({ streams: [spread] });
    const long = 'L'.repeat(2_000);
    await chain.put(name(19), JSON.stringify([{ id: '1', [`${long}a`]: 'one', [`${long}b`]: 'two' }]));
    await chain.settle();
    await chain.put(name(20), JSON.stringify([{ id: '2', [`${long}b`]: 'four', [`${long}a`]: 'three' }]));
    await chain.settle();
    expect(await chain.notices.list()).toEqual([]);
    const columns = (await chain.warehouse.columns({ dataset: 'lab', table: 'spread' })) ?? [];
    const [first, second, ...others] = columns.filter(({ name: column }) => column.startsWith('L')).map(({ name: column }) => column);
    expect(others).toEqual([]);
    expect(await chain.rows(`SELECT id, ${first} AS first, ${second} AS second FROM lab.spread ORDER BY id`)).toEqual([
      { id: '1', first: 'one', second: 'two' },
      { id: '2', first: 'three', second: 'four' },
    ]);
  });

  test('are not so many in one record that the others are lost', async () => {
    const chain = await chainOf({ streams: [spread] });
    const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`field_${i}`, 'x']));
    const good = range(20).map((id) => ({ id, note: 'good' }));
    await chain.put(name(19), JSON.stringify([...good, { id: 'most', ...fields(1_000) }, { id: 'wide', ...fields(2_001) }]));
    await chain.settle();
    expect(await chain.rows("SELECT COUNT(*) AS rows, COUNT(note) AS notes, COUNTIF(id = 'wide') AS wide FROM lab.spread")).toEqual([
      { rows: 21, notes: 20, wide: 0 },
    ]);
    expect(await chain.rows('SELECT field, rule, reasons FROM ops.rejects')).toEqual([
      { field: 'record', rule: 'fields', reasons: '["record: fields: at most 1000 fields that are not declared"]' },
    ]);
  });
});

describe('fields that are too many to become columns', () => {
  const name = (day: number) => `lab/spread/2026-11-${day}/a.json`;
  const wide = (record: number, count: number) => ({
    id: `wide-${record}`,
    ...Object.fromEntries(Array.from({ length: count }, (_, i) => [`field_${record}_${i}`, `${i}`])),
  });

  test('of all records of an object, end in a notice that says what to do, and that loads every one of them', async () => {
    const chain = await chainOf({ streams: [spread] });
    await chain.put(name(19), JSON.stringify([{ id: 'narrow', note: 'good' }]));
    await chain.settle();
    const object = await chain.put(name(20), JSON.stringify([wide(1, 700), wide(2, 700), wide(3, 700)]));
    await chain.settle();
    expect(await chain.notices.list()).toMatchObject([
      { rule: 'columns', message: expect.stringMatching(/^2100 fields .* Nothing was loaded; .* take unknown: 'columns' out of the stream's declaration/) },
    ]);
    expect(await chain.rows('SELECT id, note FROM lab.spread')).toEqual([{ id: 'narrow', note: 'good' }]);

    await chain.closeKeepingFiles();
    const next = await chainOf({ streams: [{ ...spread, unknown: 'extra' }], dir: chain.dir });
    const copy = await next.raw.copy(object.name, object.generation, object.name);
    expect(copy).toBeDefined();
    await next.settle();
    expect(await next.rows('SELECT id, note, LEN(json_keys(_extra)) AS extra FROM lab.spread ORDER BY id')).toEqual([
      { id: 'narrow', note: 'good', extra: null },
      ...[1, 2, 3].map((record) => ({ id: `wide-${record}`, note: null, extra: 700 })),
    ]);
  });

  test('for the table, say so before BigQuery refuses them without a word of what to do', async () => {
    const chain = await chainOf({ streams: [spread] });
    await chain.put(name(19), JSON.stringify([{ id: 'narrow' }]));
    await chain.settle();
    const more = Array.from({ length: 9_985 }, (_, i) => `NULL::VARCHAR AS c${i}`).join(', ');
    await chain.migrate([`CREATE OR REPLACE TABLE lab.spread AS SELECT *, ${more} FROM lab.spread`]);
    await chain.put(name(20), JSON.stringify([wide(1, 20)]));
    await chain.settle();
    expect(await chain.notices.list()).toMatchObject([{ rule: 'columns', message: expect.stringMatching(/would have 100\d\d columns.*Nothing was loaded/) }]);
  });
});

describe('tables that change', () => {
  const name = (day: number) => `lab/snapshot/2026-11-${day}/a.json`;

  async function reopened(chain: Chain, stream: Stream): Promise<Chain> {
    return await chainOf({ streams: [stream], dir: chain.dir });
  }

  test('a new column is added, and old rows have null in it', async () => {
    const chain = await chainOf({ streams: [snapshotStream()] });
    await chain.put(name(19), snapshot(range(2), 1));
    await chain.settle();
    const columns = { id: { type: 'STRING', required: true }, value: { type: 'INT64' }, city: { type: 'STRING', description: 'City' } } as const;
    await chain.closeKeepingFiles();
    const next = await reopened(chain, snapshotStream(columns));
    await next.put(name(20), '[{"id":"id-0","value":2,"city":"Guelph"},{"id":"id-1","value":2}]');
    await next.settle();
    expect(await next.rows('SELECT id, value, city FROM lab.snapshot ORDER BY id')).toEqual([
      { id: 'id-0', value: 2, city: 'Guelph' },
      { id: 'id-1', value: 2, city: null },
    ]);
    expect(await next.warehouse.columns({ dataset: 'lab', table: 'snapshot' })).toContainEqual({
      name: 'city',
      type: 'STRING',
      mode: 'NULLABLE',
      description: 'City',
    });
  });

  test('a changed type is refused with the statements that migrate the table; after them the object loads', async () => {
    const chain = await chainOf({ streams: [snapshotStream()] });
    await chain.put(name(19), snapshot(range(2), 1));
    await chain.settle();
    await chain.closeKeepingFiles();
    const changed = snapshotStream({ id: { type: 'STRING', required: true }, value: { type: 'STRING' } });
    const next = await reopened(chain, changed);
    const object = await next.put(name(20), snapshot(range(2), 2));
    await next.settle();
    expect((await next.rows('SELECT value FROM lab.snapshot')).map((row) => row['value'])).toEqual([1, 1]);
    const [refused] = await next.notices.list();
    expect(refused).toMatchObject({ function: 'load', rule: 'schema', field: 'value', class: 'permanent' });
    expect(refused?.message).toContain('value is INT64, declared STRING');
    const statements = String(refused?.message).split('\n').slice(1);
    expect(statements.length).toBeGreaterThan(0);
    await next.migrate(statements);
    await next.raw.copy(object.name, object.generation, object.name);
    await next.settle();
    expect((await next.rows('SELECT value FROM lab.snapshot ORDER BY id')).map((row) => row['value'])).toEqual(['2', '2']);
  });

  test.each([
    ['that another pipeline filled', ['CREATE SCHEMA lab', 'CREATE TABLE lab.snapshot AS SELECT 7 AS store_id'], 'was not filled by this pipeline'],
    [
      'that demands a column which the contract has no more',
      ['ALTER TABLE lab.snapshot ADD COLUMN gone BIGINT DEFAULT 1', 'ALTER TABLE lab.snapshot ALTER COLUMN gone SET NOT NULL'],
      'demands columns that its contract does not have (gone)',
    ],
  ])('a table %s is refused with the statements that make room; after them the object loads', async (_, before, why) => {
    const chain = await chainOf({ streams: [snapshotStream()] });
    if (before[0]?.startsWith('ALTER') === true) {
      await chain.put(name(18), snapshot(range(2), 0));
      await chain.settle();
    }
    await chain.migrate(before);
    const object = await chain.put(name(19), snapshot(range(2), 1));
    await chain.settle();
    const [refused] = await chain.notices.list();
    expect(refused).toMatchObject({ function: 'load', rule: 'schema', class: 'permanent' });
    expect(refused?.message).toContain(why);
    await chain.migrate(String(refused?.message).split('\n').slice(1));
    await chain.raw.copy(object.name, object.generation, object.name);
    await chain.settle();
    expect((await snapshotRows(chain)).map((row) => row['value'])).toEqual([1, 1]);
  });

  test('two versions that somebody put into one table are repaired by the next load', async () => {
    const chain = await chainOf({ streams: [snapshotStream()] });
    await chain.put(name(19), snapshot(range(3), 1));
    await chain.settle();
    await chain.migrate([
      `INSERT INTO lab.snapshot SELECT * REPLACE ('intruder' AS _raw_object, TIMESTAMPTZ '2026-11-18T00:00:00Z' AS _extracted_at) FROM lab.snapshot`,
    ]);
    expect(await snapshotRows(chain)).toHaveLength(6);
    await chain.put(name(20), snapshot(range(3), 2));
    await chain.settle();
    expect((await snapshotRows(chain)).map((row) => row['value'])).toEqual([2, 2, 2]);
  });
});
