import { afterEach, describe, expect, test } from '@jest/globals';
import { defineSource } from '../../shared/source.ts';
import { defineStream, merge, replace } from '../../shared/stream.ts';
import { type Chain, openChain } from '../support/chain.ts';
import { printedSeed, seeded } from '../support/random.ts';

const source = defineSource({ name: 'lab', title: 'Lab', settings: {}, auth: { type: 'none' } });

const contacts = defineStream({
  source,
  name: 'contacts',
  description: 'Upserted by key',
  columns: { id: { type: 'STRING', required: true }, part: { type: 'INT64', required: true }, value: { type: 'STRING' } },
  key: ['id', 'part'],
  write: merge(),
  table: { dataset: 'lab', name: 'contacts' },
});

const spend = defineStream({
  source,
  name: 'spend',
  description: 'A window of days that is read again',
  columns: { day: { type: 'DATE', required: true }, campaign: { type: 'STRING', required: true }, value: { type: 'STRING' } },
  key: ['day', 'campaign'],
  write: replace({ date: 'day' }),
  expect: { rows: { drop: 1 } },
  table: { dataset: 'lab', name: 'spend' },
});

const facts = defineStream({
  source,
  name: 'facts',
  description: 'Immutable facts',
  columns: { id: { type: 'STRING', required: true } },
  write: replace('object'),
  table: { dataset: 'lab', name: 'facts' },
});

const opened: Chain[] = [];
afterEach(async () => {
  for (const chain of opened.splice(0)) await chain.close();
});
async function open(): Promise<Chain> {
  const chain = await openChain({ streams: [contacts, spend, facts] });
  opened.push(chain);
  return chain;
}

interface Row {
  readonly scope: string;
  readonly json: Record<string, string | number>;
}
/** One raw object: its day decides its age. */
interface Drop {
  readonly name: string;
  readonly rows: readonly Row[];
}

const random = seeded(printedSeed('load modes'));
const below = (limit: number) => Math.floor(random() * limit);

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}

/** Delivers every object's events in a random order, some of them twice. */
async function deliver(chain: Chain, drops: readonly Drop[]): Promise<void> {
  const raw = await Promise.all(drops.map((drop) => chain.put(drop.name, JSON.stringify(drop.rows.map((row) => row.json)))));
  for (const object of shuffled([...raw, ...raw])) expect((await chain.finalize(chain.raw, object)).status).toBe(200);
  const clean = await chain.objects(chain.clean);
  for (const object of shuffled([...clean, ...clean])) expect((await chain.finalize(chain.clean, object)).status).toBe(200);
}

