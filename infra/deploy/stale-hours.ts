import { cronTimes } from '../../shared/vocabulary/schedule.ts';

const HOUR_MINUTES = 60;
const DAY_MINUTES = 24 * HOUR_MINUTES;
const WEEK_DAYS = 7;
const MONTH_DAYS = 31;
const YEAR_DAYS = 366;
/** A run may be retried for six hours before it is given up; a load comes after it, and a night of autumn has an hour more. */
const GRACE_HOURS = 8;
/** Where runs come often, the next ones stand in for one that fails. */
const GRACE_RUNS = 3;

/** After how many hours without a load a stream is stale: the longest time between two runs of its schedule, and some grace. Throws where the schedule is none. */
export function staleHours(cron: string): number {
  const read = cronTimes(cron);
  if (typeof read === 'string') throw new Error(`the schedule "${cron}" cannot be read: ${read}`);
  const times = read.hours.flatMap((at) => read.minutes.map((past) => at * HOUR_MINUTES + past));
  const days = daysBetween(cron, read.weekDays);
  const gap = Math.ceil(longestGap(times, days * DAY_MINUTES) / HOUR_MINUTES);
  return gap + Math.min(GRACE_HOURS, GRACE_RUNS * gap);
}

function daysBetween(cron: string, weekDays: readonly number[]): number {
  const [, , monthDay, month, weekDay] = cron.trim().split(/\s+/);
  if (month !== '*') return YEAR_DAYS;
  if (monthDay !== '*') return MONTH_DAYS;
  return weekDay === '*' ? 1 : longestGap(weekDays, WEEK_DAYS);
}

/** Of points that come again after so long, the longest way from one to the next. */
function longestGap(points: readonly number[], again: number): number {
  const inOrder = [...new Set(points)].sort((a, b) => a - b);
  return Math.max(...inOrder.map((point, index) => (inOrder[index + 1] ?? (inOrder[0] ?? point) + again) - point));
}
