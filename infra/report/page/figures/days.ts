/** What a date stands for: itself, or the week, month or year that begins with it. */
export type Grain = 'day' | 'week' | 'month' | 'year';

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;
const MONTHS = 12;
const MONTH_TEXT = 7;
const YEAR_TEXT = 4;
const MONDAY_OFFSET = 6;

/** A day so many days later, as 2026-11-29. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Days from one to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** The first day of the span that a day lies in; weeks begin on Monday. */
export function startOf(day: string, grain: Grain): string {
  if (grain === 'day') return day;
  if (grain === 'week') return addDays(day, -((new Date(Date.parse(day)).getUTCDay() + MONDAY_OFFSET) % WEEK_DAYS));
  return grain === 'month' ? `${day.slice(0, MONTH_TEXT)}-01` : `${day.slice(0, YEAR_TEXT)}-01-01`;
}

/** The first day of the span after the one that begins on this day. */
export function nextOf(start: string, grain: Grain): string {
  if (grain === 'day') return addDays(start, 1);
  if (grain === 'week') return addDays(start, WEEK_DAYS);
  const [year = 0, month = 1] = start.split('-').map(Number);
  const months = year * MONTHS + (month - 1) + (grain === 'month' ? 1 : MONTHS);
  return `${String(Math.floor(months / MONTHS)).padStart(YEAR_TEXT, '0')}-${String((months % MONTHS) + 1).padStart(2, '0')}-01`;
}

/** The last day of the span that begins on this day. */
export function endOf(start: string, grain: Grain): string {
  return grain === 'day' ? start : addDays(nextOf(start, grain), -1);
}

/** Whether a text is a day that there is, as 2026-11-29. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text;
}
