import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type EzFocusData, type EzFocusDataSet, type EzFocusRecord, type EzFocusSize, generateEzFocus } from './ezfocus-data.ts';
import { lazily, startLoopbackServer } from './loopback-server.ts';
import { half, later, send, sendHalf } from './sending.ts';

export interface EzFocusCredentials {
  readonly username: string;
  readonly password: string;
  readonly accountsKey: string;
  readonly callReportsKey: string;
  readonly inventoryKey: string;
  readonly agent: string;
}

/** How an answer fails. `hang` sends nothing and `stall` half a body, then both wait until `stop()` or the client ends it. */
export type EzFocusFailure =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'hang' | 'stall' | 'cut' | 'cut-chunked' | 'error-object' | 'html' | 'incomplete-json' };

/** What was asked: `at` counts from 1 over all data sets, `status` is null where nothing was answered. */
export interface EzFocusRequest {
  readonly at: number;
  readonly dataSet: EzFocusDataSet | null;
  readonly query: Readonly<Record<string, string>>;
  readonly status: number | null;
}

export interface EzFocusOptions extends Partial<EzFocusSize> {
  readonly credentials?: Partial<EzFocusCredentials>;
}

export interface EzFocusStandIn {
  readonly baseUrl: string;
  readonly credentials: EzFocusCredentials;
  /** What it serves now; `defects` describes only what was generated and not replaced. */
  readonly data: EzFocusData;
  /** Records in complete answers since the start. */
  readonly served: Readonly<Record<EzFocusDataSet, number>>;
  readonly requests: readonly EzFocusRequest[];
  /** Replaces what one key answers; a text is sent as it is and counts as the elements of the array it holds, if any. */
  serve(dataSet: EzFocusDataSet, body: string | readonly object[]): void;
  /** Makes the next `times` answers fail (without it: all until `heal`); several calls apply one after the other. */
  fail(dataSet: EzFocusDataSet, failure: EzFocusFailure, times?: number): void;
  /** Forgets the failures of one data set. */
  heal(dataSet: EzFocusDataSet): void;
  /** Resolves when the next request arrives, answered or not. */
  nextRequest(): Promise<EzFocusRequest>;
  stop(): Promise<void>;
}

interface Content {
  readonly records: () => readonly EzFocusRecord[];
  readonly bytes: () => Buffer;
}

type Contents = Record<EzFocusDataSet, Content>;

interface State {
  readonly credentials: EzFocusCredentials;
  readonly content: Contents;
  readonly failures: Record<EzFocusDataSet, { readonly failure: EzFocusFailure; left: number }[]>;
  readonly served: Record<EzFocusDataSet, number>;
  readonly requests: EzFocusRequest[];
  readonly arrivals: EventEmitter<{ request: [EzFocusRequest] }>;
}

/** What an error answer repeats, on purpose: a client that lets an error body out betrays its secrets in a test. */
interface Echo {
  readonly authorization: string | null;
  readonly credentials: string | null;
  readonly key: string | null;
}

interface Asked {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly query: URLSearchParams;
  readonly dataSet: EzFocusDataSet | null;
  readonly echo: Echo;
}

