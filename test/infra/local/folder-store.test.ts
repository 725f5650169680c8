import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, link, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openFile } from '../../../infra/local/folder-reader.ts';
import { identityOf } from '../../../infra/local/folder-sidecar.ts';
import { type FolderStore, type FolderStoreOptions, openFolderStore } from '../../../infra/local/folder-store.ts';
import { createObject } from '../../../shared/object-store/object-store.ts';
import { describeObjectStore, describeWorkStore, existing, namesOf, put, textOf } from '../../contract/object-store.ts';

const NAME = 'ezfocus/accounts/2026-11-20/x.json';
const NOW = new Date('2026-11-20T06:00:00Z');
const NOW_MICROS = BigInt(NOW.getTime()) * 1000n;
const MIB = 1024 * 1024;
const WRONG_GENERATION = '{"generation":"soon","size":5,"crc32c":"00000000","created":"","metadata":{},"file":"y"}';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'folder-store-'));
});
afterEach(() => rm(dir, { recursive: true }));

function open(options: Partial<FolderStoreOptions> = {}): Promise<FolderStore> {
  return openFolderStore({ dir, bucket: 'raw', now: () => NOW, settleMs: 0, durable: false, ...options });
}

function fileOf(name: string): string {
  return join(dir, 'raw', name);
}

function sidecarOf(name: string): string {
  return join(dir, '.meta/raw', `${name}~.json`);
}

async function copyIn(name: string, body: string): Promise<void> {
  await mkdir(dirname(fileOf(name)), { recursive: true });
  await writeFile(fileOf(name), body);
}

