import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { gcsStore } from '../../../shared/object-store/gcs.ts';
import { gcsClient } from '../../../shared/object-store/gcs-client.ts';
import { createObject, type WorkStore } from '../../../shared/object-store/object-store.ts';
import { type Fault, type StrictStorage, startStrictStorage } from '../../cloud/strict-storage.ts';
import { conformanceTest } from '../../support/conformance.ts';
import { notedRefusals } from '../../support/refusals.ts';
import { describeObjectStore, describeWorkStore, existing, namesOf, put, textOf } from '../../contract/object-store.ts';

const NAME = 'ezfocus/accounts/2026-11-20/x.json';
const CHUNK = 512 * 1024;
/** Two whole chunks and a last one. */
const BODY = randomBytes(2 * CHUNK + 1_000);

let storage: StrictStorage;
let store: WorkStore;
const patient = globalThis.setTimeout;

beforeAll(() => {
  // The client waits 1 s at least before it starts an upload again, whatever its settings say (async-retry's minTimeout).
  const impatient = (run: () => void, ms = 0, ...rest: []) => patient(run, Math.min(ms, 1), ...rest);
  globalThis.setTimeout = Object.assign(impatient, patient);
});
afterAll(() => {
  globalThis.setTimeout = patient;
});
beforeEach(async () => {
  storage = await startStrictStorage('raw');
  store = open();
});
afterEach(async () => {
  await storage.close();
  expect(storage.violations).toEqual([]);
});

function open(): WorkStore {
  return gcsStore({ bucket: 'raw', client: gcsClient({ apiEndpoint: storage.url }), pageSize: 3, chunkBytes: CHUNK });
}

describeObjectStore('Cloud Storage client on a strict fake', async () => ({ store, close: async () => {} }));
describeWorkStore('Cloud Storage client on a strict fake', async () => ({ store, close: async () => {} }));

test('sends 8 MiB at once, and the precondition from the start, when nothing else is said', async () => {
  const chunk = 8 * 1024 * 1024;
  const writer = await gcsStore({ bucket: 'raw', client: gcsClient({ apiEndpoint: storage.url }) }).create(NAME);
  for (let written = 0; written < 2 * chunk; written += CHUNK) await writer.write(Buffer.alloc(CHUNK, 'x'));
  await writer.write(Buffer.from('end'));
  expect(await writer.commit()).toMatchObject({ size: 2 * chunk + 3 });
  expect(storage.chunks).toEqual([chunk, chunk, 3]);
});

/** fake-gcs-server refuses nothing but what is not there. */
describe('refusals', () => {
  const REFUSALS = [
    { status: 403, reason: 'retentionPolicyNotMet', write: 'PermanentError', copy: 'PermanentError' },
    { status: 404, reason: 'notFound', write: 'PermanentError', copy: undefined },
    { status: 409, reason: 'conflict', write: 'PermanentError', copy: 'PermanentError' },
    { status: 412, reason: 'conditionNotMet', write: undefined, copy: 'TransientError' },
    { status: 429, reason: 'rateLimitExceeded', write: 'TransientError', copy: 'TransientError' },
    { status: 503, reason: 'backendError', write: 'TransientError', copy: 'TransientError' },
  ] as const;

  conformanceTest('are those of the notes on the API', async () => {
    expect(REFUSALS.map(({ status, reason }) => `${status} ${reason}`)).toEqual(await notedRefusals('Cloud Storage'));
  });

  test.each(REFUSALS)('a write that is always refused with $status $reason ends with $write, a copy with $copy', async ({ status, reason, write, copy }) => {
    const { generation } = await put(store, 'there', 'bytes');
    const refused = async (at: string, ask: () => Promise<unknown>) => {
      storage.faults.splice(0, Number.POSITIVE_INFINITY, { at, when: 'before', kind: status, times: Number.POSITIVE_INFINITY });
      return await ask().catch((error: unknown) => error);
    };
    const answers = [
      [await refused('start', () => createObject(store, NAME, BODY)), write],
      [await refused('storage.objects.rewrite', () => store.copy('there', generation, NAME)), copy],
    ] as const;
    for (const [answer, name] of answers) expect(answer).toEqual(name === undefined ? undefined : expect.objectContaining({ name, rule: 'object-store' }));
    expect(storage.refusals).toContain(`${status} ${reason}`);
    expect(storage.bucket.made).toBe(1);
  });

  test('a write that is refused as too fast is done a moment later', async () => {
    storage.faults.push({ at: 'start', when: 'before', kind: 429 }, { at: 'last', when: 'before', kind: 429 });
    expect(await put(store, NAME, BODY)).toEqual(await store.stat(NAME));
    expect(storage.bucket.made).toBe(1);
  });
});

