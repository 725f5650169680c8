import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { startChild } from './child.ts';

const run = promisify(execFile);

test('fails, and says what to install, when Go is missing', async () => {
  const cache = await mkdtemp(join(tmpdir(), 'no-cache-'));
  const env = { PATH: '', XDG_CACHE_HOME: cache };
  const failed = run(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'main.ts')], { env });
  await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('Go is missing') });
  await rm(cache, { recursive: true });
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