describe('merge', () => {
  test('keeps the newest version of each key, in whatever order objects arrive', async () => {
    for (let round = 0; round < 4; round += 1) {
      const chain = await open();
      const drops: Drop[] = Array.from({ length: 4 }, (_, day) => ({
        name: `lab/contacts/2026-11-1${day}/a.json`,
        rows: Array.from({ length: 1 + below(8) }, () => {
          const [id, part] = [`k${below(6)}`, below(2)];
          return { scope: `${id}/${part}`, json: { id, part, value: `day ${day}, ${below(1_000)}` } };
        }),
      }));
      await deliver(chain, drops);
      // Later objects win, and within one object the last record of a key.
      const expected = new Map(drops.flatMap((drop) => drop.rows.map((row): [string, Row['json']] => [row.scope, row.json])));
      expect(await chain.rows('SELECT id, part, value FROM lab.contacts ORDER BY id, part')).toEqual(
        [...expected].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, json]) => json),
      );
      const ledger = await chain.rows('SELECT rows, duplicates, loaded, superseded, conserved FROM ops.ledger');
      expect(ledger.map((row) => row['conserved'])).toEqual([true, true, true, true]);
    }
  });

  test('corrects rows when an object is processed again, and removes none', async () => {
    const chain = await open();
    await chain.put('lab/contacts/2026-11-10/a.json', '[{"id":"a","part":1,"value":"old"},{"id":"b","part":1,"value":"old"}]');
    await chain.settle();
    await chain.put('lab/contacts/2026-11-10/a.json', '[{"id":"a","part":1,"value":"new"}]');
    await chain.settle();
    expect(await chain.rows('SELECT id, value FROM lab.contacts ORDER BY id')).toEqual([
      { id: 'a', value: 'new' },
      { id: 'b', value: 'old' },
    ]);
  });

  test('repairs a key that somebody doubled', async () => {
    const chain = await open();
    await chain.put('lab/contacts/2026-11-10/a.json', '[{"id":"a","part":1,"value":"old"}]');
    await chain.settle();
    await chain.migrate([
      `INSERT INTO lab.contacts SELECT * REPLACE ('intruder' AS _raw_object, TIMESTAMPTZ '2020-01-01T00:00:00Z' AS _extracted_at) FROM lab.contacts`,
    ]);
    await chain.put('lab/contacts/2026-11-11/b.json', '[{"id":"b","part":1,"value":"new"}]');
    await chain.settle();
    expect(await chain.rows('SELECT id, value FROM lab.contacts ORDER BY id')).toEqual([
      { id: 'a', value: 'old' },
      { id: 'b', value: 'new' },
    ]);
  });

  test('is refused without a key', () => {
    expect(() =>
      defineStream({
        source,
        name: 'x',
        description: 'x',
        columns: { id: { type: 'STRING', required: true } },
        write: merge(),
        table: { dataset: 'lab', name: 'x' },
      }),
    ).toThrow('merge needs a key');
  });
});

describe('replace of a date', () => {
  test('keeps for each day the newest object that has it, in whatever order objects arrive', async () => {
    for (let round = 0; round < 4; round += 1) {
      const chain = await open();
      const drops: Drop[] = Array.from({ length: 4 }, (_, day) => ({
        name: `lab/spend/2026-11-1${day}/a.json`,
        rows: Array.from({ length: 1 + below(8) }, () => {
          const date = `2026-10-0${1 + below(4)}`;
          return { scope: date, json: { day: date, campaign: `c${below(3)}`, value: `day ${day}, ${below(1_000)}` } };
        }),
      }));
      await deliver(chain, drops);
      const expected = new Map<string, Map<string, Row['json']>>();
      for (const drop of drops) {
        const days = new Set(drop.rows.map((row) => row.scope));
        for (const date of days) expected.set(date, new Map());
        for (const row of drop.rows) expected.get(row.scope)?.set(String(row.json['campaign']), row.json);
      }
      const rows = [...expected]
        .flatMap(([, campaigns]) => [...campaigns.values()])
        .sort((a, b) => (`${a['day']}${a['campaign']}` < `${b['day']}${b['campaign']}` ? -1 : 1));
      expect(await chain.rows('SELECT day, campaign, value FROM lab.spend ORDER BY day, campaign')).toEqual(rows);
      expect((await chain.rows('SELECT conserved FROM ops.ledger')).map((row) => row['conserved'])).toEqual([true, true, true, true]);
    }
  });

  test('leaves days alone that the newer object does not have', async () => {
    const chain = await open();
    await chain.put(
      'lab/spend/2026-11-10/a.json',
      '[{"day":"2026-10-01","campaign":"x","value":"a"},{"day":"2026-10-02","campaign":"x","value":"a"},{"day":"2026-10-02","campaign":"y","value":"a"}]',
    );
    await chain.settle();
    await chain.put('lab/spend/2026-11-11/b.json', '[{"day":"2026-10-02","campaign":"x","value":"b"}]');
    await chain.settle();
    expect(await chain.rows('SELECT day, campaign, value FROM lab.spend ORDER BY day, campaign')).toEqual([
      { day: '2026-10-01', campaign: 'x', value: 'a' },
      { day: '2026-10-02', campaign: 'x', value: 'b' },
    ]);
  });
});

