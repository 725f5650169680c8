import { pointerProblem } from './json/pointer.ts';
import { isDate } from './names.ts';
import type { Source } from './source.ts';
import { type Pages, pagesProblem } from './vocabulary/pages.ts';
import type { ReportDeclaration } from './vocabulary/request.ts';
import type { RowsDeclaration } from './vocabulary/rows.ts';
import { type ScheduleDeclaration, scheduleProblem } from './vocabulary/schedule.ts';
import { durationMs, type WindowDeclaration } from './vocabulary/window.ts';

/** What a stream declares about how it is asked. */
export interface Asking {
  readonly source: Source;
  readonly rows?: RowsDeclaration;
  readonly pages?: Pages;
  readonly window?: WindowDeclaration;
  readonly report?: Pick<ReportDeclaration, 'id'>;
  readonly records?: string;
  readonly empty?: { readonly at: string };
  readonly schedule?: ScheduleDeclaration;
}

const DAY_MS = 86_400_000;

/** Throws where a stream cannot be asked as it declares; the message names the stream and what to write. */
export function checkAsking(id: string, { source, rows, pages, window, report, records, empty, schedule }: Asking): void {
  const problem =
    pointerProblem('records', records === '' ? undefined : records) ??
    pointerProblem('empty.at', empty?.at) ??
    pointerProblem('report.id', report?.id) ??
    (pages && pagesProblem(pages)) ??
    (window && windowProblem(window)) ??
    (schedule && scheduleProblem(schedule)) ??
    (rows && rowsProblem(source, window));
  if (problem !== undefined) throw new Error(`stream "${id}": ${problem}`);
}

function rowsProblem(source: Source, window: WindowDeclaration | undefined): string | undefined {
  return source.database !== undefined && window?.grain === 'instant' ? undefined : 'rows need a source with a database, and a window of instants';
}

function windowProblem({ grain, overlap, start, step }: WindowDeclaration): string | undefined {
  durationMs(overlap);
  const stepMs = step === undefined ? undefined : durationMs(step);
  if (stepMs === 0) return 'a step of no time never ends';
  if (start !== undefined && !isDate(start)) return `window.start is "${start}": write a day as 2026-01-31`;
  if (grain === 'day' && start === undefined) return 'a window of days needs a start';
  if (grain === 'day' && stepMs !== undefined && stepMs % DAY_MS !== 0) return 'a window of days has steps of whole days';
  return undefined;
}
