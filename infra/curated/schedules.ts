import { ConfigError } from '../../shared/errors.ts';
import type { Stream } from '../../shared/stream.ts';

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

interface Field {
  readonly name: string;
  readonly low: number;
  readonly high: number;
}

const FIELDS: readonly Field[] = [
  { name: 'minute', low: 0, high: 59 },
  { name: 'hour', low: 0, high: 23 },
  { name: 'day of the month', low: 1, high: 31 },
  { name: 'month', low: 1, high: 12 },
  { name: 'day of the week', low: 0, high: 7 },
];
const PART = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/;
const SUNDAY_TOO = 7;
const MINUTES_AN_HOUR = 60;

/** Reads a declared schedule; throws a ConfigError for what cron allows and this does not. */
export function readSchedule({ id, schedule }: Pick<Stream, 'id' | 'schedule'>): Schedule | null {
  if (schedule === undefined) return null;
  const { cron, timeZone } = schedule;
  const texts = cron.trim().split(/\s+/);
  if (texts.length !== FIELDS.length) throw refusal(id, cron, 'five fields are needed');
  const [minutes = [], hours = [], monthDays = [], months = [], weekDays = []] = FIELDS.map((field, index) => values(texts[index] ?? '', field, id, cron));
  if (texts[2] !== '*' && texts[4] !== '*') throw refusal(id, cron, 'a day of the month together with a day of the week means either: name one');
  return {
    cron,
    timeZone,
    minutes: hours.flatMap((hour) => minutes.map((minute) => hour * MINUTES_AN_HOUR + minute)),
    weekDays: flags(
      weekDays.map((day) => day % SUNDAY_TOO),
      0,
      6,
    ),
    monthDays: flags(monthDays, 1, 31),
    months: flags(months, 1, 12),
  };
}

function values(text: string, field: Field, id: string, cron: string): readonly number[] {
  const found = text.split(',').flatMap((part) => {
    const match = PART.exec(part);
    if (match === null) throw refusal(id, cron, `the ${field.name} is *, numbers, a-b or */n`);
    const [, first, last, step = '1'] = match;
    const low = first === undefined ? field.low : Number(first);
    const high = last === undefined ? (first === undefined || match[3] !== undefined ? field.high : low) : Number(last);
    if (low < field.low || high > field.high || low > high || Number(step) === 0)
      throw refusal(id, cron, `the ${field.name} goes from ${field.low} to ${field.high}`);
    return Array.from({ length: Math.floor((high - low) / Number(step)) + 1 }, (_, index) => low + index * Number(step));
  });
  return [...new Set(found)].sort((a, b) => a - b);
}

function flags(numbers: readonly number[], low: number, high: number): string {
  return Array.from({ length: high - low + 1 }, (_, index) => (numbers.includes(low + index) ? '1' : '0')).join('');
}

function refusal(id: string, cron: string, why: string): ConfigError {
  return new ConfigError([`${id}: the schedule "${cron}" cannot be read: ${why}`]);
}
