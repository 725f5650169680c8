import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { hasBrowser } from '../browser/chromium.ts';

const run = promisify(execFile);

test('runs every measurement and tells every target', async () => {
  const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'main.ts'), '--tiny', '--json']);
  const { results } = JSON.parse(stdout);
  expect(results.map(({ name, samples }: { name: string; samples: object }) => [name, Object.keys(samples)])).toEqual([
    ['transform', ['bare loop', 'transform NDJSON', 'transform array']],
    ['csv', ['csv-parse', 'transform CSV']],
    ['extract', ['50 records', '500 records']],
    ['chain', ['50 accounts']],
    ['cold-start', ['extract', 'transform', 'load']],
    ['memory', ['2 MB in records of 0.5 KB', '2 MB in records of 1 MB']],
    ['package', ['extract', 'transform', 'load']],
    ['models', ['500 orders']],
    ['report', ['500 orders']],
  ]);
  const [speed, csv, extract, chain] = results;
  expect(speed.samples['transform array'][0]).toMatchObject({ records: 500, rows: speed.samples['transform NDJSON'][0].rows });
  expect(csv.samples['csv-parse'][0].records).toBe(500);
  expect(csv.samples['transform CSV'][0]).toMatchObject({ records: 500, rows: speed.samples['transform NDJSON'][0].rows });
  expect(extract.samples['500 records'][0].records).toBe(500);
  expect(chain.samples['50 accounts'][0].rows).toBe(50);
  expect(results.flatMap(({ targets }: { targets: object[] }) => targets)).toHaveLength((await hasBrowser()) ? 10 : 9);
}, 300_000);
