import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type DuckDbWarehouse, openDuckDbWarehouse } from '../../../infra/local/duckdb-warehouse.ts';
import { prepareOps } from '../../../shared/warehouse/ledger.ts';

const TEMPLATE = join(import.meta.dirname, '../../../infra/terraform/stale.sql.tftpl');
const ALERTS = join(import.meta.dirname, '../../../infra/terraform/alerts.tf');
const VARS = join(import.meta.dirname, '../../../infra/terraform/declared.auto.tfvars.json');
const HOUR = 60;
/** From the clock to the load, in minutes, and how long a run may be tried. */
const LOAD = 10;
const TRIED = 6 * HOUR;
let warehouse: DuckDbWarehouse;

interface Schedule {
  readonly source: string;
  readonly stream: string;
  readonly cron: string;
  readonly time_zone: string;
  readonly stale_hours: number;
}

beforeAll(async () => {
  warehouse = await openDuckDbWarehouse({ file: ':memory:', locate: async () => undefined });
  await prepareOps(warehouse);
});

afterAll(async () => {
  await warehouse.close();
});

/** The two constructs of a Terraform template that the query has. */
async function rendered(streams: readonly { source: string; stream: string; stale_hours: number }[]): Promise<string> {
  const text = await readFile(TEMPLATE, 'utf8');
  const [, before = '', line = '', after = ''] = /^([\s\S]*)%\{ for index, stream in streams ~\}\n([\s\S]*?)%\{ endfor ~\}\n([\s\S]*)$/.exec(text) ?? [];
  const lines = streams.map((stream, index) =>
    line
      .replace('${ index == 0 ? "" : "UNION ALL " }', index === 0 ? '' : 'UNION ALL ')
      .replace('${stream.source}', stream.source)
      .replace('${stream.stream}', stream.stream)
      .replace('${stream.stale_hours}', String(stream.stale_hours)),
  );
  return before + lines.join('') + after;
}

async function loaded(stream: string, minutesAgo: number, outcome = 'loaded', source = 'ezfocus'): Promise<void> {
  await warehouse.session(async (session) => {
    await session.run(`INSERT INTO ops.loads SELECT '${source}', '${stream}', 'raw-${stream}-${minutesAgo}', 1, now(), 'clean', '${outcome}', NULL, NULL, NULL, 0, 0, 0, 0, 1, 'v',
      now() - INTERVAL ${minutesAgo} MINUTE`);
  });
}

/** When a schedule runs, in minutes, over the weeks around both changes of the clock. */
function runs({ cron, time_zone: zone }: Schedule): readonly (readonly number[])[] {
  const [minute = '', hour = '', , , weekDay = ''] = cron.split(' ');
  const isOf = (field: string, value: number) => field === '*' || field.split(',').includes(String(value));
  return ['2026-02-15', '2026-10-11'].map((start) => {
    const first = Date.parse(start) / 60_000;
    const local = Array.from({ length: 42 * 24 * HOUR }, (_, index) => first + index);
    const due = local.filter((at) => {
      const day = new Date(at * 60_000);
      return isOf(minute, day.getUTCMinutes()) && isOf(hour, day.getUTCHours()) && isOf(weekDay, day.getUTCDay());
    });
    return due.map((at) => at - offset(at - offset(at, zone), zone));
  });
}

function offset(minutes: number, timeZone: string): number {
  const text = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).format(minutes * 60_000);
  const [, sign = '+', hours = '0', more = '0'] = /GMT([+-])(\d\d):(\d\d)$/.exec(text) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR + Number(more));
}

/** The ages that the last load has at most while all is well, and at least when the last look comes before which a missed run must be told. */
function ages(schedule: Schedule, lookEvery: number): { well: number; missed: number } {
  const found = runs(schedule).flatMap((times) =>
    times.slice(0, -4).map((at, place) => {
      const next = (by: number) => (times[place + by] ?? 0) - at;
      const isOften = next(1) < TRIED;
      // Of a stream that is asked often, a later run stands in for one that fails.
      return isOften ? { well: next(3), missed: 8 * HOUR } : { well: next(1) + TRIED, missed: Math.min(next(1) + 12 * HOUR, next(2)) };
    }),
  );
  return { well: Math.max(...found.map(({ well }) => well)), missed: Math.min(...found.map(({ missed }) => missed)) - LOAD - lookEvery };
}

async function clock(): Promise<{ schedules: readonly Schedule[]; lookEvery: number }> {
  const [, hours = 'none'] = /schedule += "every (\d+) hours"/.exec(await readFile(ALERTS, 'utf8')) ?? [];
  return { schedules: Object.values<Schedule>(JSON.parse(await readFile(VARS, 'utf8')).schedules), lookEvery: Number(hours) * HOUR };
}

afterEach(async () => {
  await warehouse.session((session) => session.run('DELETE FROM ops.loads'));
});

test('the query of stale streams fails and names those that had no good load for too long', async () => {
  await loaded('accounts', 31 * HOUR);
  await loaded('call_reports', 33 * HOUR);
  await loaded('call_reports', HOUR, 'refused');
  const accounts = { source: 'ezfocus', stream: 'accounts', stale_hours: 32 };
  await expect(warehouse.query(await rendered([accounts]))).resolves.toMatchObject({ rows: [['fresh']] });
  const others = ['call_reports', 'inventory'].map((stream) => ({ ...accounts, stream }));
  await expect(warehouse.query(await rendered([accounts, ...others]))).rejects.toThrow(/stale streams: (ezfocus\/(call_reports|inventory)(, )?){2}/);
});

test('no stream is stale while its runs end within their tries, whatever the clock does in spring and autumn', async () => {
  const { schedules, lookEvery } = await clock();
  for (const schedule of schedules) await loaded(schedule.stream, ages(schedule, lookEvery).well, 'loaded', schedule.source);
  await expect(warehouse.query(await rendered(schedules))).resolves.toMatchObject({ rows: [['fresh']] });
});

test('every stream that missed one night is stale at a look within half a day, before its next run, and one of every hour within eight hours', async () => {
  const { schedules, lookEvery } = await clock();
  for (const schedule of schedules) await loaded(schedule.stream, ages(schedule, lookEvery).missed, 'loaded', schedule.source);
  for (const schedule of schedules)
    await expect(warehouse.query(await rendered([schedule]))).rejects.toThrow(`stale streams: ${schedule.source}/${schedule.stream}`);
});
