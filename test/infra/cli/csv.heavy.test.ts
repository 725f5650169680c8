import { copyFile, mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { cursorOf } from '../../../functions/extract/cursor.ts';
import { openFolderStore } from '../../../infra/local/folder-store.ts';
import { createObject } from '../../../shared/object-store/object-store.ts';
import { products } from '../../../shared/streams/supabase/products.ts';
import { openWorkplace, until, type Workplace } from './command.ts';

jest.setTimeout(60_000);

const HEADER = 'Order ID;Order Date;Amount;Currency';
const ORDERS = Array.from({ length: 40 }, (_, index) => `O-${index};31-12-2020;10.50;GBP`);

describe('a CSV file at crm_csv/<stream>/<date>/<name>.csv is enough', () => {
  let place: Workplace;
  let file: string;
  beforeAll(async () => {
    place = await openWorkplace();
    file = join(place.dir, '../orders of today.csv');
    await writeFile(file, `\ufeff${[HEADER, ...ORDERS, '', 'O-99;31-12-2020;free;GBP'].join('\r\n')}\r\n`);
  });
  afterAll(() => place.remove());

  const totals = () => place.rows('SELECT COUNT(*) AS n, SUM(amount) AS amount, MAX(order_date) AS day FROM crm_csv.orders');

  test('for drop; rejects tells the line of the file', async () => {
    const dropped = await place.run('drop', file, '--as', 'crm_csv/orders', '--date', '2021-01-01');
    expect(dropped).toMatchObject({
      code: 0,
      out: expect.stringContaining('loaded: crm_csv/orders/2021-01-01/orders of today.csv: 41 records, 40 rows in crm_csv.orders (1 reject)'),
    });
    expect(await totals()).toEqual([{ n: 40, amount: '420.000000000', day: '2020-12-31' }]);
    const { out } = await place.call('rejects', '--stream', 'crm_csv/orders');
    expect(out).toMatch(/^source +stream +_row +line +reasons/);
    expect(out).toMatch(/^crm_csv +orders +41 +43 +amount: type: a number of at most 9 digits and 9 decimals/m);
  });

  test('for one who copies it into the folder', async () => {
    place.begin('dev');
    await until(
      () => stat(join(place.dir, 'dev.json')).catch(() => undefined),
      (found) => found !== undefined,
    );
    const folder = join(place.dir, 'buckets/raw/crm_csv/products/2021-01-02');
    await mkdir(folder, { recursive: true });
    await writeFile(file, 'Product ID,Product Name\n1,"two\nlines"\n');
    await copyFile(file, join(folder, 'all.csv'));
    await until(
      () => place.rows("SELECT loaded FROM ops.ledger WHERE raw_object = 'crm_csv/products/2021-01-02/all.csv' AND outcome = 'loaded'"),
      (rows) => rows.length > 0,
    );
    expect(await place.rows('SELECT product_id, product_name FROM crm_csv.products')).toEqual([{ product_id: 1, product_name: 'two\nlines' }]);
  });
});

test('a dropped file that is called like the object of a run is none: the next run asks as if it was not there', async () => {
  const place = await openWorkplace();
  const raw = await openFolderStore({ dir: join(place.dir, 'buckets'), bucket: 'raw', now: () => new Date() });
  const run = 'supabase/products/2026-10-01/20261001T053000Z-1a2b3c4d.ndjson';
  const file = join(place.dir, '..', basename(run));
  const drop = async () => await place.call('drop', file, '--as', 'supabase/products', '--date', '2026-10-01');
  try {
    await writeFile(file, '{"product_id":1,"product_name":"a","updated_at":"2026-09-30T00:00:00Z"}\n');
    const other = run.replace('Z-', 'Z-backfill-');
    expect(await drop()).toMatchObject({ code: 0, out: expect.stringContaining(`loaded: ${other}`) });
    expect(await cursorOf(raw, products, new Date())).toBeUndefined();
    expect(await place.rows('SELECT _extracted_at AS time FROM supabase.products')).toEqual([{ time: '2026-10-01T05:30:00Z' }]);

    await createObject(raw, run, '');
    expect(await drop()).toMatchObject({ code: 0, out: expect.stringContaining(`loaded: ${run}`) });
    expect((await cursorOf(raw, products, new Date()))?.toISOString()).toBe('2026-10-01T05:30:00.000Z');
    expect((await raw.stat(run))?.size).toBeGreaterThan(0);
  } finally {
    await place.remove();
  }
});
