const DAY = 86_400_000;

/** The day so many days after another, `YYYY-MM-DD`. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** How many days one day lies after another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY);
}

/** The days of a month `YYYY-MM` that lie between two days, both included. */
export function daysOf(month: string, first = '0000-01-01', last = '9999-12-31'): readonly string[] {
  return Array.from({ length: 31 }, (_, index) => dayAfter(`${month}-01`, index)).filter((day) => day.startsWith(month) && day >= first && day <= last);
}

/** The moment so many minutes after another, `YYYY-MM-DD HH:MM:SS`. */
export function minutesAfter(moment: string, minutes: number): string {
  const start = Date.parse(`${moment.replace(' ', 'T')}Z`);
  return new Date(start + minutes * 60_000).toISOString().slice(0, 19).replace('T', ' ');
}