/** fake-gcs-server knows no faults, and appends a chunk that comes twice a second time. */
describe('uploads that are disturbed', () => {
  type Outcome = 'once' | 'none' | 'once or none';
  const moments: readonly (readonly [string, Pick<Fault, 'at' | 'when'>, Record<'once' | 'always', Outcome>])[] = [
    ['before an upload starts', { at: 'start', when: 'before' }, { once: 'once', always: 'none' }],
    ['when an upload has started and nobody was told', { at: 'start', when: 'after' }, { once: 'once', always: 'none' }],
    ['before a chunk', { at: 'chunk', when: 'before' }, { once: 'once', always: 'none' }],
    // The client gives up where an answer overtakes the end of the chunk, and goes on where the connection breaks.
    ['in the middle of a chunk', { at: 'chunk', when: 'halfway' }, { once: 'once or none', always: 'once or none' }],
    ['when a chunk is there and nobody was told', { at: 'chunk', when: 'after' }, { once: 'once', always: 'once' }],
    ['before the last chunk', { at: 'last', when: 'before' }, { once: 'once', always: 'none' }],
    ['in the middle of the last chunk', { at: 'last', when: 'halfway' }, { once: 'once', always: 'none' }],
    ['when the object is there and nobody was told', { at: 'last', when: 'after' }, { once: 'once', always: 'once' }],
  ];
  const table = moments.flatMap(([moment, where, outcomes]) =>
    ([503, 408, 'reset'] as const).flatMap((kind) =>
      (['once', 'always'] as const).map((often) => ({ kind, moment, often, where, outcome: kind === 'reset' && often === 'once' ? 'once' : outcomes[often] })),
    ),
  );

  test.each(table)('makes the object $outcome when there is $kind $moment, $often', async ({ kind, often, where, outcome }) => {
    storage.faults.push({ ...where, kind, times: often === 'once' ? 1 : Number.POSITIVE_INFINITY });
    const result = await createObject(store, NAME, BODY, { metadata: { accept: 'drop' } }).catch((error: unknown) => error);
    if (often === 'once') expect(storage.faults).toEqual([]);
    if (outcome !== 'once or none') expect(storage.bucket.made).toBe(outcome === 'once' ? 1 : 0);
    if (storage.bucket.made === 0) {
      expect(result).toMatchObject({ name: 'TransientError', rule: 'object-store' });
    } else {
      expect(storage.bucket.made).toBe(1);
      expect(result).toMatchObject({ metadata: { accept: 'drop' } });
      expect(result).toEqual(await store.stat(NAME));
      expect(storage.bucket.objects.get(NAME)?.bytes.equals(BODY)).toBe(true);
    }
  });

  test.each([503, 408, 'reset'] as const)('fails when after a lost last answer nobody tells what is there: %s', async (kind) => {
    const times = Number.POSITIVE_INFINITY;
    storage.faults.push({ at: 'last', when: 'after', kind, times }, { at: 'storage.objects.get', when: 'before', kind, times });
    await expect(createObject(store, NAME, BODY)).rejects.toMatchObject({ name: 'TransientError' });
    expect(storage.bucket.objects.get(NAME)?.bytes.equals(BODY)).toBe(true);
  });

  test('fails for good when it may not write', async () => {
    storage.faults.push({ at: 'start', when: 'before', kind: 403, times: Number.POSITIVE_INFINITY });
    await expect(createObject(store, NAME, BODY)).rejects.toMatchObject({ name: 'PermanentError', rule: 'object-store' });
  });

  test('removes what arrived with other bytes, and only that', async () => {
    storage.corrupt = 'upload';
    await expect(createObject(store, NAME, BODY)).rejects.toMatchObject({ name: 'TransientError' });
    expect(await namesOf(store)).toEqual([]);
    storage.corrupt = 'upload';
    storage.meanwhile.set('storage.objects.delete', () => storage.bucket.put(NAME, Buffer.from('newer'), {}));
    await expect(createObject(store, NAME, BODY)).rejects.toMatchObject({ name: 'TransientError' });
    expect(storage.bucket.objects.get(NAME)?.bytes.toString()).toBe('newer');
  });

  test('asks for a person when what arrived with other bytes cannot be removed', async () => {
    storage.corrupt = 'upload';
    storage.faults.push({ at: 'storage.objects.delete', when: 'before', kind: 403 });
    await expect(createObject(store, NAME, BODY)).rejects.toMatchObject({ name: 'PermanentError', rule: 'object-store' });
  });
});