interface Refusal {
  readonly status: number;
  readonly error: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const PARAMETERS = ['key', 'prov', 'seg', 'tpcl', 'agent'];
const PROVINCE = /^[A-Z]{2}$/;
const STORE_TYPES = /^[A-Z]+(,[A-Z]+)*$/;
const BASIC = /^basic +(\S+)$/i;

/** Starts a stand-in for the EZ Focus API on a loopback port that the system chooses. */
export async function startEzFocus(options: EzFocusOptions = {}): Promise<EzFocusStandIn> {
  const generated = lazily(() => generateEzFocus({ seed: 1, ...options }));
  const pristine: Contents = {
    accounts: ofRecords(() => generated().accounts),
    callReports: ofRecords(() => generated().callReports),
    inventory: ofRecords(() => generated().inventory),
  };
  const state: State = {
    credentials: { ...madeUpCredentials(), ...options.credentials },
    content: { ...pristine },
    failures: { accounts: [], callReports: [], inventory: [] },
    served: { accounts: 0, callReports: 0, inventory: 0 },
    requests: [],
    arrivals: new EventEmitter(),
  };
  const { baseUrl, stop } = await startLoopbackServer((request, response) => answer(state, request, response));
  return {
    baseUrl,
    credentials: state.credentials,
    data: live(state.content, pristine, () => generated().defects),
    served: state.served,
    requests: state.requests,
    serve(dataSet, body) {
      state.content[dataSet] = ofText(typeof body === 'string' ? body : JSON.stringify(body));
    },
    fail(dataSet, failure, times = Number.POSITIVE_INFINITY) {
      state.failures[dataSet].push({ failure, left: times });
    },
    heal(dataSet) {
      state.failures[dataSet] = [];
    },
    async nextRequest() {
      const [request] = await once(state.arrivals, 'request');
      return request;
    },
    stop,
  };
}

function live(content: Contents, pristine: Contents, defects: () => EzFocusData['defects']): EzFocusData {
  return {
    get accounts() {
      return content.accounts.records();
    },
    get callReports() {
      return content.callReports.records();
    },
    get inventory() {
      return content.inventory.records();
    },
    get defects() {
      return defects().filter(({ dataSet }) => content[dataSet] === pristine[dataSet]);
    },
  };
}

function answer(state: State, request: IncomingMessage, response: ServerResponse): void {
  const asked = askedOf(state.credentials, request);
  const refusal = refusalOf(state.credentials, asked);
  const failure = refusal === null && asked.dataSet !== null ? nextFailure(state, asked.dataSet) : null;
  record(state, asked, refusal === null ? statusOf(failure) : refusal.status);
  if (refusal !== null) sendError(response, refusal, asked.echo);
  else if (asked.dataSet !== null) deliver(state, asked.dataSet, failure, asked.echo, response);
}

function askedOf(credentials: EzFocusCredentials, request: IncomingMessage): Asked {
  const url = URL.parse(request.url ?? '', 'http://stand-in');
  const query = url?.searchParams ?? new URLSearchParams();
  const key = query.get('key');
  const echo = { ...basicOf(request.headers.authorization), key };
  return { method: request.method, path: url?.pathname, query, dataSet: dataSetOf(credentials, key), echo };
}

function refusalOf(credentials: EzFocusCredentials, { method, path, query, dataSet, echo }: Asked): Refusal | null {
  if (path !== '/api') return { status: 404, error: 'not found' };
  if (method !== 'GET') return { status: 405, error: 'method not allowed', headers: { allow: 'GET' } };
  if (dataSet === null || echo.credentials !== `${credentials.username}:${credentials.password}`) {
    return { status: 401, error: 'unauthorized', headers: { 'www-authenticate': 'Basic realm="EZ Focus"' } };
  }
  const wrong = PARAMETERS.find((name) => query.getAll(name).length !== 1);
  if (wrong !== undefined) return { status: 400, error: `parameter ${wrong} is needed once` };
  if (query.get('agent') !== credentials.agent) return { status: 400, error: 'unknown agent' };
  if (!PROVINCE.test(query.get('prov') ?? '')) return { status: 400, error: 'prov is not a province code' };
  if (!STORE_TYPES.test(query.get('tpcl') ?? '')) return { status: 400, error: 'tpcl is not a list of store types' };
  return null;
}

function deliver(state: State, dataSet: EzFocusDataSet, failure: EzFocusFailure | null, echo: Echo, response: ServerResponse): void {
  const content = state.content[dataSet];
  switch (failure?.kind) {
    case undefined:
      complete(state, dataSet, content, response);
      break;
    case 'slow':
      later(failure.delayMs, response, () => complete(state, dataSet, content, response));
      break;
    case 'hang':
      break;
    case 'status':
      sendError(
        response,
        { status: failure.status, error: 'failed', headers: { ...retryHeaders(failure.retryAfter), ...redirectHeaders(failure.status) } },
        echo,
      );
      break;
    case 'error-object':
      sendError(response, { status: 200, error: 'the report is not available' }, echo);
      break;
    case 'html':
      send(response, 200, { 'content-type': 'text/html; charset=utf-8' }, Buffer.from(loginPage(echo)));
      break;
    case 'incomplete-json':
      send(response, 200, { 'content-type': 'application/json' }, half(content.bytes()));
      break;
    case 'stall':
    case 'cut':
    case 'cut-chunked':
      sendHalf(response, { 'content-type': 'application/json' }, content.bytes(), failure.kind);
      break;
  }
}

/** Counts at `finish`: the last byte has been given to the system, so a client that left early is not counted. */
function complete(state: State, dataSet: EzFocusDataSet, content: Content, response: ServerResponse): void {
  response.once('finish', () => {
    state.served[dataSet] += content.records().length;
  });
  send(response, 200, { 'content-type': 'application/json' }, content.bytes());
}

/** A redirect names a place that is not there: who follows it meets another status. */
function redirectHeaders(status: number): Record<string, string> {
  return status >= 300 && status < 400 ? { location: '/elsewhere' } : {};
}

function sendError(response: ServerResponse, { status, error, headers }: Refusal, echo: Echo): void {
  const body = JSON.stringify({ error, received: echo });
  send(response, status, { 'content-type': 'application/json', ...headers }, Buffer.from(body));
}

function loginPage({ authorization, credentials, key }: Echo): string {
  return `<!doctype html><title>Sign in</title><form method="post"><p>Welcome back ${credentials}</p><pre>${authorization}\n${key}</pre></form>`;
}

function retryHeaders(retryAfter: string | undefined): Readonly<Record<string, string>> {
  return retryAfter === undefined ? {} : { 'retry-after': retryAfter };
}

function nextFailure(state: State, dataSet: EzFocusDataSet): EzFocusFailure | null {
  const next = state.failures[dataSet].find(({ left }) => left > 0);
  if (next === undefined) return null;
  next.left -= 1;
  return next.failure;
}

function statusOf(failure: EzFocusFailure | null): number | null {
  if (failure?.kind === 'hang') return null;
  return failure?.kind === 'status' ? failure.status : 200;
}

function record(state: State, { dataSet, query }: Asked, status: number | null): void {
  const { key: _secret, ...rest } = Object.fromEntries(query);
  const request = { at: state.requests.length + 1, dataSet, query: rest, status };
  state.requests.push(request);
  state.arrivals.emit('request', request);
}

function dataSetOf(credentials: EzFocusCredentials, key: string | null): EzFocusDataSet | null {
  if (key === credentials.accountsKey) return 'accounts';
  if (key === credentials.callReportsKey) return 'callReports';
  return key === credentials.inventoryKey ? 'inventory' : null;
}

function basicOf(authorization: string | undefined): Pick<Echo, 'authorization' | 'credentials'> {
  const encoded = BASIC.exec(authorization ?? '')?.[1];
  const credentials = encoded === undefined ? null : Buffer.from(encoded, 'base64').toString('utf8');
  return { authorization: authorization ?? null, credentials };
}

/** The password holds characters that percent-encoding changes, so that a leak in a URL looks different from one in a header. */
function madeUpCredentials(): EzFocusCredentials {
  return {
    username: `user-${randomBytes(6).toString('hex')}`,
    password: `${randomBytes(8).toString('hex')}/+:${randomBytes(8).toString('hex')}`,
    accountsKey: randomUUID(),
    callReportsKey: randomUUID(),
    inventoryKey: randomUUID(),
    agent: String(randomInt(1_000, 10_000)),
  };
}

function ofRecords(make: () => readonly EzFocusRecord[]): Content {
  const records = lazily(make);
  return { records, bytes: lazily(() => Buffer.from(JSON.stringify(records()))) };
}

function ofText(text: string): Content {
  return { records: lazily(() => recordsIn(text)), bytes: lazily(() => Buffer.from(text)) };
}

/** The elements of a served text; nothing where it is no JSON array. */
function recordsIn(text: string): readonly EzFocusRecord[] {
  try {
    const document: unknown = JSON.parse(text);
    return Array.isArray(document) ? document : [];
  } catch {
    return [];
  }
}