describe('the same bytes under another name', () => {
  const bytes = '[{"id":"1"},{"id":"2"}]';
  const outcomes = async (chain: Chain) => await chain.rows('SELECT raw_object, outcome, message, duplicates, conserved FROM ops.ledger ORDER BY loaded_at');
  const ids = async (chain: Chain) => (await chain.rows('SELECT id FROM lab.facts ORDER BY id')).map((row) => row['id']);

  test('are loaded once, and the ledger says whose duplicate they are', async () => {
    const chain = await open();
    await chain.put('lab/facts/2026-11-10/a.json', bytes);
    await chain.settle();
    await chain.put('lab/facts/2026-11-11/copy of a.json', bytes);
    await chain.settle();
    expect(await ids(chain)).toEqual(['1', '2']);
    expect(await outcomes(chain)).toEqual([
      { raw_object: 'lab/facts/2026-11-10/a.json', outcome: 'loaded', message: null, duplicates: 0, conserved: true },
      {
        raw_object: 'lab/facts/2026-11-11/copy of a.json',
        outcome: 'duplicate',
        message: 'duplicate of lab/facts/2026-11-10/a.json',
        duplicates: 2,
        conserved: true,
      },
    ]);
  });

  test('are loaded once when both arrive at the same moment', async () => {
    const chain = await open();
    const raw = [await chain.put('lab/facts/2026-11-10/a.json', bytes), await chain.put('lab/facts/2026-11-11/b.json', bytes)];
    for (const object of raw) await chain.finalize(chain.raw, object);
    const clean = (await chain.objects(chain.clean)).filter((object) => object.name.startsWith('lab/'));
    const first = await Promise.all(clean.map((object) => chain.finalize(chain.clean, object)));
    for (const [i, object] of clean.entries()) if (first[i]?.status === 500) expect((await chain.finalize(chain.clean, object)).status).toBe(200);
    await chain.settle();
    expect(await ids(chain)).toEqual(['1', '2']);
    expect((await outcomes(chain)).map((row) => row['outcome']).sort()).toEqual(['duplicate', 'loaded']);
  });

  test('are loaded when the first owner has other bytes now', async () => {
    const chain = await open();
    await chain.put('lab/facts/2026-11-10/a.json', bytes);
    await chain.settle();
    await chain.put('lab/facts/2026-11-10/a.json', '[{"id":"3"},{"id":"4"}]');
    await chain.settle();
    await chain.put('lab/facts/2026-11-11/b.json', bytes);
    await chain.settle();
    expect(await ids(chain)).toEqual(['1', '2', '3', '4']);
  });

  test('are loaded again under their own name', async () => {
    const chain = await open();
    const first = await chain.put('lab/facts/2026-11-10/a.json', bytes);
    await chain.settle();
    const second = await chain.put('lab/facts/2026-11-10/a.json', bytes);
    await chain.settle();
    const generations = await chain.rows('SELECT DISTINCT CAST(_raw_generation AS STRING) AS generation FROM lab.facts');
    expect(generations).toEqual([{ generation: second.generation }]);
    expect(second.generation).not.toBe(first.generation);
  });
});

describe('a clean object that was replaced', () => {
  test('is loaded as the generation that is there; the event of the other one is acknowledged and does nothing', async () => {
    const chain = await open();
    await chain.finalize(chain.raw, await chain.put('lab/facts/2026-11-20/one.ndjson', '{"id":"1"}\n'));
    const [first] = (await chain.objects(chain.clean)).filter(({ name }) => name.startsWith('lab/'));
    if (first === undefined) throw new Error('there is no clean object');
    const second = await chain.clean.copy(first.name, first.generation, first.name);
    if (second === undefined) throw new Error('the clean object is gone');

    const late = await chain.finalize(chain.clean, first);
    expect([late.status, late.body.runs.map(({ outcome }) => outcome)]).toEqual([200, ['superseded']]);
    expect(await chain.warehouse.columns({ dataset: 'lab', table: 'facts' })).toBeUndefined();

    await chain.finalize(chain.clean, second);
    expect(await chain.rows('SELECT id FROM lab.facts')).toEqual([{ id: '1' }]);
  });
});
