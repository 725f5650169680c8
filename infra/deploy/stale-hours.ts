const DAY_HOURS = 24;
const WEEK_DAYS = 7;
const MONTH_DAYS = 31;
const YEAR_DAYS = 366;
/** A run may be retried for six hours before it is given up; a load comes after it. */
const GRACE_HOURS = 8;

/** After how many hours without a load a stream is stale: the longest time between two days of its schedule, and some grace. */
export function staleHours(cron: string): number {
  const fields = cron.trim().split(/\s+/);
  const [, , monthDay = '', month = '', weekDay = ''] = fields;
  if (fields.length !== 5) throw new Error(`the schedule "${cron}" has not five fields`);
  return daysBetween(monthDay, month, weekDay) * DAY_HOURS + GRACE_HOURS;
}

function daysBetween(monthDay: string, month: string, weekDay: string): number {
  if (month !== '*') return YEAR_DAYS;
  if (monthDay !== '*') return MONTH_DAYS;
  return weekDay === '*' ? 1 : longestGap(weekDay.split(',').flatMap(weekDays));
}

/** `1`, or `1-5`; Sunday is 0 or 7. What else cron allows counts as once a week. */
function weekDays(part: string): readonly number[] {
  const [, first = '0', last = first] = /^([0-7])(?:-([0-7]))?$/.exec(part) ?? [];
  const length = Math.max(0, Number(last) - Number(first)) + 1;
  return Array.from({ length }, (_, index) => (Number(first) + index) % WEEK_DAYS);
}

function longestGap(days: readonly number[]): number {
  const inOrder = [...new Set(days)].sort((a, b) => a - b);
  return Math.max(...inOrder.map((day, index) => (inOrder[index + 1] ?? (inOrder[0] ?? day) + WEEK_DAYS) - day));
}
