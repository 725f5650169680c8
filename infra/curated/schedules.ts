import { ConfigError } from '../../shared/errors.ts';
import type { Stream } from '../../shared/stream.ts';
import { cronTimes } from '../../shared/vocabulary/schedule.ts';

/** When a stream is asked, in a form that SQL can count with. */
export interface Schedule {
  readonly cron: string;
  readonly timeZone: string;
  /** Minutes after midnight, in that zone. */
  readonly minutes: readonly number[];
  /** A `1` for each day of the week that it runs on, Sunday first. */
  readonly weekDays: string;
  /** A `1` for each day of the month that it runs on. */
  readonly monthDays: string;
  /** A `1` for each month that it runs in. */
  readonly months: string;
}

const MINUTES_AN_HOUR = 60;

/** Reads a declared schedule; throws a ConfigError for what cron allows and this does not. */
export function readSchedule({ id, schedule }: Pick<Stream, 'id' | 'schedule'>): Schedule | null {
  if (schedule === undefined) return null;
  const { cron, timeZone } = schedule;
  const times = cronTimes(cron);
  if (typeof times === 'string') throw refusal(id, cron, times);
  const { minutes, hours, monthDays, months, weekDays } = times;
  const [, , monthDay, , weekDay] = cron.trim().split(/\s+/);
  if (monthDay !== '*' && weekDay !== '*') throw refusal(id, cron, 'a day of the month together with a day of the week means either: name one');
  return {
    cron,
    timeZone,
    minutes: hours.flatMap((hour) => minutes.map((minute) => hour * MINUTES_AN_HOUR + minute)),
    weekDays: flags(weekDays, 0, 6),
    monthDays: flags(monthDays, 1, 31),
    months: flags(months, 1, 12),
  };
}

function flags(numbers: readonly number[], low: number, high: number): string {
  return Array.from({ length: high - low + 1 }, (_, index) => (numbers.includes(low + index) ? '1' : '0')).join('');
}

function refusal(id: string, cron: string, why: string): ConfigError {
  return new ConfigError([`${id}: the schedule "${cron}" cannot be read: ${why}`]);
}
