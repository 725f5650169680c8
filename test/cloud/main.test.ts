import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startChild } from './child.ts';

const run = promisify(execFile);

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'no-emulators-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** Runs `npm run test:cloud` where nothing has been built, and only the programs of that folder are found. */
async function runWithout(...args: readonly string[]): Promise<unknown> {
  const env = { PATH: dir, XDG_CACHE_HOME: join(dir, 'cache') };
  return await run(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'main.ts'), ...args], { env });
}

test('fails, and says what to install, when Go is missing', async () => {
  await expect(runWithout()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('Go is missing') });
});

test('fails when an emulator cannot be fetched', async () => {
  await writeFile(join(dir, 'go'), '#!/bin/sh\n[ "$1" = version ] || { echo "no such module" >&2; exit 1; }\n', { mode: 0o755 });
  await expect(runWithout()).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/fake-gcs-server@.* failed[\s\S]*no such module/) });
});

test("fails when Google's own Pub/Sub emulator is asked for and missing", async () => {
  await expect(runWithout('--pubsub=gcloud')).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('gcloud components install') });
});

test('shows what an emulator printed when it does not start', async () => {
  const starting = startChild({ name: 'broken', command: 'sh', args: ['-c', 'echo "port taken"; exit 3'], ready: /listening/ });
  await expect(starting).rejects.toThrow('port taken');
});

test('ends what an emulator started too', async () => {
  const child = await startChild({ name: 'nested', command: 'sh', args: ['-c', 'sleep 1000 & echo "started $!"; wait'], ready: /started (\d+)/ });
  const state = async () => (await run('ps', ['-o', 'stat=', '-p', child.ready.join('')]).catch(() => ({ stdout: '' }))).stdout.trim();
  expect(await state()).toMatch(/^[SRD]/);
  await child.stop();
  // It may be there still, dead and not yet collected.
  expect(await state()).not.toMatch(/^[SRD]/);
});
