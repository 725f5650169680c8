import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { openWorkplace, runHere, type Workplace } from './command.ts';

jest.setTimeout(60_000);

const CONTACT = { contact_id: 'C1', email: 'ada@example.com', created_at: '2026-11-01', country: 'GB', phone: '+44 20 7946 0000', email_opt_in: 'true' };

describe('npm run pipeline -- export', () => {
  let place: Workplace;
  let to: string;
  beforeAll(async () => {
    place = await openWorkplace();
    to = join(place.dir, 'out');
    await place.load('crm_csv/contacts', [CONTACT]);
    expect((await place.call('models', 'run', '--select', '+v_dim_contacts')).code).toBe(0);
  });
  afterAll(() => place.remove());

  test('writes what is chosen, tells of each view, and prints where the manifest is', async () => {
    const { code, out, err } = await place.call('export', '--select', 'dim_contacts', '--to', to);
    expect({ code, out }).toEqual({ code: 0, out: `${join(to, 'manifest.json')}\n` });
    expect(err).toMatch(/^v_dim_contacts +2 rows, csv \d+ KB, parquet \d+ KB\n$/);
    expect((await readdir(to)).sort()).toEqual(['manifest.json', 'v_dim_contacts.csv', 'v_dim_contacts.parquet']);
  });

  test('holds nobody: what tells of a person is hashed', async () => {
    const files = await Promise.all((await readdir(to)).map((name) => readFile(join(to, name), 'latin1')));
    expect(files.filter((text) => /ada@example|7946/.test(text))).toEqual([]);
  });

  test('writes one format, and says that it replaces', async () => {
    const { err } = await place.call('export', '--select', 'v_dim_contacts', '--format', 'csv', '--to', to);
    expect(err).toMatch(/^v_dim_contacts +2 rows, csv \d+ KB; replaces 1 file\n$/);
  });

  test.each([
    [['--select', 'mtr_orders_day', '--to', 'x'], 'export: --select "mtr_orders_day" is no view of dataset analytics; did you mean mtr_order_days,'],
    [[], 'export: --to <folder> is missing'],
    [['--to', 'x', '--format', 'xlsx'], 'export: --format "xlsx" is not one of csv, parquet, both'],
  ])('a wrong command is told before anything is written: %j', async (words, line) => {
    const { code, out, err } = await place.call('export', ...words);
    expect({ code, out, err: err.slice(0, line.length) }).toEqual({ code: 2, out: '', err: line });
  });

  test('says which models are missing', async () => {
    const { code, err } = await place.call('export', '--select', 'mtr_ad_days', '--to', to);
    expect(code).toBe(1);
    expect(err).toContain('v_mtr_ad_days');
    expect((await readdir(to)).filter((name) => name.includes('ad_days') || name.startsWith('.'))).toEqual([]);
  });

  test('needs a bucket on the cloud, and no folder', async () => {
    const settings = { RAW_BUCKET: 'raw', CLEAN_BUCKET: 'clean', GOOGLE_CLOUD_PROJECT: 'local', BIGQUERY_LOCATION: 'EU' };
    expect(await runHere(['export', '--cloud'], '.', settings)).toMatchObject({
      code: 1,
      err: 'EXPORTS_BUCKET is not set: it is the bucket that exports go to\n',
    });
    expect((await runHere(['export', '--cloud', '--to', 'x'], '.', settings)).err).toMatch(/^export: --to is for this machine/);
  });
});
