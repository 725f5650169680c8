import type { Catalog } from '../../shared/catalog.ts';
import { PermanentError, TransientError } from '../../shared/errors.ts';
import type { MessageEvent } from '../../shared/events.ts';
import { getBody, type HttpOptions, type HttpRequest } from '../../shared/http.ts';
import { type Answer, answer, deadline, emptyReport, type RunReport, type Subject, type Surroundings, settle, shellWord } from '../../shared/invocation.ts';
import { recordReader } from '../../shared/json/record-reader.ts';
import { runObjectName } from '../../shared/names.ts';
import type { ObjectStore } from '../../shared/object-store/object-store.ts';
import type { SettingValues } from '../../shared/source.ts';
import type { Stream } from '../../shared/stream.ts';
import { authHeaders } from './auth.ts';
import { type ExtractRequest, extractRequest } from './request.ts';

export interface ExtractDeps extends Surroundings {
  readonly raw: ObjectStore;
  readonly catalog: Catalog;
  /** Settings of the sources that are on. */
  readonly sources: ReadonlyMap<string, SettingValues>;
  readonly http: HttpOptions;
}

/**
 * Asks a source for each stream of the message, one after the other, each into one raw object. A stream that fails does
 * not stop the others; one that may work later makes the whole message come again, which finds the others' objects there.
 */
export async function extract(deps: ExtractDeps, event: MessageEvent): Promise<Answer> {
  let request: ExtractRequest;
  try {
    request = extractRequest(event.json, deps.catalog);
  } catch (error) {
    const subject: Subject = { rerun: 'extract <source>[/<stream>]' };
    const failure = await settle(deps, 'extract', event, subject, error);
    return answer([{ ...emptyReport(subject, 'failed'), message: failure.message }]);
  }
  const signal = deadline(deps.timeoutMs);
  const runs: RunReport[] = [];
  const again: TransientError[] = [];
  for (const stream of request.streams) {
    try {
      runs.push(await extractStream(deps, event, request, stream, signal));
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      again.push(error);
    }
  }
  if (again.length > 0) throw new TransientError('extract', again.map((error) => error.message).join('; '), { cause: again[0] });
  return answer(runs);
}

async function extractStream(deps: ExtractDeps, event: MessageEvent, request: ExtractRequest, stream: Stream, signal: AbortSignal): Promise<RunReport> {
  const { from, to } = request;
  const name = runObjectName({ source: stream.source.name, stream: stream.name, eventId: event.id, eventTime: event.time, from, to }, 'json');
  const subject: Subject = { source: stream.source.name, stream: stream.name, object: name, rerun: rerun(stream, request) };
  const started = deps.now();
  try {
    if (from !== undefined || to !== undefined)
      throw new PermanentError('window', `${stream.id} has no windows: each call returns the full set, so from and to mean nothing`);
    if ((await deps.raw.stat(name)) !== undefined) return emptyReport(subject, 'done before');
    const { outcome, records } = await writeRaw(deps, stream, name, signal);
    const report = { ...emptyReport(subject, outcome), records, ms: deps.now().getTime() - started.getTime() };
    deps.log('INFO', 'extract.done', { source: stream.source.name, stream: stream.name, object: name, records, ms: report.ms });
    return report;
  } catch (error) {
    const failure = await settle(deps, 'extract', event, subject, error);
    return { ...emptyReport(subject, 'failed'), message: failure.message };
  }
}

/** Streams the answer into the raw object, byte for byte; commits it only when it was a complete JSON array. */
async function writeRaw(deps: ExtractDeps, stream: Stream, name: string, signal: AbortSignal): Promise<{ outcome: string; records: number }> {
  const request = httpRequest(stream, deps.sources.get(stream.source.name));
  return await getBody(request, deps.http, signal, async (body) => {
    const writer = await deps.raw.create(name);
    let records = 0;
    try {
      const reader = recordReader('json', stream.records, (batch) => {
        records += batch.length;
      });
      for await (const chunk of body) {
        judge(stream, () => reader.push(chunk));
        await writer.write(chunk);
      }
      judge(stream, () => reader.end());
      const committed = await writer.commit();
      return { outcome: committed === undefined ? 'done before' : 'success', records };
    } finally {
      await writer.abort();
    }
  });
}

function httpRequest(stream: Stream, settings: SettingValues | undefined): HttpRequest {
  const { source, request } = stream;
  if (settings === undefined || request === undefined || source.baseUrl === undefined) {
    const variables = Object.values(source.settings).map((setting) => setting.env);
    throw new PermanentError('off', `${source.title} is off: set ${variables.join(', ')}`);
  }
  const { path = '', query } = request({ settings });
  return { url: `${settings[source.baseUrl]}${path}`, query, headers: { accept: 'application/json', ...authHeaders(source.auth, settings) } };
}

/** Says of a complete answer that is not what the source promised where it came from; its content is never quoted. */
function judge(stream: Stream, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    throw new PermanentError(error.rule, `${stream.source.title} answered 200 with something that is not a complete JSON array: ${error.message}`, {
      cause: error,
    });
  }
}

function rerun(stream: Stream, { from, to }: ExtractRequest): string {
  const window = [from === undefined ? '' : ` --from ${shellWord(from)}`, to === undefined ? '' : ` --to ${shellWord(to)}`];
  return `extract ${stream.id}${window.join('')}`;
}