/** Every file in the data folder that is not a sidecar. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}

describeObjectStore('folder', async () => ({ store: await open(), close: async () => {} }));
describeObjectStore('folder that waits for the disk', async () => ({ store: await open({ durable: true }), close: async () => {} }));
describeWorkStore('folder', async () => ({ store: await open(), close: async () => {} }));

describe('files that a person puts into the folder', () => {
  test('makes an object of a file that was copied in', async () => {
    const store = await open();
    await copyIn(NAME, '123456789');
    const info = existing(await store.stat(NAME));
    expect(info).toEqual({
      name: NAME,
      generation: String(NOW_MICROS),
      size: 9,
      crc32c: 'e3069283',
      created: NOW.toISOString(),
      metadata: {},
    });
    expect(await Array.fromAsync(store.list(''))).toEqual([info]);
    expect(await textOf(store, info)).toBe('123456789');
    expect(await store.stat(NAME)).toEqual(info);
  });

  test.each([
    ['touched', async () => utimes(fileOf(NAME), 2, 2)],
    ['overwritten in place by other bytes of the same size', async () => overwrite(NAME, 'BBBB', 2)],
    ['overwritten in place by another size at the same time', async () => overwrite(NAME, 'CC', 1)],
    ['replaced by another file of the same size and time', async () => replace(NAME, 'DDDD', 1)],
  ])('makes a new generation when a file is %s', async (_, change) => {
    const store = await open();
    await copyIn(NAME, 'AAAA');
    await utimes(fileOf(NAME), 1, 1);
    const old = existing(await store.stat(NAME));
    await change();
    const next = existing(await store.stat(NAME));
    expect(BigInt(next.generation)).toBeGreaterThan(BigInt(old.generation));
    expect(await textOf(store, next)).toBe(await readFile(fileOf(NAME), 'utf8'));
    expect(await store.read(NAME, old.generation)).toBeUndefined();
    expect(await store.path(NAME, old.generation)).toBeUndefined();
    expect(await createObject(store, NAME, 'lost', { ifGenerationMatch: old.generation })).toBeUndefined();
  });

  test('gives a changed file none of the metadata of its object', async () => {
    const store = await open();
    await createObject(store, NAME, 'x', { metadata: { accept: 'drop' } });
    await utimes(fileOf(NAME), 1, 1);
    expect((await store.stat(NAME))?.metadata).toEqual({});
  });

  test('leaves a file alone until nobody has changed it for the settle time', async () => {
    await copyIn(NAME, 'half of it');
    await utimes(fileOf(NAME), 1, 1);
    const changed = (await lstat(fileOf(NAME))).ctime.getTime();
    const early = await open({ settleMs: 500, now: () => new Date(changed + 400) });
    expect(await early.stat(NAME)).toBeUndefined();
    expect(await namesOf(early)).toEqual([]);
    expect(await createObject(early, NAME, 'taken')).toBeUndefined();
    const later = await open({ settleMs: 500, now: () => new Date(changed + 600) });
    expect(await textOf(later, existing(await later.stat(NAME)))).toBe('half of it');
  });

  test('shows its own writes at once, whatever the settle time', async () => {
    const store = await open({ settleMs: 1e9, now: () => new Date() });
    const info = await put(store, NAME, 'x');
    expect(await store.stat(NAME)).toEqual(info);
    expect(await namesOf(store)).toEqual([NAME]);
  });

  test('gives one generation when many look at a new file at once', async () => {
    const store = await open();
    await copyIn(NAME, 'x');
    const infos = await Promise.all(Array.from({ length: 10 }, () => store.stat(NAME)));
    expect(new Set(infos.map((info) => info?.generation)).size).toBe(1);
  });

  test.each(['.DS_Store', '.hidden/x.json', 'a/.x.json.Xy12', 'a/x.json~', 'a~/x.json', `a/${'x'.repeat(201)}`])(
    'leaves out %j, which is no object',
    async (name) => {
      const store = await open();
      await put(store, NAME, 'x');
      await copyIn(name, 'x');
      expect(await namesOf(store)).toEqual([NAME]);
    },
  );

  test('lists the others where it may not read a file or a folder, and tells of these', async () => {
    const store = await open();
    await put(store, NAME, 'x');
    await copyIn('b/mine.json', 'x');
    await copyIn('c/mine.json', 'x');
    await chmod(fileOf('b/mine.json'), 0);
    await chmod(fileOf('c'), 0);
    await chmod(dir, 0o755);
    const told = { 'b/mine.json': expect.stringContaining('may not be read'), c: expect.stringContaining('may not be read') };
    try {
      await asNobody(async () => {
        expect(await namesOf(store)).toEqual([NAME]);
        expect(await Array.fromAsync(store.list('c/'))).toEqual([]);
        expect(Object.fromEntries(await store.leftOut())).toEqual(told);
      });
    } finally {
      await chmod(fileOf('c'), 0o755);
    }
  });

  test('tells by every list what is there under no name, or is no file; hidden files are left in peace', async () => {
    const met: string[] = [];
    const store = await open({ onLeftOut: (path) => met.push(path) });
    await put(store, NAME, 'x');
    for (const name of ['a/a~1.json', 'a/back\\slash.json', 'a/.hidden.json', '.DS_Store']) await copyIn(name, 'x');
    await symlink(fileOf(NAME), fileOf('a/link.json'));
    await symlink(dir, fileOf('a/folder'));
    const left = ['a/a~1.json', 'a/back\\slash.json', 'a/folder', 'a/link.json'];
    for (let i = 0; i < 2; i += 1) {
      expect(await namesOf(store)).toEqual([NAME]);
      expect(met.splice(0).sort()).toEqual(left);
    }
    expect([...(await store.leftOut()).keys()].sort()).toEqual(left);
    expect((await store.leftOut()).get('a/a~1.json')).toContain('is no name for an object');
    expect((await store.leftOut()).get('a/link.json')).toContain('is a link');
  });

  test('lists an object once when a stray folder spells the same name', async () => {
    const store = await open();
    await put(store, 'a/xy.json', 'x');
    await copyIn('a/x~/y.json', 'stray');
    expect(await namesOf(store)).toEqual(['a/xy.json']);
  });

  test('lists objects whose names are not of the grammar, so that somebody is told', async () => {
    const store = await open();
    await copyIn('a/Accounts #1 & 2.csv', 'x');
    expect(await namesOf(store)).toEqual(['a/Accounts #1 & 2.csv']);
  });

  test('looks only at files under the prefix', async () => {
    const store = await open();
    for (const name of ['a/1.json', 'a/2.json', 'ab/3.json', 'b/4.json']) await copyIn(name, 'x');
    expect(await namesOf(store, 'a/')).toEqual(['a/1.json', 'a/2.json']);
    expect((await readdir(join(dir, '.meta/raw'))).sort()).toEqual(['a']);
  });
});

describe('generations', () => {
  test('stay what they were after a restart', async () => {
    const first = await open();
    const infos = [await put(first, 'a/1.json', 'one'), existing(await createObject(first, NAME, 'x', { metadata: { accept: 'drop' } }))];
    await copyIn('z/copied.csv', 'x');
    const copied = existing(await first.stat('z/copied.csv'));
    expect(await Array.fromAsync((await open()).list(''))).toEqual([...infos, copied]);
  });

  test('are never shared, and grow, when the clock stands still or is set back', async () => {
    const clock = [NOW, NOW, new Date(0)];
    const store = await open({ now: () => clock.shift() ?? new Date(0) });
    const infos = [];
    for (const name of ['a', 'b', 'c', 'd']) infos.push(await put(store, name, 'x'));
    const generations = infos.map((info) => BigInt(info.generation));
    expect(generations).toEqual([NOW_MICROS, NOW_MICROS + 1n, NOW_MICROS + 2n, NOW_MICROS + 3n]);
  });

  test('grow over a restart and a removal when the clock was set back', async () => {
    const old = await put(await open(), NAME, 'old');
    await unlink(fileOf(NAME));
    const restarted = await open({ now: () => new Date(0) });
    expect(await restarted.stat(NAME)).toBeUndefined();
    expect(BigInt((await put(restarted, NAME, 'new')).generation)).toBeGreaterThan(BigInt(old.generation));
  });

  test.each(['', '{"generation":"17', 'null', '[]', '{}', '{"generation":1}', WRONG_GENERATION])('are new when the sidecar was torn to %j', async (torn) => {
    const old = await put(await open(), NAME, 'whole');
    await writeFile(sidecarOf(NAME), torn);
    const store = await open({ now: () => new Date(NOW.getTime() + 1) });
    const next = existing(await store.stat(NAME));
    expect(BigInt(next.generation)).toBeGreaterThan(BigInt(old.generation));
    expect(await textOf(store, next)).toBe('whole');
  });

  test('are new when a process was killed between a file and its sidecar', async () => {
    await put(await open(), NAME, 'whole');
    await unlink(sidecarOf(NAME));
    const store = await open();
    expect(await textOf(store, existing(await store.stat(NAME)))).toBe('whole');
  });
});

describe('reading', () => {
  test('goes on to the end of the opened generation when the object is replaced meanwhile', async () => {
    const store = await open();
    const old = await put(store, NAME, 'old '.repeat(MIB));
    const chunks = existing(await store.read(NAME, old.generation));
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks) {
      if (parts.length === 0) existing(await createObject(store, NAME, 'new', { ifGenerationMatch: old.generation }));
      parts.push(chunk);
    }
    expect(Buffer.concat(parts).equals(Buffer.from('old '.repeat(MIB)))).toBe(true);
  });

  test('ends with an error when the file is changed in place meanwhile', async () => {
    const store = await open();
    const { generation } = await put(store, NAME, 'old '.repeat(MIB));
    const chunks = existing(await store.read(NAME, generation));
    await writeFile(fileOf(NAME), 'new '.repeat(MIB));
    await utimes(fileOf(NAME), 1, 1);
    await expect(Array.fromAsync(chunks)).rejects.toThrow('changed while it was being read');
  });

  test('tells the path of the live generation only', async () => {
    const store = await open();
    const { generation } = await put(store, NAME, 'x');
    expect(await store.path(NAME, generation)).toBe(fileOf(NAME));
    expect(await store.path(NAME, String(BigInt(generation) + 1n))).toBeUndefined();
    expect(await store.path('not/there', generation)).toBeUndefined();
  });
});

describe('opening a file', () => {
  test.each([
    ['another file', 'other'],
    ['a symbolic link to it', 'link'],
    ['nothing', 'gone'],
  ])('finds nothing when there is %s in its place since the look', async (_, place) => {
    const file = join(dir, 'file');
    for (const path of [file, join(dir, 'other')]) await writeFile(path, 'x');
    await symlink(file, join(dir, 'link'));
    expect(await openFile(join(dir, place), identityOf(await lstat(file, { bigint: true })))).toBeUndefined();
  });
});

describe('the border of the folder', () => {
  test.each(['', '/etc/passwd', '../x', 'a/../../x', 'a/..', './x', 'a/./x', 'a//x', 'a/', 'a\0b', 'a\\b', '..\\x', 'a~', 'a~/b', '.tmp/x', '\ud800'])(
    'refuses the name %j',
    async (name) => {
      const store = await open();
      const { generation } = await put(store, NAME, 'x');
      const refused = 'refuses the object name';
      await expect(store.create(name)).rejects.toThrow(refused);
      await expect(store.stat(name)).rejects.toThrow(refused);
      await expect(store.read(name, generation)).rejects.toThrow(refused);
      await expect(store.path(name, generation)).rejects.toThrow(refused);
      await expect(store.copy(NAME, generation, name)).rejects.toThrow(refused);
      await expect(store.copy(name, generation, NAME)).rejects.toThrow(refused);
      expect(await filesIn(join(dir, '.tmp'))).toEqual([]);
    },
  );

  test.each(['../', '/', 'a//', '.', '..', '../outside/s'])('lists nothing under the prefix %j', async (prefix) => {
    await mkdir(join(dir, 'outside'));
    await writeFile(join(dir, 'outside/secret'), 'x');
    const store = await open();
    await put(store, NAME, 'x');
    expect(await namesOf(store, prefix)).toEqual([]);
  });

  test.each(['', '..', '.meta', 'a/b'])('refuses the bucket %j', async (bucket) => {
    await expect(open({ bucket })).rejects.toThrow('refuses the bucket name');
  });

  test('treats a symbolic link to a file as not there and leaves both as they are', async () => {
    const secret = join(dir, 'secret');
    await writeFile(secret, 'secret');
    const store = await open();
    const other = await put(store, 'a/other', 'x');
    await symlink(secret, fileOf('a/link'));
    expect(await store.stat('a/link')).toBeUndefined();
    expect(await namesOf(store)).toEqual(['a/other']);
    await expect(createObject(store, 'a/link', 'new')).rejects.toThrow('is a folder or a link');
    await expect(store.copy('a/other', other.generation, 'a/link')).rejects.toThrow('is a folder or a link');
    expect(await readFile(secret, 'utf8')).toBe('secret');
  });

  test('treats what is behind a symbolic link to a folder as not there and writes nothing into it', async () => {
    const outside = join(dir, 'outside');
    await mkdir(join(outside, 'b'), { recursive: true });
    await writeFile(join(outside, 'b/secret'), 'secret');
    const store = await open();
    const other = await put(store, 'other', 'x');
    await symlink(outside, fileOf('link'));
    expect(await store.stat('link/b/secret')).toBeUndefined();
    expect(await namesOf(store)).toEqual(['other']);
    expect(await namesOf(store, 'link/b/')).toEqual([]);
    await expect(createObject(store, 'link/b/new', 'x')).rejects.toThrow('is an object or a link');
    await expect(createObject(store, 'link/c/new', 'x')).rejects.toThrow('is an object or a link');
    await expect(store.copy('other', other.generation, 'link/b/secret')).rejects.toThrow('is an object or a link');
    expect(await filesIn(outside)).toEqual([join(outside, 'b/secret')]);
    expect((await readdir(outside)).sort()).toEqual(['b']);
  });

  test('treats a file that was moved away behind a symbolic link as gone', async () => {
    const store = await open();
    const { generation } = await put(store, NAME, 'x');
    await rename(fileOf(NAME), join(dir, 'moved'));
    await symlink(join(dir, 'moved'), fileOf(NAME));
    expect(await store.read(NAME, generation)).toBeUndefined();
  });

  test('says what is in the way when a folder would have to be an object, or an object a folder', async () => {
    const store = await open();
    await put(store, 'a/b', 'x');
    await expect(createObject(store, 'a', 'x')).rejects.toThrow('is a folder or a link');
    await expect(createObject(store, 'a/b/c', 'x')).rejects.toThrow('is an object or a link');
    expect(await store.stat('a')).toBeUndefined();
    expect(await store.stat('a/b/c')).toBeUndefined();
    expect(await namesOf(store)).toEqual(['a/b']);
  });
});

describe('several processes on one folder', () => {
  test('lets exactly one win when ten stores create the same name at once', async () => {
    for (const name of Array.from({ length: 20 }, (_, index) => `${index}.json`)) {
      const stores = await Promise.all(Array.from({ length: 10 }, () => open({ settleMs: 1e9, now: () => new Date() })));
      const writers = await Promise.all(stores.map((store) => store.create(name)));
      const infos = await Promise.all(writers.map((writer) => writer.commit()));
      expect(infos.flatMap((info) => info ?? [])).toEqual([await (await open()).stat(name)]);
    }
  });

  test('fails a commit when the write it would publish is gone', async () => {
    const writer = await (await open()).create(NAME);
    await rm(join(dir, '.tmp'), { recursive: true });
    await expect(writer.commit()).rejects.toThrow('ENOENT');
  });

  test('shows nothing of a write when its process is killed in the middle', async () => {
    const child = spawnWriter();
    await once(child.stdout, 'data');
    expect(await filesIn(join(dir, '.tmp'))).toHaveLength(1);
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    expect(await exited).toEqual([null, 'SIGKILL']);
    const store = await open();
    expect(await namesOf(store)).toEqual([]);
    expect(await filesIn(join(dir, 'raw'))).toEqual([]);
    expect(await textOf(store, await put(store, NAME, 'whole'))).toBe('whole');
  });

  test('removes what killed processes left an hour ago, and nothing younger', async () => {
    await open();
    const [old, young] = [join(dir, '.tmp/old'), join(dir, '.tmp/young')];
    for (const [path, age] of [
      [old, 3601],
      [young, 3599],
    ] as const) {
      await writeFile(path, 'half');
      await utimes(path, NOW.getTime() / 1000 - age, NOW.getTime() / 1000 - age);
    }
    await open();
    expect(await filesIn(join(dir, '.tmp'))).toEqual([young]);
  });

  test('leaves no temporary file when a write is committed, aborted or lost', async () => {
    const store = await open();
    const { generation } = existing(await (await store.create(NAME)).commit());
    await (await store.create(NAME)).commit();
    await store.copy(NAME, generation, 'a/copy');
    await store.copy(NAME, '1', 'a/copy');
    const writer = await store.create('a/b');
    await writer.write(Buffer.from('x'));
    await writer.abort();
    expect(await filesIn(join(dir, '.tmp'))).toEqual([]);
    expect((await filesIn(join(dir, '.meta'))).sort()).toEqual([sidecarOf('a/copy'), sidecarOf(NAME)]);
  });

  test('keeps the generation when a second name is made for the same file', async () => {
    const store = await open();
    const { generation } = await put(store, NAME, 'x');
    await link(fileOf(NAME), fileOf('second'));
    expect((await store.stat(NAME))?.generation).toBe(generation);
    expect(await namesOf(store)).toEqual([NAME, 'second']);
  });
});

/** Does work as a user who owns nothing, where this one may read everything. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

/** A process that has written a part of an object and then waits to be killed. */
function spawnWriter() {
  const module = new URL('../../../infra/local/folder-store.ts', import.meta.url).href;
  const options = JSON.stringify({ dir, bucket: 'raw' });
  const script = `
    const { openFolderStore } = await import(${JSON.stringify(module)});
    const store = await openFolderStore({ ...${options}, now: () => new Date() });
    const writer = await store.create(${JSON.stringify(NAME)});
    await writer.write(Buffer.alloc(${3 * MIB}, 'x'));
    process.stdout.write('written');
    setInterval(() => {}, 1000);`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Times are whole seconds, which utimes sets exactly. */
async function overwrite(name: string, body: string, time: number): Promise<void> {
  await writeFile(fileOf(name), body);
  await utimes(fileOf(name), time, time);
}

async function replace(name: string, body: string, time: number): Promise<void> {
  const other = join(dir, 'other');
  await writeFile(other, body);
  await utimes(other, time, time);
  await rename(other, fileOf(name));
}
