import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { openWorkplace, type Workplace } from './command.ts';

jest.setTimeout(60_000);

const STORE = { accnt_no: 'A', accnt_name: 'Herbe & Café </script>', accnt_city: 'Ottawa', accnt_prov: 'ON', latitude: 45.4, longitude: -75.7 };

describe('npm run report', () => {
  let place: Workplace;
  let file: string;
  beforeAll(async () => {
    place = await openWorkplace();
    file = join(place.dir, 'report', 'index.html');
    await place.load('ezfocus/accounts', [STORE]);
  });
  afterAll(() => place.remove());

  const page = () => readFile(file, 'utf8');

  test('says what is missing where the models have not run, and writes nothing', async () => {
    const { code, out, err } = await place.call('report');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^the report cannot be read: .*v_mtr_.*: the models make what it reads: npm run models\n$/);
    await expect(page()).rejects.toThrow('ENOENT');
  });

  test('writes one page with what the views hold, and prints where it is', async () => {
    expect((await place.call('models')).code).toBe(0);
    const { code, out, err } = await place.call('report');
    expect({ code, out }).toEqual({ code: 0, out: `${file}\n` });
    expect(await page()).toMatch(/^<!doctype html>/);
    expect(err).toMatch(/^\d+ tables, /);
    expect(await readdir(join(place.dir, 'report'))).toEqual(['index.html']);
  });

  test('leaves the page that is there where a view is gone', async () => {
    await writeFile(file, 'the old page');
    await place.sql('DROP VIEW analytics.v_mtr_ad_days');
    const { code, err } = await place.call('report');
    expect(code).toBe(1);
    expect(err).toContain('v_mtr_ad_days');
    expect(await page()).toBe('the old page');
  });
});
