import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readSchedule } from '../../infra/curated/schedules.ts';
import { compileModels } from '../../infra/curated/compile.ts';
import { relationSql } from '../../infra/curated/relation.ts';
import { type DuckDbLab, openDuckDbLab } from './duckdb-lab.ts';

const read = (cron: string) => readSchedule({ id: 'shop/orders', schedule: { cron, timeZone: 'America/Toronto' } });

describe('a schedule', () => {
  test.each([
    ['every day at one', '0 1 * * *', [60], '1111111'],
    ['on Sundays, by either number', '30 2 * * 0', [150], '1000000'],
    ['on Sundays, by either number', '30 2 * * 7', [150], '1000000'],
    ['on working days, twice an hour from nine to ten', '*/30 9-10 * * 1-5', [540, 570, 600, 630], '0111110'],
    ['at several hours', '5 1,13 * * *', [65, 785], '1111111'],
  ])('is read: %s', (_name, cron, minutes, weekDays) => {
    expect(read(cron)).toMatchObject({ minutes, weekDays, monthDays: '1'.repeat(31), months: '1'.repeat(12) });
  });

  test('of days of the month and of months is read', () => {
    expect(read('0 0 1,31 */6 *')).toMatchObject({ minutes: [0], monthDays: `1${'0'.repeat(29)}1`, months: '100000100000' });
  });

  test('is none where a stream declares none', () => {
    expect(readSchedule({ id: 'shop/orders', schedule: undefined })).toBeNull();
  });

  test.each([
    ['four fields', '0 1 * *'],
    ['a name', '0 1 * * MON'],
    ['an hour that no day has', '0 24 * * *'],
    ['a step of nothing', '*/0 1 * * *'],
    ['both kinds of days', '0 1 1 * 1'],
  ])('that this cannot count with is refused: %s', (_name, cron) => {
    expect(() => read(cron)).toThrow(`shop/orders: the schedule "${cron}" cannot be read`);
  });
});

describe('the slots of the streams', () => {
  let lab: DuckDbLab;
  beforeAll(async () => {
    lab = await openDuckDbLab();
  });
  afterAll(() => lab.close());

  /** The moments at which a stream is to be asked around the given one, by the query of the model; all streams that are asked at 01:45 are at these minutes of the day instead. */
  async function slotsAt(now: string, stream: string, minutes = 105): Promise<readonly string[]> {
    const { models, project } = await compileModels();
    const query = models.find(({ target }) => target.name === 'stg_pipeline_slots')?.query ?? '';
    const set = query.replace('`crm-data.staging.stg_pipeline_clock`', `(SELECT TIMESTAMP '${now}' AS as_of)`).replaceAll('[105]', `[${minutes}]`);
    const sql = await relationSql(lab, set, { project });
    const { rows } = await lab.query(`SELECT slot_at FROM (${sql}) WHERE source || '/' || stream = '${stream}' ORDER BY 1`);
    return rows.map(([slot]) => String(slot));
  }

  test('are at the hour of the declared zone before and after the clocks change', async () => {
    const slots = await slotsAt('2026-11-02 12:00:00+00', 'ezfocus/accounts');
    expect(slots).toHaveLength(41);
    expect(slots).toEqual(expect.arrayContaining(['2026-10-31T05:00:00Z', '2026-11-01T05:00:00Z', '2026-11-02T06:00:00Z', '2026-11-10T06:00:00Z']));
  });

  test('of a week are there once a week, and moved where the clock skips their hour', async () => {
    expect(await slotsAt('2026-03-10 12:00:00+00', 'supabase/sales_keys', 150)).toEqual([
      '2026-02-08T07:30:00Z',
      '2026-02-15T07:30:00Z',
      '2026-02-22T07:30:00Z',
      '2026-03-01T07:30:00Z',
      '2026-03-08T07:30:00Z',
      '2026-03-15T06:30:00Z',
    ]);
  });
});
