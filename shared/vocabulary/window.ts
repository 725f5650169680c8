/** A length of time: `30m`, `2h`, `28d`. */
export type Duration = `${number}${'m' | 'h' | 'd'}`;

/** Which part of time the runs of a stream ask for: `[cursor − overlap, event time)`, with the cursor from the names of raw objects. */
export interface WindowDeclaration {
  /** `day`: the source is asked for whole days, and the day of the event is not over yet. */
  readonly grain: 'instant' | 'day';
  /** How far before the last run a run begins: absorbs clocks, late rows, and figures that settle late. */
  readonly overlap: Duration;
  /** Where the first run begins (YYYY-MM-DD); without it, it asks for all there is. Days need it. */
  readonly start?: string;
  /** A longer window is asked for in pieces of this length; each piece of a backfill is an object of its own. */
  readonly step?: Duration;
}

/** A part of time, `to` excluded: RFC 3339 in UTC for instants, YYYY-MM-DD for days; without `from`, all before `to`. */
export interface Window {
  readonly from: string | undefined;
  readonly to: string;
}

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d{1,6})([mhd])$/;

/** Milliseconds; throws where the text is no duration, so that such a declaration never starts. */
export function durationMs(duration: Duration): number {
  const [, count, unit] = DURATION.exec(duration) ?? [];
  if (count === undefined || unit === undefined) throw new Error(`"${duration}" is no duration (30m, 2h, 28d)`);
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}

/** The last day of a window of days: many sources name it, where a window ends before `to`. */
export function lastDay({ to }: Window): string {
  return new Date(Date.parse(`${to}T00:00:00Z`) - UNITS.d).toISOString().slice(0, 10);
}
