import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { hasBrowser } from '../browser/chromium.ts';

const run = promisify(execFile);

test('the page of the report is under 3 MB with 100,000 orders behind it that are alike in nothing; `npm run bench -- report` measures 1,000,000', async () => {
  const args = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'main.ts'), 'report', '--quick', '--rounds=1', '--json'];
  const { results } = JSON.parse((await run(process.execPath, args)).stdout);
  const opening = (await hasBrowser()) ? [expect.objectContaining({ name: 'opening it' })] : [];
  expect(results[0].targets).toEqual([expect.objectContaining({ name: 'size of the page', met: true }), ...opening]);
  expect(Object.keys(results[0].samples)).toEqual(['100,000 orders']);
}, 600_000);
