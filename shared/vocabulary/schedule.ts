/** When a stream is asked. */
export interface ScheduleDeclaration {
  /** Minute, hour, day of the month, month, day of the week: `0 1 * * *`. */
  readonly cron: string;
  /** A name of the IANA database: `America/Toronto`. */
  readonly timeZone: string;
}

/** When a cron expression comes, each list in order and each value once; days of the week from 0, Sunday, to 6. */
export interface CronTimes {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly monthDays: readonly number[];
  readonly months: readonly number[];
  readonly weekDays: readonly number[];
}

const FIELDS = [
  ['minute', 0, 59],
  ['hour', 0, 23],
  ['day of the month', 1, 31],
  ['month', 1, 12],
  ['day of the week', 0, 7],
] as const;
const PART = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/([1-9]\d?))?$/;
const WEEK_DAYS = 7;

/** Reads a cron expression of numbers; gives what is wrong with it as a text. */
export function cronTimes(cron: string): CronTimes | string {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== FIELDS.length) return 'write five fields, as "0 1 * * *"';
  const read = FIELDS.map(([, low, high], index) => fieldValues(fields[index] ?? '', low, high));
  const [name, low, high] = FIELDS[read.indexOf(undefined)] ?? [];
  if (name !== undefined) return `its ${name} is *, numbers from ${low} to ${high}, a-b or */n`;
  const [minutes = [], hours = [], monthDays = [], months = [], weekDays = []] = read;
  return { minutes, hours, monthDays, months, weekDays: inOrder(weekDays.map((day) => day % WEEK_DAYS)) };
}

/** What is wrong with a schedule; undefined where nothing is. */
export function scheduleProblem({ cron, timeZone }: ScheduleDeclaration): string | undefined {
  const times = cronTimes(cron);
  if (typeof times === 'string') return `schedule.cron is "${cron}": ${times}`;
  if (!isTimeZone(timeZone)) return `schedule.timeZone is "${timeZone}": write a time zone of the IANA database, as America/Toronto`;
  return undefined;
}

/** The values of a field: `*`, `1`, `1-5`, each with `/2` or without, and commas between; undefined where one is none of it. */
function fieldValues(field: string, low: number, high: number): readonly number[] | undefined {
  const parts = field.split(',').map((part) => partValues(part, low, high));
  return parts.includes(undefined) ? undefined : inOrder(parts.flatMap((values) => values ?? []));
}

function partValues(part: string, low: number, high: number): readonly number[] | undefined {
  const match = PART.exec(part);
  if (match === null) return undefined;
  const [, first, last, every] = match;
  const from = Number(first ?? low);
  const to = Number(last ?? (first === undefined || every !== undefined ? high : first));
  if (from < low || from > to || to > high) return undefined;
  const step = Number(every ?? 1);
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}

function inOrder(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

function isTimeZone(name: string): boolean {
  try {
    // An offset is no zone for the scheduler, though one for Intl.
    return !/^[+-]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
