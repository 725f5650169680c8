import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { archivedAt } from '../../../infra/cli/archive-name.ts';
import { importedObjectName, parseRawName } from '../../../shared/names.ts';
import { openWorkplace, type Workplace } from './command.ts';

describe('the archive of the replaced pipeline', () => {
  test.each([
    ['in winter', 'accounts_20251201_010003.json', '2025-12-01T06:00:03.000Z'],
    ['in summer', 'call_reports_20250701_010003.json', '2025-07-01T05:00:03.000Z'],
    ['late in the evening, of the next day in UTC', 'accounts_20251231_233000.json', '2026-01-01T04:30:00.000Z'],
    ['before the clocks go forward', 'accounts_20260308_015959.json', '2026-03-08T06:59:59.000Z'],
    ['after the clocks went forward', 'accounts_20260308_030000.json', '2026-03-08T07:00:00.000Z'],
    ['in the hour that comes twice, the first', 'accounts_20251102_013000.json', '2025-11-02T05:30:00.000Z'],
    ['after that hour', 'accounts_20251102_020000.json', '2025-11-02T07:00:00.000Z'],
  ])('has the time of its name: %s', (_, file, time) => {
    expect(archivedAt(file)?.toISOString()).toBe(time);
  });

  test.each(['accounts_20260308_023000.json', 'accounts_20251301_010000.json', 'accounts_20250230_010000.json', 'accounts_20250701_250000.json'])(
    'is refused at a time that never was: %s',
    (file) => {
      expect(() => archivedAt(file)).toThrow('never was in Montreal; say the day with --date');
    },
  );

  test.each(['stores.json', 'orders_20251201_010003.json', 'accounts_20251201_010003.csv', 'accounts_20251201.json'])('is no other file: %s', (file) => {
    expect(archivedAt(file)).toBeUndefined();
  });

  test('has names that are apart, of the grammar, and never move the cursor', () => {
    const name = importedObjectName('ezfocus/accounts', new Date('2026-01-01T04:30:00Z'), 'accounts_20251231_233000.json');
    expect(name).toMatch(/^ezfocus\/accounts\/2026-01-01\/20260101T043000Z-backfill-[0-9a-f]{8}\.json$/);
    expect(parseRawName(name)).toMatchObject({ runTime: '2026-01-01T04:30:00Z', kind: 'backfill' });
  });
});

describe('drop', () => {
  let place: Workplace;

  beforeAll(async () => {
    place = await openWorkplace();
  });

  afterAll(() => place.remove());

  test('loads the archive in the order of its times, whatever the order of arrival; with --date a name says nothing', async () => {
    const drop = async (file: string, name: string, ...more: string[]) => {
      const path = join(place.dir, '..', file);
      await writeFile(path, JSON.stringify([{ accnt_no: '1', accnt_name: name, accnt_city: 'Ottawa', accnt_prov: 'ON', latitude: 45, longitude: -75 }]));
      return await place.call('drop', path, '--as', 'ezfocus/accounts', ...more);
    };
    expect(await drop('accounts_20251102_013000.json', 'newer')).toMatchObject({ code: 0 });
    const older = await drop('accounts_20251102_003000.json', 'older');
    expect(older.out + older.err).toContain('superseded: ezfocus/accounts/2025-11-02/20251102T043000Z-backfill-');
    expect(await place.rows('SELECT accnt_name, _extracted_at FROM WM_SalesTeam.Accounts_List')).toEqual([
      { accnt_name: 'newer', _extracted_at: '2025-11-02T05:30:00Z' },
    ]);
    expect((await drop('accounts_20251102_003000.json', 'dated', '--date', '2025-11-03')).err).toContain('/2025-11-03/accounts_20251102_003000.json');
  });
});
