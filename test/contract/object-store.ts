import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect } from '@jest/globals';
import { createObject, type ObjectInfo, type ObjectStore, type WorkStore } from '../../shared/object-store/object-store.ts';
import { type KnownGap, setKnownGaps, test } from './known-gaps.ts';

export interface OpenedStore {
  readonly store: ObjectStore;
  close(): Promise<void>;
}

const NAME = 'ezfocus/accounts/2026-11-20/x.json';
const MIB = 1024 * 1024;

/** What every object store does; `open` gives an empty bucket each time. */
export function describeObjectStore(name: string, open: () => Promise<OpenedStore>, gaps: readonly KnownGap[] = []): void {
  setKnownGaps(gaps);
  describe(`object store: ${name}`, () => {
    let opened: OpenedStore;
    const store = (): ObjectStore => opened.store;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    describeWrites(store);
    describeGenerations(store);
    describeReads(store);
    describeLists(store);
    describeCopies(store);
  });
}

/** Writes an object that must not be there yet. */
export async function put(store: ObjectStore, name: string, body: Uint8Array | string): Promise<ObjectInfo> {
  return existing(await createObject(store, name, body));
}

/** All bytes of a generation as text; undefined when it is gone. */
export async function textOf(store: ObjectStore, { name, generation }: Pick<ObjectInfo, 'name' | 'generation'>): Promise<string | undefined> {
  return (await bytesOf(store, name, generation))?.toString();
}

/** The names under a prefix, in the order of the list. */
export async function namesOf(store: ObjectStore, prefix = ''): Promise<string[]> {
  return (await infosOf(store, prefix)).map((info) => info.name);
}

/** What the rest of a test needs to be there. */
export function existing<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('expected an object, got undefined');
  return value;
}

async function infosOf(store: ObjectStore, prefix: string): Promise<ObjectInfo[]> {
  return Array.fromAsync(store.list(prefix));
}

async function bytesOf(store: ObjectStore, name: string, generation: string): Promise<Buffer | undefined> {
  const chunks = await store.read(name, generation);
  return chunks === undefined ? undefined : Buffer.concat(await Array.fromAsync(chunks));
}

function describeWrites(store: () => ObjectStore): void {
  test('keeps the first bytes and refuses the second when a name is created twice', async () => {
    const first = await put(store(), NAME, 'first');
    expect(await createObject(store(), NAME, 'second')).toBeUndefined();
    expect(await store().stat(NAME)).toEqual(first);
    expect(await textOf(store(), first)).toBe('first');
  });

  test('lets exactly one win when ten create the same name at once', async () => {
    const bodies = Array.from({ length: 10 }, (_, index) => `body ${index}`);
    const results = await Promise.all(bodies.map((body) => createObject(store(), NAME, body)));
    const winners = results.flatMap((info, index) => (info === undefined ? [] : [{ info, body: bodies[index] }]));
    expect(winners).toHaveLength(1);
    expect(await store().stat(NAME)).toEqual(winners[0]?.info);
    expect(await textOf(store(), existing(winners[0]).info)).toBe(winners[0]?.body);
  });

  test('shows nobody a write before its commit', async () => {
    const writer = await store().create(NAME);
    await writer.write(randomBytes(MIB));
    expect(await store().stat(NAME)).toBeUndefined();
    expect(await namesOf(store())).toEqual([]);
    const info = existing(await writer.commit());
    expect(await infosOf(store(), '')).toEqual([info]);
  });

  test('leaves nothing behind when a write is aborted, however often', async () => {
    const writer = await store().create(NAME);
    await writer.write(randomBytes(MIB));
    await writer.abort();
    await writer.abort();
    expect(await store().stat(NAME)).toBeUndefined();
    expect(await namesOf(store())).toEqual([]);
  });

  test('leaves nothing behind when it is aborted while a chunk is being written', async () => {
    const writer = await store().create(NAME);
    const writing = Promise.allSettled([writer.write(Buffer.alloc(4 * 1024 * 1024))]);
    await writer.abort();
    await writing;
    expect(await store().stat(NAME)).toBeUndefined();
  });

  test('keeps the object when abort follows commit', async () => {
    const writer = await store().create(NAME);
    const info = existing(await writer.commit());
    await writer.abort();
    expect(await store().stat(NAME)).toEqual(info);
  });

  test('keeps what was written when the caller reuses its chunk', async () => {
    const writer = await store().create(NAME);
    const chunk = Buffer.alloc(10);
    for (const digit of '0123') {
      chunk.fill(digit);
      await writer.write(chunk);
    }
    expect(await textOf(store(), existing(await writer.commit()))).toBe([...'0123'].map((digit) => digit.repeat(10)).join(''));
  });

  test('keeps the metadata given to create', async () => {
    const metadata = { accept: 'drop+rows', note: 'année 2026' };
    const info = existing(await createObject(store(), NAME, 'x', { metadata }));
    expect(info.metadata).toEqual(metadata);
    expect((await store().stat(NAME))?.metadata).toEqual(metadata);
  });
}

