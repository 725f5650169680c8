import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type ApiCall, readCall } from './strict-bigquery-api.ts';

/** What goes wrong with one request; `reset` is the connection. */
export interface Fault {
  /** The request's method, e.g. `jobs.insert`. */
  readonly at: string;
  readonly kind: 408 | 503 | 'reset' | { readonly status: number; readonly reason: string };
  /** Before the request did anything, or when all is done and only the answer is lost. */
  readonly when: 'before' | 'after';
  /** How many requests; default 1. */
  times?: number;
}

/** How a job ends, and after how many questions it has ended; its rows are in the API's form. */
export interface Ending {
  readonly error?: { readonly reason: string; readonly message: string };
  readonly questions?: number;
  readonly fields?: readonly object[];
  /** The rows, page by page. */
  readonly pages?: readonly (readonly (readonly unknown[])[])[];
  readonly statistics?: object;
}

export interface StrictTable {
  readonly resource: Record<string, unknown>;
  etag: number;
}

/** BigQuery's API without a query engine, on loopback, in this process: jobs, tables and datasets are kept as strictly as there. */
export interface StrictBigQuery {
  readonly url: string;
  /** Every call that was understood, in order. */
  readonly calls: readonly ApiCall[];
  /** The configurations of the jobs that were started, by id. */
  readonly jobs: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly tables: Map<string, StrictTable>;
  readonly datasets: Set<string>;
  readonly faults: Fault[];
  /** What is done just before a request of that kind is looked at, once. */
  readonly meanwhile: Map<string, () => void>;
  /** How the next jobs end; then as `otherwise` says. */
  readonly endings: Ending[];
  /** How a job ends whose end is not told beforehand; default: well, with nothing to tell. */
  otherwise: (configuration: JobConfiguration) => Ending;
  /** Requests that the API would not take; a test expects none. */
  readonly violations: readonly string[];
  close(): Promise<void>;
}

/** What the fake reads of a job's configuration; the request has been checked. */
export interface JobConfiguration {
  readonly dryRun?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly query?: { readonly query: string; readonly maximumBytesBilled?: string };
}

interface StrictJob {
  readonly resource: Readonly<Record<string, unknown>>;
  readonly ending: Ending;
  questions: number;
}

class Refusal extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string = reason) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** Starts it in one location: what asks for a job without it does not find the job. */
export async function startStrictBigQuery(location: string): Promise<StrictBigQuery> {
  const known = new Map<string, StrictJob>();
  const state = {
    calls: [] as ApiCall[],
    jobs: new Map<string, Readonly<Record<string, unknown>>>(),
    tables: new Map<string, StrictTable>(),
    datasets: new Set<string>(),
    faults: [] as Fault[],
    meanwhile: new Map<string, () => void>(),
    endings: [] as Ending[],
    otherwise: (): Ending => ({}),
    violations: [] as string[],
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!(error instanceof Refusal)) state.violations.push(error instanceof Error ? error.message : 'unknown');
      const { status, reason, message } = error instanceof Refusal ? error : new Refusal(400, 'invalid');
      send(response, status, refusal(status, reason, message));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = readCall(request.method ?? '', new URL(request.url ?? '/', 'http://strict'), await text(request));
    const at = call.id.replace('bigquery.', '');
    state.calls.push(call);
    state.meanwhile.get(at)?.();
    state.meanwhile.delete(at);
    const fault = takeFault(state.faults, at);
    if (fault?.when === 'before') return fail(request, response, fault);
    const answer = answerTo(call, request.headers['if-match']);
    if (fault !== undefined) return fail(request, response, fault);
    send(response, answer === undefined ? 204 : 200, answer);
  }

  function answerTo(call: ApiCall, etag: string | undefined): object | undefined {
    const { names } = call;
    if (call.id === 'bigquery.jobs.insert') return insertJob(call);
    if (call.id === 'bigquery.jobs.get') return told(findJob(call), true);
    if (call.id === 'bigquery.jobs.getQueryResults') return page(findJob(call), call);
    if (call.id === 'bigquery.datasets.get') return state.datasets.has(names['datasetId'] ?? '') ? {} : notFound();
    if (call.id === 'bigquery.datasets.insert') return insertDataset(call);
    return answerTable(call, etag);
  }

  function insertJob({ body }: ApiCall): object {
    const { jobId = '', location: at } = body['jobReference'] as { jobId?: string; location?: string };
    const configuration = body['configuration'] as JobConfiguration & Readonly<Record<string, unknown>>;
    if (at !== location) throw new Refusal(404, 'notFound', `Not found: the datasets are in ${location}`);
    const next = state.endings.shift();
    const ending = next ?? strict.otherwise(configuration);
    const job: StrictJob = { resource: { kind: 'bigquery#job', ...body, statistics: ending.statistics ?? {} }, ending, questions: ending.questions ?? 0 };
    if (configuration.dryRun === true) {
      if (ending.error !== undefined) throw new Refusal(400, ending.error.reason, ending.error.message);
      return told(job, false);
    }
    if (!/^[\w-]{1,1024}$/.test(jobId)) throw new Error(`no job id: ${jobId}`);
    if (known.has(jobId)) {
      if (next !== undefined) state.endings.unshift(next);
      throw new Refusal(409, 'duplicate', `Already Exists: Job local:${location}.${jobId}`);
    }
    if (configuration.query !== undefined && configuration.query.maximumBytesBilled === undefined)
      throw new Error(`the query ${jobId} may read any number of bytes`);
    known.set(jobId, job);
    state.jobs.set(jobId, configuration);
    return told(job, false);
  }

  function findJob({ names, query }: ApiCall): StrictJob {
    const job = known.get(names['jobId'] ?? '');
    if (job === undefined || query.get('location') !== location) throw new Refusal(404, 'notFound', `Not found: Job local:${names['jobId']}`);
    return job;
  }

  function insertDataset({ body }: ApiCall): object {
    const { datasetId = '' } = body['datasetReference'] as { datasetId?: string };
    if (state.datasets.has(datasetId)) throw new Refusal(409, 'duplicate');
    state.datasets.add(datasetId);
    return body;
  }

  function answerTable({ id, names, body }: ApiCall, etag: string | undefined): object | undefined {
    const { tableId } = (body['tableReference'] ?? { tableId: names['tableId'] }) as { tableId?: string };
    const name = `${names['datasetId']}.${tableId}`;
    if (!state.datasets.has(names['datasetId'] ?? '')) throw new Refusal(404, 'notFound', `Not found: Dataset local:${names['datasetId']}`);
    const table = state.tables.get(name);
    if (id === 'bigquery.tables.insert') {
      if (table !== undefined) throw new Refusal(409, 'duplicate', `Already Exists: Table local:${name}`);
      state.tables.set(name, { resource: { ...body }, etag: 1 });
      return body;
    }
    if (table === undefined) return notFound();
    if (id === 'bigquery.tables.patch') patchTable(table, body, etag);
    if (id !== 'bigquery.tables.delete') return { ...table.resource, etag: String(table.etag) };
    state.tables.delete(name);
    return undefined;
  }

  const strict: StrictBigQuery = Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  });
  return strict;
}

