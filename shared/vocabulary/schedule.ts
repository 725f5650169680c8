/** When a stream is asked. */
export interface ScheduleDeclaration {
  /** Minute, hour, day of the month, month, day of the week: `0 1 * * *`. */
  readonly cron: string;
  /** A name of the IANA database: `America/Toronto`. */
  readonly timeZone: string;
}

const FIELDS = [
  ['minute', 0, 59],
  ['hour', 0, 23],
  ['day of the month', 1, 31],
  ['month', 1, 12],
  ['day of the week', 0, 7],
] as const;
const PART = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/([1-9]\d?))?$/;

/** What is wrong with a schedule; undefined where nothing is. */
export function scheduleProblem({ cron, timeZone }: ScheduleDeclaration): string | undefined {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== FIELDS.length) return `schedule.cron is "${cron}": write five fields, as "0 1 * * *"`;
  const wrong = FIELDS.find(([, low, high], index) => !fields[index]?.split(',').every((part) => isWithin(part, low, high)));
  if (wrong !== undefined) return `schedule.cron is "${cron}": its ${wrong[0]} is *, numbers from ${wrong[1]} to ${wrong[2]}, a-b or */n`;
  if (!isTimeZone(timeZone)) return `schedule.timeZone is "${timeZone}": write a time zone of the IANA database, as America/Toronto`;
  return undefined;
}

function isWithin(part: string, low: number, high: number): boolean {
  const match = PART.exec(part);
  if (match === null) return false;
  const [, from = String(low), to = from] = match;
  return Number(from) >= low && Number(from) <= Number(to) && Number(to) <= high;
}

function isTimeZone(name: string): boolean {
  try {
    // An offset is no zone for the scheduler, though one for Intl.
    return !/^[+-]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
