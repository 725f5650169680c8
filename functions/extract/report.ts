import { PermanentError, TransientError } from '../../shared/errors.ts';
import { textAt } from '../../shared/json/pointer.ts';
import { pendingObjectName } from '../../shared/names.ts';
import { createObject, type ObjectStore } from '../../shared/object-store/object-store.ts';
import type { ReportDeclaration } from '../../shared/vocabulary/request.ts';
import type { Window } from '../../shared/vocabulary/window.ts';
import { readDocument } from './page.ts';
import type { SourceClient, SourceRequest } from './source-client.ts';
import { type TimeLeft, waitWithin } from './time-left.ts';

/** What a report is made for. */
export interface ReportWork {
  readonly client: SourceClient;
  readonly report: ReportDeclaration;
  readonly window: Window;
  /** The raw object that its result goes into. */
  readonly rawName: string;
  readonly raw: ObjectStore;
  readonly time: TimeLeft;
}

const MAX_REPORTS = 3;
const DEFAULT_POLL_SECONDS = 10;

/**
 * Makes a report and waits until it is done; answers its id. The id is kept as a pending object before anything else, so
 * that a later delivery goes on with the same report. One that failed is made anew, three times in all.
 */
export async function finishedReport(work: ReportWork): Promise<string> {
  for (let attempt = 1; attempt <= MAX_REPORTS; attempt += 1) {
    const id = await submittedReport(work, attempt);
    if (await isDone(work, id)) return id;
  }
  throw new PermanentError('report', `${work.client.source.title} could not make the report in ${MAX_REPORTS} attempts`);
}

async function submittedReport(work: ReportWork, attempt: number): Promise<string> {
  const { client, report, window, raw } = work;
  const name = pendingObjectName(work.rawName, window, attempt);
  const known = await pendingId(raw, name);
  if (known !== undefined) return known;
  const answer = await askJson(client, report.submit({ settings: client.settings, window }), true);
  const id = textAt(answer, report.id);
  if (id === undefined) throw client.meaningOf(answer) ?? new PermanentError('report', `${client.source.title} took the report and named no id`);
  const made = await createObject(raw, name, JSON.stringify({ report: id }));
  // A second delivery at the same moment was faster: its report counts.
  return made === undefined ? ((await pendingId(raw, name)) ?? id) : id;
}

async function isDone({ client, report, window, time }: ReportWork, id: string): Promise<boolean> {
  for (;;) {
    const state = report.state(await askJson(client, report.poll({ settings: client.settings, window, report: id }), false));
    if (state !== 'running') return state === 'done';
    const pause = (report.everySeconds ?? DEFAULT_POLL_SECONDS) * 1000;
    await waitWithin(
      time,
      pause,
      () => new TransientError('report_running', `${client.source.title} is still making the report; the next delivery goes on with it`),
    );
  }
}

async function askJson(client: SourceClient, request: SourceRequest, once: boolean): Promise<unknown> {
  return await client.ask(request, (answer) => readDocument(client, answer), { once });
}

async function pendingId(raw: ObjectStore, name: string): Promise<string | undefined> {
  const info = await raw.stat(name);
  const stored = info === undefined ? undefined : await raw.read(name, info.generation);
  if (stored === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of stored) chunks.push(Buffer.from(chunk));
  return textAt(JSON.parse(Buffer.concat(chunks).toString('utf8')), '/report');
}