/** fake-gcs-server looks at the precondition at the end only, and not at all when it copies. */
describe('races', () => {
  test('leaves what somebody else made while it was writing', async () => {
    const writer = await store.create(NAME);
    await writer.write(BODY);
    const other = await put(open(), NAME, 'faster');
    expect(await writer.commit()).toBeUndefined();
    await writer.abort();
    expect(await store.stat(NAME)).toEqual(other);
  });

  test('leaves what somebody else made just before its end', async () => {
    storage.meanwhile.set('last', () => storage.bucket.put(NAME, Buffer.from('faster'), {}));
    expect(await createObject(store, NAME, BODY)).toBeUndefined();
    expect(storage.bucket.objects.get(NAME)?.bytes.toString()).toBe('faster');
  });

  test('takes every byte but makes nothing when the name is taken from the start', async () => {
    await put(store, NAME, 'first');
    const writer = await store.create(NAME);
    for (let n = 0; n < 8; n += 1) await writer.write(BODY);
    expect(await writer.commit()).toBeUndefined();
    expect(storage.bucket.made).toBe(1);
  });

  /** Google's table of permissions asks who inserts under a name that is taken for storage.objects.delete, which no writer has. */
  test.each(['start', 'last'])('makes nothing when the name is taken and Google refuses (at %s) what it takes for an overwrite', async (at) => {
    storage.meanwhile.set(at, () => storage.bucket.put(NAME, Buffer.from('faster'), {}));
    storage.faults.push({ at, when: 'before', kind: 403, times: Number.POSITIVE_INFINITY });
    const writer = await store.create(NAME);
    for (let n = 0; n < 8; n += 1) await writer.write(BODY);
    expect(await writer.commit()).toBeUndefined();
    await writer.abort();
    expect(storage.bucket.objects.get(NAME)?.bytes.toString()).toBe('faster');
  });

  test('fails when another generation is to be replaced and Google refuses that', async () => {
    const { generation } = await put(store, NAME, 'first');
    storage.faults.push({ at: 'start', when: 'before', kind: 403, times: Number.POSITIVE_INFINITY });
    await expect(createObject(store, NAME, BODY, { ifGenerationMatch: generation })).rejects.toMatchObject({ name: 'PermanentError' });
  });

  test('copies once when the answer is lost', async () => {
    const { generation } = await put(store, NAME, 'bytes');
    storage.faults.push({ at: 'storage.objects.rewrite', when: 'after', kind: 503 });
    const copy = existing(await store.copy(NAME, generation, NAME, { accept: 'drop' }));
    expect(storage.bucket.made).toBe(2);
    expect(await store.stat(NAME)).toEqual(copy);
    expect(copy.metadata).toEqual({ accept: 'drop' });
  });

  test('copies over what somebody else made meanwhile', async () => {
    const { generation } = await put(store, NAME, 'bytes');
    storage.meanwhile.set('storage.objects.rewrite', () => storage.bucket.put('copy/1', Buffer.from('other'), {}));
    const copy = existing(await store.copy(NAME, generation, 'copy/1'));
    expect(await textOf(store, copy)).toBe('bytes');
    expect(storage.bucket.made).toBe(3);
  });

  test('copies nothing when the source is replaced meanwhile', async () => {
    const { generation } = await put(store, NAME, 'bytes');
    storage.meanwhile.set('storage.objects.rewrite', () => storage.bucket.put(NAME, Buffer.from('newer'), {}));
    expect(await store.copy(NAME, generation, NAME)).toBeUndefined();
    expect(storage.bucket.objects.get(NAME)?.bytes.toString()).toBe('newer');
  });
});