function describeGenerations(store: () => ObjectStore): void {
  test('names a generation by a decimal int64 and says when it was made', async () => {
    const info = await put(store(), NAME, 'x');
    expect(info.generation).toMatch(/^[1-9]\d{0,18}$/);
    expect(Number(info.generation)).toBeGreaterThan(2 ** 31);
    expect(info.created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  });

  test('replaces an object by a greater generation when the generation matches', async () => {
    const old = await put(store(), NAME, 'old');
    const next = existing(await createObject(store(), NAME, 'new', { ifGenerationMatch: old.generation }));
    expect(BigInt(next.generation)).toBeGreaterThan(BigInt(old.generation));
    expect(await store().stat(NAME)).toEqual(next);
    expect(await textOf(store(), next)).toBe('new');
    expect(await store().read(NAME, old.generation)).toBeUndefined();
  });

  test('leaves an object as it is when the generation does not match', async () => {
    const info = await put(store(), NAME, 'old');
    const other = String(BigInt(info.generation) - 1n);
    expect(await createObject(store(), NAME, 'new', { ifGenerationMatch: other })).toBeUndefined();
    expect(await store().stat(NAME)).toEqual(info);
    expect(await textOf(store(), info)).toBe('old');
  });

  test('makes nothing when the generation to replace is not there', async () => {
    expect(await createObject(store(), NAME, 'new', { ifGenerationMatch: '1234567890' })).toBeUndefined();
    expect(await namesOf(store())).toEqual([]);
  });

  test('lets exactly one win when ten replace the same generation at once', async () => {
    const { generation } = await put(store(), NAME, 'old');
    const writes = Array.from({ length: 10 }, (_, index) => createObject(store(), NAME, `${index}`, { ifGenerationMatch: generation }));
    const winners = (await Promise.all(writes)).flatMap((info) => info ?? []);
    expect(winners).toEqual([await store().stat(NAME)]);
  });

  test('has no generation when there is no object', async () => {
    expect(await store().stat(NAME)).toBeUndefined();
    expect(await store().read(NAME, '1234567890')).toBeUndefined();
  });
}

function describeReads(store: () => ObjectStore): void {
  test('reads back every byte when an object has 3 MiB and was written in uneven chunks', async () => {
    const body = randomBytes(3 * MIB + 7);
    const writer = await store().create(NAME);
    const cuts = [0, 1, 1000, 300_000, 300_001, 1_500_000, 1_500_000, body.length];
    for (const [index, cut] of cuts.slice(1).entries()) await writer.write(body.subarray(cuts[index], cut));
    const info = existing(await writer.commit());
    expect(info.size).toBe(body.length);
    expect((await bytesOf(store(), NAME, info.generation))?.equals(body)).toBe(true);
  });

  test.each([
    ['nothing', '', '00000000'],
    ['the digits 1 to 9', '123456789', 'e3069283'],
    ['an ASCII sentence', 'The quick brown fox jumps over the lazy dog', '22620404'],
  ])('tells size and CRC-32C of %s', async (_, body, crc32c) => {
    const info = await put(store(), NAME, body);
    expect(info).toMatchObject({ name: NAME, size: body.length, crc32c });
    expect(await store().stat(NAME)).toEqual(info);
    expect(await textOf(store(), info)).toBe(body);
  });

  test('stops when the signal aborts', async () => {
    const { generation } = await put(store(), NAME, randomBytes(3 * MIB));
    const abort = new AbortController();
    const chunks = existing(await store().read(NAME, generation, abort.signal));
    const reading = (async () => {
      for await (const _ of chunks) abort.abort();
    })();
    await expect(reading).rejects.toThrow();
  });

  test('lets a reader leave after the first chunk', async () => {
    const info = await put(store(), NAME, randomBytes(3 * MIB));
    for await (const _ of existing(await store().read(NAME, info.generation))) break;
    expect(await store().stat(NAME)).toEqual(info);
  });
}

function describeLists(store: () => ObjectStore): void {
  test('lists what stat tells', async () => {
    const infos = [await put(store(), 'a/1.json', 'one'), await put(store(), 'b/2.json', 'two')];
    expect(await infosOf(store(), '')).toEqual(infos);
    expect(await Promise.all(infos.map((info) => store().stat(info.name)))).toEqual(infos);
  });

  test('lists by name, whole names compared', async () => {
    const names = [
      'B',
      'a b/x',
      'a-b/x',
      'a.json',
      'a/b/c',
      'a/b.json',
      'a/b-c/d',
      'a0',
      'a/z',
      'Z/a',
      'é/a',
      '漢/a',
      `${'k'.repeat(200)}/a`,
      `${'k'.repeat(201)}`,
    ];
    names.push(`${'k'.repeat(200)}.json`, `${'k'.repeat(200)}-/a`);
    for (const name of names) await put(store(), name, name);
    expect(await namesOf(store())).toEqual([...names].sort());
  });

  test.each([
    ['ezfocus/', ['ezfocus/accounts/2026-11-19/x', 'ezfocus/accounts/2026-11-20/x', 'ezfocus/calls/2026-11-20/x']],
    ['ezfocus/acc', ['ezfocus/accounts/2026-11-19/x', 'ezfocus/accounts/2026-11-20/x']],
    ['ezfocus/accounts/2026-11-20/x', ['ezfocus/accounts/2026-11-20/x']],
    ['ezfocus/accounts/2026-11-2', ['ezfocus/accounts/2026-11-20/x']],
    ['ez', ['ez.json', 'ezfocus/accounts/2026-11-19/x', 'ezfocus/accounts/2026-11-20/x', 'ezfocus/calls/2026-11-20/x']],
    ['ezfocus/accounts/2026-11-20/x/', []],
    ['ezfocus//', []],
    ['nothing/', []],
  ])('lists under the prefix %j only what starts with it', async (prefix, expected) => {
    const names = ['ezfocus/accounts/2026-11-20/x', 'ezfocus/accounts/2026-11-19/x', 'ezfocus/calls/2026-11-20/x', 'other/a/2026-11-20/x', 'ez.json'];
    for (const name of names) await put(store(), name, name);
    expect(await namesOf(store(), prefix)).toEqual(expected);
  });

  test.each([
    ['letters of many scripts', 'zoë/été/2026-11-20/отчёт 漢字 (1)+α_𝒳.json'],
    ['a part of 200 bytes', `a/b/c/${'x'.repeat(200)}`],
    ['a part of 201 bytes', `a/b/c/${'x'.repeat(201)}`],
    ['a long part that ends in an extension', `a/b/c/${'x'.repeat(200)}.ndjson`],
    ['a long part with dots at the cut', `a/b/c/${'x'.repeat(200)}..`],
    ['a long part of dots', `a/b/c/x${'.'.repeat(450)}`],
    ['a character across the cut', `a/b/c/${'x'.repeat(199)}é${'x'.repeat(10)}`],
    ['a surrogate pair across the cut', `a/b/c/${'x'.repeat(197)}𝒳${'x'.repeat(10)}`],
    ['a part cut more than once', `a/b/c/${'long name.'.repeat(65)}`],
    ['a long folder', `${'folder '.repeat(40)}/${'y'.repeat(300)}`],
  ])('keeps a name with %s', async (_, name) => {
    const info = await put(store(), name, 'x');
    expect(info.name).toBe(name);
    expect(await infosOf(store(), '')).toEqual([info]);
    expect(await infosOf(store(), name.slice(0, -3))).toEqual([info]);
    expect(await store().stat(name)).toEqual(info);
    expect(await textOf(store(), info)).toBe('x');
  });
}

function describeCopies(store: () => ObjectStore): void {
  test('makes a greater generation with the metadata when an object is copied onto itself', async () => {
    const old = await put(store(), NAME, 'same bytes');
    const copy = existing(await store().copy(NAME, old.generation, NAME, { accept: 'drop' }));
    expect(BigInt(copy.generation)).toBeGreaterThan(BigInt(old.generation));
    expect(copy).toMatchObject({ name: NAME, size: old.size, crc32c: old.crc32c, metadata: { accept: 'drop' } });
    expect(await store().stat(NAME)).toEqual(copy);
    expect(await textOf(store(), copy)).toBe('same bytes');
    expect(await textOf(store(), old)).toBeUndefined();
  });

  test('has no metadata when a copy is given none', async () => {
    const old = existing(await createObject(store(), NAME, 'x', { metadata: { accept: 'drop' } }));
    expect((await store().copy(NAME, old.generation, 'copy/1.json'))?.metadata).toEqual({});
  });

  test('copies to another name, replaces what is there and keeps the source', async () => {
    const from = await put(store(), NAME, 'source');
    const replaced = await put(store(), 'copy/1.json', 'replaced');
    const copy = existing(await store().copy(NAME, from.generation, 'copy/1.json'));
    expect(BigInt(copy.generation)).toBeGreaterThan(BigInt(replaced.generation));
    expect(await textOf(store(), copy)).toBe('source');
    expect(await store().stat(NAME)).toEqual(from);
  });

  test('copies nothing when the generation is gone', async () => {
    const { generation } = await put(store(), NAME, 'old');
    existing(await createObject(store(), NAME, 'new', { ifGenerationMatch: generation }));
    expect(await store().copy(NAME, generation, 'copy/1.json')).toBeUndefined();
    expect(await store().copy('not/there', generation, 'copy/1.json')).toBeUndefined();
    expect(await namesOf(store())).toEqual([NAME]);
  });
}

/** What a bucket of work does beyond every other. */
export function describeWorkStore(
  name: string,
  open: () => Promise<{ readonly store: WorkStore; close(): Promise<void> }>,
  gaps: readonly KnownGap[] = [],
): void {
  setKnownGaps(gaps);
  describe(`store of work: ${name}`, () => {
    let opened: { readonly store: WorkStore; close(): Promise<void> };
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    test('removes the live generation, so that its name can be created again', async () => {
      const { store } = opened;
      const info = await put(store, NAME, 'old');
      expect(await store.remove(NAME, info.generation)).toBe(true);
      expect(await store.stat(NAME)).toBeUndefined();
      expect(await store.read(NAME, info.generation)).toBeUndefined();
      expect(await namesOf(store)).toEqual([]);
      const next = await put(store, NAME, 'new');
      expect(BigInt(next.generation)).toBeGreaterThan(BigInt(info.generation));
    });

    test('keeps an object when another generation of it is removed', async () => {
      const { store } = opened;
      const old = await put(store, NAME, 'old');
      const next = existing(await createObject(store, NAME, 'new', { ifGenerationMatch: old.generation }));
      expect(await store.remove(NAME, old.generation)).toBe(false);
      expect(await store.stat(NAME)).toEqual(next);
    });

    test('does nothing when what is removed is gone', async () => {
      const { store } = opened;
      const info = await put(store, NAME, 'x');
      await store.remove(NAME, info.generation);
      expect(await store.remove(NAME, info.generation)).toBe(false);
      expect(await store.remove('ezfocus/accounts/2026-11-20/other.json', '1')).toBe(false);
      expect(await namesOf(store)).toEqual([]);
    });
  });
}
