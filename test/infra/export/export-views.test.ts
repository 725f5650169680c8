import { access, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import type { Model } from '../../../infra/curated/graph.ts';
import { openCsvFile } from '../../../infra/export/csv-file.ts';
import { type ExportedView, exportViews } from '../../../infra/export/export-views.ts';
import type { OpenWriter } from '../../../infra/export/file-writer.ts';
import { bucketTarget, type ExportTarget, folderTarget } from '../../../infra/export/target.ts';
import { openFolderStore } from '../../../infra/local/folder-store.ts';
import { openParquetFile } from '../../../infra/local/parquet-file.ts';
import { openTemporary, type TemporaryWarehouse } from '../local/duckdb-temporary.ts';

const MADE_AT = '2026-11-29T06:00:00.000Z';
const COLUMNS = ['n', 'text', 'amount', 'share', 'day', 'moment', 'clock', 'yes', 'as_of'];
const TEXTS = [
  ...['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', "=cmd|' /C calc'!A0", 'plain', '', 'a"b', 'x,y', 'two\r\nlines', "'=1"],
  ...['é😀 مرحبا', 'nul\0byte', '﻿bom inside'.slice(1), ' ', '-', 'NULL', '\\N', '</script>', '\u2028'],
];
const isFormula = (text: string) => /^[=+\-@\t\r\n＝]/.test(text);

const view: Model = {
  target: { dataset: 'analytics', name: 'v_hostile' },
  kind: 'view',
  description: 'Everything that a file may break at',
  columns: COLUMNS.map((name) => ({ name, description: `The ${name}`, tags: name === 'n' ? ['key'] : [] })),
  tags: [],
  after: [],
  file: '',
  query: '',
  incrementalQuery: '',
  before: [],
  incrementalBefore: [],
  uniqueKey: [],
  partitionBy: '',
  clusterBy: [],
  updatePartitionFilter: '',
};

let opened: TemporaryWarehouse;
let dir: string;
beforeEach(async () => {
  opened = await openTemporary();
  dir = await mkdtemp(join(tmpdir(), "export 'é-"));
  await opened.warehouse.session(async (session) => {
    const rows = TEXTS.map((text, n) => `(${n}, decode(from_hex('${Buffer.from(text).toString('hex')}')))`).join(', ');
    await session.run('CREATE SCHEMA analytics');
    await session.run(`CREATE TABLE analytics.v_hostile AS SELECT n, text, CASE WHEN n = 3 THEN NULL ELSE CAST(-12345678901234567890.123456789 AS DECIMAL(38, 9)) + n END AS amount,
      CASE WHEN n = 4 THEN -0.1 ELSE n / 3 END AS share, DATE '2026-11-29' - CAST(n AS INTEGER) AS day, TIMESTAMPTZ '2026-11-29 06:00:00.123456+02' AS moment,
      TIMESTAMP '2026-11-29 06:00:00' AS clock, n % 2 = 0 AS yes, TIMESTAMPTZ '2026-11-28 00:00:00+00' + to_days(CAST(n AS INTEGER)) AS as_of FROM (VALUES ${rows}) AS t(n, text)`);
    await session.run('INSERT INTO analytics.v_hostile (n) VALUES (-1)');
  });
});
afterEach(async () => {
  await opened.close();
  await rm(dir, { recursive: true, force: true });
});

async function run(
  writers: Readonly<Record<string, OpenWriter>>,
  target?: ExportTarget,
): Promise<readonly { readonly view: ExportedView; readonly replaced: number }[]> {
  const told: { view: ExportedView; replaced: number }[] = [];
  const place = target ?? (await folderTarget(dir, new Date(MADE_AT)));
  try {
    await exportViews({
      warehouse: opened.warehouse,
      views: [view],
      writers,
      target: place,
      madeAt: MADE_AT,
      onView: (one, replaced) => told.push({ view: one, replaced }),
    });
  } finally {
    await place.close();
  }
  return told;
}

const both = { csv: openCsvFile, parquet: openParquetFile };

describe('an exported file', () => {
  test('as CSV has every text as it is, but formulas, which become texts; numbers stay numbers', async () => {
    await run({ csv: openCsvFile });
    const text = await readFile(join(dir, 'v_hostile.csv'), 'utf8');
    expect(text.startsWith(`${COLUMNS.join(',')}\r\n-1,,,,,,,,\r\n`)).toBe(true);
    const [, , ...rows]: string[][] = parse(text, { record_delimiter: '\r\n' });
    expect(rows.map((row) => row[1])).toEqual(TEXTS.map((value) => (isFormula(value) ? `'${value}` : value)));
    expect(rows.map((row) => row[0])).toEqual(TEXTS.map((_text, n) => String(n)));
    expect(rows[4]?.slice(2)).toEqual([
      '-12345678901234567886.123456789',
      '-0.1',
      '2026-11-25',
      '2026-11-29T04:00:00.123456Z',
      '2026-11-29T06:00:00',
      'true',
      '2026-12-02T00:00:00Z',
    ]);
    expect(rows[3]?.[2]).toBe('');
  });

  test('comes with the removal of what an export left that was killed, not of one that goes on', async () => {
    const hours = async (name: string, ago: number) => {
      await mkdir(join(dir, name));
      const at = new Date(Date.parse(MADE_AT) - ago * 3_600_000);
      await utimes(join(dir, name), at, at);
    };
    await hours('.export-killed', 25);
    await hours('.export-at-work', 23);
    await hours('own-folder', 1_000);
    await run({ csv: openCsvFile });
    expect((await readdir(dir)).sort()).toEqual(['.export-at-work', 'manifest.json', 'own-folder', 'v_hostile.csv']);
  });

  test('as Parquet gives back what the view has, with its types', async () => {
    await run({ parquet: openParquetFile });
    const file = `read_parquet('${join(dir, 'v_hostile.parquet').replaceAll("'", "''")}')`;
    await opened.warehouse.session(async (session) => {
      const types = await session.query(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${file})`);
      expect(types.rows).toEqual([
        ['n', 'BIGINT'],
        ['text', 'VARCHAR'],
        ['amount', 'DECIMAL(38,9)'],
        ['share', 'DOUBLE'],
        ['day', 'DATE'],
        ['moment', 'TIMESTAMP WITH TIME ZONE'],
        ['clock', 'TIMESTAMP'],
        ['yes', 'BOOLEAN'],
        ['as_of', 'TIMESTAMP WITH TIME ZONE'],
      ]);
      const differing = `(SELECT * FROM ${file} EXCEPT ALL SELECT * FROM analytics.v_hostile) UNION ALL (SELECT * FROM analytics.v_hostile EXCEPT ALL SELECT * FROM ${file})`;
      expect((await session.query(differing)).rows).toEqual([]);
      expect((await session.query(`SELECT COUNT(*) FROM ${file}`)).rows).toEqual([[TEXTS.length + 1]]);
    });
  });

  test('is in the manifest with rows, types, size and hash, and with the newest as_of', async () => {
    const [told] = await run(both);
    const manifest = JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8'));
    expect(manifest).toEqual({ made_at: MADE_AT, views: [told?.view] });
    expect(told?.view).toMatchObject({ view: 'v_hostile', rows: TEXTS.length + 1, as_of: `2026-12-${TEXTS.length - 3}T00:00:00Z` });
    expect(told?.view.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      ...['n INT64', 'text STRING', 'amount NUMERIC', 'share FLOAT64', 'day DATE', 'moment TIMESTAMP', 'clock DATETIME', 'yes BOOL', 'as_of TIMESTAMP'],
    ]);
    for (const { name, bytes, sha256 } of told?.view.files ?? []) {
      const body = await readFile(join(dir, name));
      expect({ name, bytes, sha256 }).toEqual({ name, bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') });
    }
    expect(told?.view.files.map(({ name }) => name)).toEqual(['v_hostile.csv', 'v_hostile.parquet']);
  });

  test('is the same for the same rows', async () => {
    const [first] = await run(both);
    const [second] = await run(both);
    expect(second?.view.files).toEqual(first?.view.files);
    expect([first?.replaced, second?.replaced]).toEqual([0, 2]);
  });
});

describe('a file that is not whole', () => {
  const failing: OpenWriter = async (file, columns) => ({
    ...(await openCsvFile(file, columns)),
    write: async () => {
      throw new Error('the disk is full');
    },
  });

  test('is never seen: the one before stays, and nothing else is left', async () => {
    await writeFile(join(dir, 'v_hostile.csv'), 'the old file');
    await expect(run({ parquet: openParquetFile, csv: failing })).rejects.toThrow('the disk is full');
    expect(await readdir(dir)).toEqual(['v_hostile.csv']);
    expect(await readFile(join(dir, 'v_hostile.csv'), 'utf8')).toBe('the old file');
  });

  test('is not there under its name while it is being written', async () => {
    const seen: string[] = [];
    const looking: OpenWriter = async (file, columns) => {
      const writer = await openCsvFile(file, columns);
      return {
        ...writer,
        async write(page) {
          await writer.write(page);
          seen.push(...(await readdir(dir)).filter((name) => !name.startsWith('.')));
        },
      };
    };
    await run({ csv: looking });
    expect(seen).toEqual([]);
    await access(join(dir, 'v_hostile.csv'));
  });
});

describe('a bucket', () => {
  test('gets the files as objects of a day, whose live generation a later export replaces', async () => {
    const store = await openFolderStore({ dir: join(dir, 'buckets'), bucket: 'exports', now: () => new Date(MADE_AT) });
    const [first] = await run(both, await bucketTarget(store, '2026-11-29'));
    const [second] = await run(both, await bucketTarget(store, '2026-11-29'));
    expect([first?.replaced, second?.replaced]).toEqual([0, 2]);
    const names = (await Array.fromAsync(store.list(''))).map(({ name }) => name);
    expect(names).toEqual(['exports/2026-11-29/manifest.json', 'exports/2026-11-29/v_hostile.csv', 'exports/2026-11-29/v_hostile.parquet']);
    const live = await store.stat('exports/2026-11-29/v_hostile.csv');
    expect(live?.size).toBe(second?.view.files[0]?.bytes);
  });
});