describe('writes that are left', () => {
  test('ends a write that waits, and makes nothing, when it is aborted', async () => {
    const writer = await store.create(NAME);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    storage.meanwhile.set('chunk', async () => {
      await writer.abort();
      await released;
    });
    const writing = async (): Promise<void> => {
      for (let n = 0; n < 20; n += 1) await writer.write(BODY);
    };
    await expect(writing()).rejects.toThrow('abort');
    release();
    await expect(writer.write(BODY)).rejects.toThrow('abort');
    await store.stat(NAME);
    expect(storage.bucket.made).toBe(0);
  });

  test('makes nothing when it is aborted after a fault', async () => {
    storage.faults.push({ at: 'chunk', when: 'halfway', kind: 'reset' });
    const writer = await store.create(NAME);
    await writer.write(BODY);
    await writer.abort();
    await store.stat(NAME);
    expect(storage.bucket.made).toBe(0);
  });

  test('makes nothing when nothing was written before the abort', async () => {
    const writer = await store.create(NAME);
    await writer.abort();
    await expect(writer.commit()).rejects.toThrow('abort');
    expect(await namesOf(store)).toEqual([]);
  });

  test('keeps the object when it is aborted during the commit', async () => {
    const writer = await store.create(NAME);
    await writer.write(BODY);
    const [info] = await Promise.all([writer.commit(), writer.abort()]);
    expect(await store.stat(NAME)).toEqual(info);
  });

  test('takes no more than a few blocks while a chunk waits for its answer', async () => {
    const writer = await store.create(NAME);
    const blocks = 64;
    const block = Buffer.alloc(CHUNK / 2);
    let accepted = 0;
    let acceptedThen = 0;
    storage.meanwhile.set('chunk', async () => {
      for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate);
      acceptedThen = accepted;
    });
    for (; accepted < blocks; accepted += 1) await writer.write(block);
    const info = existing(await writer.commit());
    expect(info.size).toBe(blocks * block.length);
    expect(acceptedThen).toBeLessThan(8);
  });
});

describe('reads that are disturbed', () => {
  test.each([
    ['stat', (): Promise<unknown> => store.stat(NAME)],
    ['list', (): Promise<unknown> => namesOf(store)],
  ])('asks again when %s is answered with 503', async (call, ask) => {
    await put(store, NAME, 'x');
    const at = `storage.objects.${call === 'stat' ? 'get' : 'list'}`;
    storage.faults.push({ at, when: 'before', kind: 503 });
    expect(await ask()).toBeTruthy();
    storage.faults.push({ at, when: 'before', kind: 503, times: Number.POSITIVE_INFINITY });
    await expect(ask()).rejects.toMatchObject({ name: 'TransientError', rule: 'object-store' });
    storage.faults.splice(0, 1, { at, when: 'before', kind: 403 });
    await expect(ask()).rejects.toMatchObject({ name: 'PermanentError', rule: 'object-store' });
  });

  test('fails when fewer bytes come than there are', async () => {
    const info = await put(store, NAME, BODY);
    storage.cut = true;
    await expect(textOf(store, info)).rejects.toMatchObject({ name: 'TransientError', rule: 'object-store' });
  });

  test('fails when other bytes come than were stored', async () => {
    const info = await put(store, NAME, BODY);
    storage.corrupt = 'download';
    await expect(textOf(store, info)).rejects.toMatchObject({ name: 'TransientError', rule: 'object-store' });
  });

  test('reads the stored bytes when somebody stored them with content-encoding gzip', async () => {
    const stored = gzipSync('text');
    const { generation } = storage.bucket.put(NAME, stored, { contentEncoding: 'gzip' });
    const chunks = await Array.fromAsync(existing(await store.read(NAME, generation)));
    expect(Buffer.concat(chunks).equals(stored)).toBe(true);
  });

  test('reads nothing when the signal is aborted already', async () => {
    const { generation } = await put(store, NAME, BODY);
    await expect(store.read(NAME, generation, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  });

  test('fails when there is no such bucket', async () => {
    const elsewhere = gcsStore({ bucket: 'elsewhere', client: gcsClient({ apiEndpoint: storage.url }) });
    await expect(namesOf(elsewhere)).rejects.toMatchObject({ name: 'PermanentError', rule: 'object-store' });
  });
});
