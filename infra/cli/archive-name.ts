import { UsageError } from './cli-error.ts';

/** What the replaced pipeline called its copies of answers: `accounts/raw/accounts_20251101_010003.json`, in Montreal's time. */
const ARCHIVED = /^(?:accounts|call_reports)_(\d{4})(\d{2})(\d{2})_(\d{2})(\d{2})(\d{2})\.json$/;
const ZONE = 'America/Montreal';
/** Of Eastern time: daylight saving first, so that of an hour that comes twice the first is meant. */
const HOURS_BEHIND = [4, 5];
const HOUR_MS = 3_600_000;

/** When a file of the replaced pipeline's archive was written; undefined for any other name. Throws UsageError for a time that never was. */
export function archivedAt(file: string): Date | undefined {
  const match = ARCHIVED.exec(file);
  if (match === null) return undefined;
  const [year = '', month = '', day = '', hour = '', minute = '', second = ''] = match.slice(1);
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const times = HOURS_BEHIND.map((hours) => new Date(Date.parse(`${local}Z`) + hours * HOUR_MS));
  const time = times.find((candidate) => !Number.isNaN(candidate.getTime()) && localTime(candidate) === local);
  if (time === undefined) throw new UsageError(`${file} names a time that never was in Montreal; say the day with --date`);
  return time;
}

/** `YYYY-MM-DDTHH:mm:ss` on Montreal's clocks; Swedes write it almost so. */
function localTime(time: Date): string {
  return time.toLocaleString('sv-SE', { timeZone: ZONE }).replace(' ', 'T');
}
