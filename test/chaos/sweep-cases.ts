import { finalizedEvent, publishedEvent } from '../../infra/local/cloud-event.ts';
import type { ObjectInfo } from '../../shared/object-store/object-store.ts';
import type { Chain } from '../support/chain.ts';
import { NOW, type SweepEvent } from './sweep-task.ts';

/** One event on one state of the folder. */
export interface SweepCase {
  readonly name: string;
  /** Whether the generations of raw objects come from the event, so that they differ between two runs. */
  readonly makesRaw?: boolean;
  /** What a second delivery does, where it is to do nothing but answer. */
  readonly again?: readonly string[];
  /** Whether it is small and quick enough for every test run. */
  readonly isQuick?: boolean;
  prepare(chain: Chain): Promise<SweepEvent>;
}

const DELIVERY = { id: 'event-1', time: NOW };
const ANSWER = ['answer'];

const rows = (...ids: readonly string[]) => ids.map((id, index) => ({ id, value: index }));

/** A load of the newest object of a stream, whose older objects are loaded. */
function loadCase(name: string, older: readonly Raw[], newest: Raw, options: Pick<SweepCase, 'again' | 'isQuick'> = {}): SweepCase {
  return {
    name: `load/${name}`,
    ...options,
    async prepare(chain) {
      for (const raw of older) await put(chain, raw);
      await chain.settle();
      const object = await put(chain, newest);
      await chain.finalize(chain.raw, object);
      return await cleanEvent(chain, `${newest.name.slice(0, newest.name.lastIndexOf('/'))}/`, object);
    },
  };
}

/** A transform of a raw object. */
function transformCase(name: string, raw: Raw, options: Pick<SweepCase, 'again' | 'isQuick'> = {}): SweepCase {
  return {
    name: `transform/${name}`,
    ...options,
    prepare: async (chain) => transformEvent(chain, await put(chain, raw)),
  };
}

function extractCase(name: string, message: unknown, options: Pick<SweepCase, 'again' | 'isQuick'> = {}): SweepCase {
  return {
    name: `extract/${name}`,
    makesRaw: true,
    ...options,
    prepare: async () => ({ function: 'extract', ...publishedEvent({ json: message }, DELIVERY) }),
  };
}

interface Raw {
  readonly name: string;
  readonly records: readonly unknown[];
  readonly accept?: string;
}

/** A raw object of the lab; its day decides its age. */
function raw(stream: string, day: number, records: readonly unknown[], accept?: string): Raw {
  return { name: `lab/${stream}/2026-11-${day}/day ${day}.json`, records, ...(accept === undefined ? {} : { accept }) };
}

const snapshotOf5 = raw('snapshot', 18, rows('a', 'b', 'c', 'd', 'e'));
const spendOf = (day: number, ...days: readonly number[]) =>
  raw(
    'spend',
    day,
    days.flatMap((date) => ['x', 'y'].map((campaign) => ({ day: `2026-10-0${date}`, campaign, value: day }))),
  );

export const sweepCases: readonly SweepCase[] = [
  extractCase('two streams', { source: 'lab' }, { again: ANSWER, isQuick: true }),
  extractCase('refused', { source: 'nobody' }),
  transformCase('rejects', raw('contacts', 19, [...rows('a', 'b', 'a'), { value: 1 }, { id: 'c', value: 'many' }]), { again: ANSWER, isQuick: true }),
  transformCase('refused', raw('snapshot', 19, [...rows('a'), { value: 1 }, { value: 2 }])),
  transformCase('no rejects', raw('snapshot', 19, rows('a')), { again: ANSWER }),
  {
    name: 'transform/superseded',
    again: ANSWER,
    async prepare(chain) {
      const first = await put(chain, raw('snapshot', 19, rows('a', 'b')));
      await put(chain, raw('snapshot', 19, rows('c')));
      return transformEvent(chain, first);
    },
  },
  loadCase('first of all', [], snapshotOf5),
  loadCase('replace table', [snapshotOf5], raw('snapshot', 19, rows('a', 'b', 'c', 'x', 'a')), { isQuick: true }),
  loadCase('older', [snapshotOf5], raw('snapshot', 17, rows('a', 'b', 'c', 'x'))),
  loadCase('empty', [snapshotOf5], raw('snapshot', 19, [], 'drop+min')),
  loadCase('replace date', [spendOf(18, 1, 2, 3)], spendOf(19, 2, 3, 4)),
  loadCase('merge', [raw('contacts', 18, rows('a', 'b', 'c'))], raw('contacts', 19, rows('b', 'x', 'b'))),
  loadCase('unknown columns', [raw('reports', 18, [{ id: 'a', One: 1 }])], raw('reports', 19, [{ id: 'a', One: 1, one: 2, 'a b': 3 }])),
  loadCase('object', [raw('facts', 18, rows('a', 'b'))], raw('facts', 19, rows('c', 'd'))),
  loadCase('duplicate', [raw('facts', 18, rows('a', 'b'))], raw('facts', 19, rows('a', 'b'))),
  loadCase('refused by drop', [snapshotOf5], raw('snapshot', 19, rows('a', 'b'))),
  {
    name: 'load/superseded',
    again: ANSWER,
    async prepare(chain) {
      const object = await put(chain, snapshotOf5);
      await chain.finalize(chain.raw, object);
      const event = await cleanEvent(chain, 'lab/snapshot/', object);
      for (const { name, generation } of await chain.objects(chain.clean)) await chain.clean.copy(name, generation, name);
      return event;
    },
  },
  builtInCase('runs', raw('snapshot', 19, rows('a'))),
  builtInCase('rejects', raw('contacts', 19, [{ id: 'a' }, { value: 1 }])),
];

/** A load of what transform tells about an object. */
function builtInCase(kind: string, of: Raw): SweepCase {
  return {
    name: `load/${kind}`,
    async prepare(chain) {
      await put(chain, raw('contacts', 18, [{ id: 'a' }, { value: 1 }]));
      await chain.settle();
      const object = await put(chain, of);
      await chain.finalize(chain.raw, object);
      return await cleanEvent(chain, `pipeline/${kind}/`, object);
    },
  };
}

async function put(chain: Chain, { name, records, accept }: Raw): Promise<ObjectInfo> {
  return await chain.put(name, JSON.stringify(records), accept === undefined ? {} : { accept });
}

function transformEvent(chain: Chain, object: ObjectInfo): SweepEvent {
  return { function: 'transform', ...finalizedEvent(chain.raw.bucket, object, DELIVERY) };
}

/** The event of the clean object below a prefix that comes from a generation of a raw object. */
async function cleanEvent(chain: Chain, prefix: string, of: ObjectInfo): Promise<SweepEvent> {
  const file = of.name.slice(of.name.lastIndexOf('/') + 1);
  for (const object of await chain.objects(chain.clean)) {
    if (!object.name.startsWith(prefix) || !object.name.includes(`${file}.${of.generation}.`)) continue;
    return { function: 'load', ...finalizedEvent(chain.clean.bucket, object, DELIVERY) };
  }
  throw new Error(`transform made no clean object of ${of.name}`);
}