function patchTable(table: StrictTable, body: object, etag: string | undefined): void {
  if (etag === undefined) throw new Error('a patch without If-Match can undo the change of another');
  if (etag !== String(table.etag)) throw new Refusal(412, 'conditionNotMet');
  Object.assign(table.resource, body);
  table.etag += 1;
}

/** The job as the API tells it; each question brings it nearer to its end. */
function told(job: StrictJob, isQuestion: boolean): object {
  if (isQuestion && job.questions > 0) job.questions -= 1;
  if (job.questions > 0) return { ...job.resource, status: { state: 'RUNNING' } };
  const { error } = job.ending;
  return { ...job.resource, status: { state: 'DONE', ...(error === undefined ? {} : { errorResult: error, errors: [error] }) } };
}

function page({ ending, questions }: StrictJob, { query }: ApiCall): object {
  if (questions > 0) return { jobComplete: false };
  if (query.get('formatOptions.useInt64Timestamp') !== 'true') throw new Error('a TIMESTAMP as a float loses digits');
  const index = Number(query.get('pageToken') ?? 0);
  const { fields = [], pages = [] } = ending;
  const rows = (pages[index] ?? []).map((row) => ({ f: row.map((v) => ({ v })) }));
  return { jobComplete: true, schema: { fields }, rows, ...(index + 1 < pages.length ? { pageToken: String(index + 1) } : {}) };
}

function notFound(): never {
  throw new Refusal(404, 'notFound');
}

function takeFault(faults: Fault[], at: string): Fault | undefined {
  const index = faults.findIndex((fault) => fault.at === at);
  const fault = faults[index];
  if (fault === undefined) return undefined;
  fault.times = (fault.times ?? 1) - 1;
  if (fault.times === 0) faults.splice(index, 1);
  return fault;
}

function fail(request: IncomingMessage, response: ServerResponse, { kind }: Fault): void {
  if (kind === 'reset') request.socket.resetAndDestroy();
  else if (kind === 503) send(response, kind, refusal(kind, 'backendError', 'backendError'));
  else if (kind === 408) send(response, kind, refusal(kind, 'timeout', 'timeout'));
  else send(response, kind.status, refusal(kind.status, kind.reason, kind.reason));
}

function refusal(code: number, reason: string, message: string): object {
  return { error: { code, message, errors: [{ domain: 'global', reason, message }] } };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' }).end(body === undefined ? undefined : JSON.stringify(body));
}
