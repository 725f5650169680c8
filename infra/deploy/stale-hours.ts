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
  const [minute = '', hour = '', monthDay = '', month = '', weekDay = '', ...more] = cron.trim().split(/\s+/);
  if (weekDay === '' || more.length > 0) throw new Error(`the schedule "${cron}" has not five fields`);
  const read = (field: string, first: number, last: number) => membersOf(field, first, last, cron);
  const minutes = read(minute, 0, 59);
  const times = read(hour, 0, 23).flatMap((at) => minutes.map((past) => at * HOUR_MINUTES + past));
  const days = daysBetween(monthDay, month, weekDay, () => read(weekDay, 0, WEEK_DAYS));
  const gap = Math.ceil(longestGap(times, days * DAY_MINUTES) / HOUR_MINUTES);
  return gap + Math.min(GRACE_HOURS, GRACE_RUNS * gap);
}

function daysBetween(monthDay: string, month: string, weekDay: string, weekDays: () => readonly number[]): number {
  if (month !== '*') return YEAR_DAYS;
  if (monthDay !== '*') return MONTH_DAYS;
  if (weekDay === '*') return 1;
  // Sunday is 0 or 7.
  return longestGap(
    weekDays().map((day) => day % WEEK_DAYS),
    WEEK_DAYS,
  );
}

/** Of points that come again after so long, the longest way from one to the next. */
function longestGap(points: readonly number[], again: number): number {
  const inOrder = [...new Set(points)].sort((a, b) => a - b);
  return Math.max(...inOrder.map((point, index) => (inOrder[index + 1] ?? (inOrder[0] ?? point) + again) - point));
}

/** The values of a field: `*`, `1`, `1-5`, each with `/2` or without, and commas between. */
function membersOf(field: string, first: number, last: number, cron: string): readonly number[] {
  return field.split(',').flatMap((part) => {
    const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/([1-9]\d*))?$/.exec(part);
    const [, from, to, every] = match ?? [];
    const start = Number(from ?? first);
    const end = Number(to ?? (from === undefined || every !== undefined ? last : from));
    if (match === null || start < first || end > last || start > end)
      throw new Error(`the schedule "${cron}" has the field "${field}", which nobody can read here`);
    const step = Number(every ?? 1);
    return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, index) => start + index * step);
  });
}
