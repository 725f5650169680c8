import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { guards } from './guards.ts';

const ROOT = join(import.meta.dirname, '../..');

test('every guard names a line that is there once, and has a name of its own', async () => {
  const places = await Promise.all(guards.map(async ({ name, file, find }) => [name, (await readFile(join(ROOT, file), 'utf8')).split(find).length - 1]));
  expect(places.filter(([, count]) => count !== 1)).toEqual([]);
  expect(new Set(guards.map(({ name }) => name)).size).toBe(guards.length);
});

test('the tests that a guard names are there', () => {
  const files = globSync('test/**/*.test.ts', { cwd: ROOT });
  const missing = guards.flatMap(({ name, tests }) => tests.filter((path) => !files.some((file) => new RegExp(path).test(file))).map((path) => [name, path]));
  expect(missing).toEqual([]);
});
