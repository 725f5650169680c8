import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openPglite } from '../../../infra/local/pglite-template.ts';

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'pglite-'));
});

afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

async function tables(folder: string): Promise<unknown> {
  const db = await openPglite(folder, join(dir, 'cache'));
  const { rows } = await db.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
  if (rows.length === 0) await db.exec('CREATE EXTENSION pgcrypto; CREATE TABLE kept (id INTEGER)');
  await db.close();
  return rows;
}

test('a new database is empty, made or copied, and keeps what is written', async () => {
  expect(await tables(join(dir, 'made'))).toEqual([]);
  expect(await readdir(join(dir, 'cache'))).toEqual([expect.stringMatching(/^pglite-\d+\.\d+\.\d+\.tar\.gz$/)]);
  expect(await tables(join(dir, 'copied'))).toEqual([]);
  for (const folder of ['made', 'copied']) expect(await tables(join(dir, folder))).toEqual([{ tablename: 'kept' }]);
});

test('nobody but its owner reads or writes a database: PGlite makes its files for everybody', async () => {
  const folder = join(dir, 'private');
  await tables(folder);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  await chmod(folder, 0o755);
  await tables(folder);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test('what a start left half-made is made anew', async () => {
  await tables(join(dir, 'whole'));
  await rm(join(dir, 'stopped.new'), { recursive: true, force: true });
  await writeFile(join(dir, 'stopped.new'), 'half of a database');
  expect(await tables(join(dir, 'stopped'))).toEqual([]);
  expect(await readdir(dir)).not.toContain('stopped.new');
});
