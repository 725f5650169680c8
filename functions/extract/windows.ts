import { PermanentError } from '../../shared/errors.ts';
import { isDate } from '../../shared/names.ts';
import type { Stream } from '../../shared/stream.ts';
import { durationMs, type Window, type WindowDeclaration } from '../../shared/vocabulary/window.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** How many objects one backfill may make: each is asked for in turn, and a later delivery looks at all of them again. */
const MAX_WINDOWS = 1_000;

/** The window of a scheduled run: from the cursor less the overlap, or from the declared start, to the event. */
export function liveWindow(window: WindowDeclaration | undefined, cursor: Date | undefined, eventTime: Date): Window {
  if (window === undefined) return { from: undefined, to: instant(eventTime.getTime()) };
  const start = window.start === undefined ? undefined : Date.parse(`${window.start}T00:00:00Z`);
  const from = cursor === undefined ? start : Math.max(cursor.getTime() - durationMs(window.overlap), start ?? Number.NEGATIVE_INFINITY);
  return { from: from === undefined ? undefined : text(window, from), to: text(window, eventTime.getTime()) };
}

/**
 * The windows of a backfill over days, both included, one for each object. Without `from` it begins where the stream does,
 * without `to` it ends with the day before the event. Throws PermanentError for days that are none or to come, and for too many windows.
 */
export function backfillWindows(
  stream: Stream,
  days: { readonly from?: string | undefined; readonly to?: string | undefined },
  eventTime: Date,
): readonly Window[] {
  const { window } = stream;
  if (window === undefined) throw new PermanentError('window', `${stream.id} has no windows: each call returns the full set, so from and to mean nothing`);
  for (const day of [days.from, days.to]) if (day !== undefined && !isDate(day)) throw new PermanentError('window', 'from and to are days as YYYY-MM-DD');
  if (days.to !== undefined && Date.parse(`${days.to}T00:00:00Z`) > eventTime.getTime())
    throw new PermanentError('window', `to is a day to come: the last day that can be asked for is ${instant(eventTime.getTime()).slice(0, 10)} (UTC)`);
  const first = days.from ?? window.start;
  const end = (days.to === undefined ? midnight(eventTime.getTime()) - DAY_MS : Date.parse(`${days.to}T00:00:00Z`)) + DAY_MS;
  const from = first === undefined ? undefined : Date.parse(`${first}T00:00:00Z`);
  if (from !== undefined && from >= end) throw new PermanentError('window', 'the window ends before it begins: from and to are its first and last day');
  if (from !== undefined && window.step !== undefined && (end - from) / durationMs(window.step) > MAX_WINDOWS)
    throw new PermanentError('window', `the backfill has more than ${MAX_WINDOWS} windows of ${window.step}: ask for fewer days at a time`);
  return pieces(window, { from: from === undefined ? undefined : text(window, from), to: text(window, end) });
}

/** A window in pieces of the declared step, the oldest first; whole where there is no step or no beginning. */
export function pieces(window: WindowDeclaration | undefined, whole: Window): readonly Window[] {
  if (window?.step === undefined || whole.from === undefined) return [whole];
  const step = durationMs(window.step);
  const end = Date.parse(whole.to);
  const cut: Window[] = [];
  for (let from = Date.parse(whole.from); from < end; from += step) cut.push({ from: text(window, from), to: text(window, Math.min(from + step, end)) });
  return cut.length === 0 ? [whole] : cut;
}

/** The two halves of a window; undefined where it cannot be narrowed: a day, a minute, or one without a beginning. */
export function halves(window: WindowDeclaration | undefined, { from, to }: Window): readonly [Window, Window] | undefined {
  if (window === undefined || from === undefined) return undefined;
  const unit = window.grain === 'day' ? DAY_MS : MINUTE_MS;
  const start = Date.parse(from);
  const units = Math.floor((Date.parse(to) - start) / unit);
  if (units < 2) return undefined;
  const middle = text(window, start + Math.floor(units / 2) * unit);
  return [
    { from, to: middle },
    { from: middle, to },
  ];
}

/** Whether there is any time in it: the days of a second run on one day have been asked for. */
export function isEmpty({ from, to }: Window): boolean {
  return from !== undefined && Date.parse(from) >= Date.parse(to);
}

/** The first and the last day that a window touches, as a person asks for them. */
export function daysOf({ from, to }: Window): { readonly from: string | undefined; readonly to: string } {
  return { from: from?.slice(0, 10), to: new Date(Date.parse(to) - 1).toISOString().slice(0, 10) };
}

function text({ grain }: WindowDeclaration, time: number): string {
  return grain === 'day' ? new Date(time).toISOString().slice(0, 10) : instant(time);
}

/** Whole seconds, as the names of objects have them. */
function instant(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

function midnight(time: number): number {
  return time - (time % DAY_MS);
}
