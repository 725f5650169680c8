import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, jest, test } from '@jest/globals';
import { type GoProgram, installed } from './go-program.ts';

// It is built once, which takes half a minute on two free processors.
jest.setTimeout(600_000);

const ACTIONLINT: GoProgram = { name: 'actionlint', module: 'github.com/rhysd/actionlint', version: 'v1.7.12', package: 'cmd/actionlint' };

test('the workflow is one that GitHub takes, by actionlint', async () => {
  const workflow = join(import.meta.dirname, '../../.github/workflows/ci.yml');
  const { stdout } = await promisify(execFile)(await installed(ACTIONLINT), ['-shellcheck=', '-pyflakes=', workflow]);
  expect(stdout).toBe('');
});
