import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FailingAnswers, type Failures, failures, type Mishap, type PageFailure, sendWith } from './failing.ts';
import { startLoopbackServer } from './loopback-server.ts';
import { type PostgrestPage, readTable, refusalRange } from './postgrest.ts';
import { type PgRow, type PgTable, type PgType, type PgValue, PostgrestError } from './postgrest-values.ts';
import { send } from './sending.ts';
import { generateSupabase, SUPABASE_COLUMNS, type SupabaseDefect, type SupabaseSize } from './supabase-data.ts';

/**
 * How an answer fails, beyond mishaps: an empty page and a repeated one come with 200; a total lies by so many rows.
 * A token that has expired is status 401 with PGRST303.
 */
export type SupabaseFailure =
  | { readonly kind: 'status'; readonly status: number; readonly code?: string; readonly retryAfter?: string }
  | { readonly kind: 'error-object' }
  | PageFailure
  | Mishap;

/** What was asked: `at` counts from 1 over all tables, `status` is null where nothing was answered. */
export interface SupabaseRequest {
  readonly at: number;
  readonly table: string;
  readonly query: Readonly<Record<string, string>>;
  readonly status: number | null;
}

export interface SupabaseOptions extends Partial<SupabaseSize> {
  /** Tables beside those of the shop; the first column is the key. */
  readonly tables?: Readonly<Record<string, { readonly columns: Readonly<Record<string, PgType>>; readonly rows: readonly PgRow[] }>>;
}

export interface SupabaseStandIn {
  readonly baseUrl: string;
  readonly key: string;
  readonly schema: string;
  readonly defects: readonly SupabaseDefect[];
  readonly requests: readonly SupabaseRequest[];
  rows(table: string): readonly PgRow[];
  /** Changes a row, or adds it; what is not named stays. */
  upsert(table: string, row: PgRow): void;
  remove(table: string, key: PgValue): void;
  /** db-max-rows of the server; as many as are asked for where it is not set. */
  setMaxRows(rows: number | undefined): void;
  fail(table: string, failure: SupabaseFailure, which?: FailingAnswers): void;
  /** Forgets the failures of one table. */
  heal(table: string): void;
  /** Is called when an answer has been made and before it is sent: what it changes is seen by the next request only. */
  onAnswer(listener: (request: SupabaseRequest) => void): void;
  /** Resolves when the next request arrives, answered or not. */
  nextRequest(): Promise<SupabaseRequest>;
  stop(): Promise<void>;
}

interface Table extends PgTable {
  readonly rows: Map<string, PgRow>;
}

interface State {
  readonly key: string;
  readonly tables: ReadonlyMap<string, Table>;
  readonly failures: Map<string, Failures<SupabaseFailure>>;
  readonly pages: Map<string, PostgrestPage>;
  readonly requests: SupabaseRequest[];
  readonly events: EventEmitter<{ request: [SupabaseRequest]; answer: [SupabaseRequest] }>;
  maxRows: number;
}

interface Asked {
  readonly method: string | undefined;
  readonly table: string | undefined;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

const SCHEMA = 'public';
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const ANSWER_PATH = /^\/rest\/v1\/(\w+)$/;

/** Starts a stand-in for a Supabase project on a loopback port that the system chooses. */
export async function startSupabase({ tables = {}, ...size }: SupabaseOptions = {}): Promise<SupabaseStandIn> {
  const { rows, defects } = generateSupabase({ seed: 1, ...size });
  const shop = Object.entries(SUPABASE_COLUMNS).map(([name, columns]) => [name, { columns, rows: rows[name as keyof typeof rows] }] as const);
  const state: State = {
    // Percent-encoding and base64 change some of its characters, so that a leak looks different in each place.
    key: `sb_secret_${randomBytes(12).toString('hex')}+/=${randomBytes(6).toString('hex')}`,
    tables: new Map([...shop, ...Object.entries(tables)].map(([name, table]) => [name, tableOf(table)])),
    failures: new Map(),
    pages: new Map(),
    requests: [],
    events: new EventEmitter(),
    maxRows: Number.POSITIVE_INFINITY,
  };
  const { baseUrl, stop } = await startLoopbackServer((request, response) => answer(state, request, response));
  return {
    baseUrl,
    key: state.key,
    schema: SCHEMA,
    defects,
    requests: state.requests,
    rows: (table) => [...tableNamed(state, table).rows.values()],
    upsert(name, row) {
      const table = tableNamed(state, name);
      const key = String(row[table.key]);
      const changed = { ...table.rows.get(key), ...row };
      table.rows.delete(key);
      table.rows.set(key, changed);
    },
    remove: (table, key) => void tableNamed(state, table).rows.delete(String(key)),
    setMaxRows(most = Number.POSITIVE_INFINITY) {
      state.maxRows = most;
    },
    fail(table, failure, which) {
      const ofTable = state.failures.get(table) ?? failures();
      state.failures.set(table, ofTable);
      ofTable.add(failure, which);
    },
    heal: (table) => void state.failures.delete(table),
    onAnswer: (listener) => void state.events.on('answer', listener),
    async nextRequest() {
      const [request] = await once(state.events, 'request');
      return request;
    },
    stop,
  };
}

function tableOf({ columns, rows }: { readonly columns: PgTable['columns']; readonly rows: readonly PgRow[] }): Table {
  const [key = ''] = Object.keys(columns);
  return { columns, key, rows: new Map(rows.map((row) => [String(row[key]), row])) };
}

function tableNamed({ tables }: Pick<State, 'tables'>, name: string): Table {
  const table = tables.get(name);
  if (table !== undefined) return table;
  throw new PostgrestError(404, 'PGRST205', `Could not find the table '${SCHEMA}.${name}' in the schema cache`);
}

function answer(state: State, request: IncomingMessage, response: ServerResponse): void {
  const asked = askedOf(request);
  try {
    const table = permitted(state, asked);
    const failure = state.failures.get(asked.table ?? '')?.next();
    const page = failure?.kind === 'status' ? undefined : pageOf(state, asked, table, failure);
    const noted = note(state, asked, failure?.kind === 'hang' ? null : (page?.status ?? statusOf(failure)));
    state.events.emit('answer', noted);
    deliver(page, failure, asked, response);
  } catch (error) {
    if (!(error instanceof PostgrestError)) throw error;
    note(state, asked, error.status);
    sendRefusal(error, response);
  }
}

function askedOf(request: IncomingMessage): Asked {
  const url = URL.parse(request.url ?? '', 'http://stand-in');
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));
  return { method: request.method, table: ANSWER_PATH.exec(url?.pathname ?? '')?.[1], query: url?.searchParams ?? new URLSearchParams(), headers };
}

/** The table that is asked for, after the checks of the gateway and of PostgREST, in their order. */
function permitted(state: State, { method, table, headers }: Asked): Table {
  const { authorization = '', apikey, 'accept-profile': schema = SCHEMA } = headers;
  const received = { details: `received ${authorization} ${apikey}` };
  if (apikey !== state.key) throw new PostgrestError(401, '', apikey === undefined ? 'No API key found in request' : 'Invalid API key', received);
  if (authorization === '') throw new PostgrestError(401, 'PGRST302', 'Anonymous access is disabled');
  if (authorization !== `Bearer ${state.key}`) throw new PostgrestError(401, 'PGRST301', 'JWT could not be decoded', received);
  if (table === undefined) throw new PostgrestError(404, 'PGRST125', 'Invalid path specified in request URL');
  if (method !== 'GET' && method !== 'HEAD') throw new PostgrestError(405, 'PGRST117', `Unsupported HTTP method: ${method}`);
  const hint = `Only the following schemas are exposed: ${SCHEMA}`;
  if (schema !== SCHEMA) throw new PostgrestError(406, 'PGRST106', `Invalid schema: ${schema}`, { hint });
  return tableNamed(state, table);
}

function pageOf({ pages, maxRows }: State, { table: name = '', query, headers }: Asked, table: Table, failure: SupabaseFailure | undefined): PostgrestPage {
  const page = readTable({ table, query, headers, maxRows });
  const shown = failure === undefined ? page : falsified(page, failure, pages.get(name));
  pages.set(name, page);
  return shown;
}

/** A page with which something is wrong although it comes with 200. */
function falsified(page: PostgrestPage, failure: SupabaseFailure, before: PostgrestPage | undefined): PostgrestPage {
  const [range = '', total = ''] = page.contentRange.split('/');
  if (failure.kind === 'empty-page') return { ...page, rows: [], body: '[]', contentRange: `*/${total}` };
  if (failure.kind === 'repeated-page') return before ?? page;
  return failure.kind === 'lying-total' && total !== '*' ? { ...page, contentRange: `${range}/${Number(total) + failure.by}` } : page;
}

function deliver(page: PostgrestPage | undefined, failure: SupabaseFailure | undefined, { method, headers }: Asked, response: ServerResponse): void {
  const { status = 200, contentRange = '*/*', body = '' } = page ?? {};
  const details = `received ${headers['authorization']} ${headers['apikey']}`;
  const meant = { status, headers: { ...JSON_TYPE, 'content-range': contentRange }, bytes: Buffer.from(method === 'HEAD' ? '' : body), echo: details };
  switch (failure?.kind) {
    case 'status':
      sendRefusal(new PostgrestError(failure.status, failure.code ?? '', 'failed', { details }), response, failure.retryAfter);
      break;
    case 'error-object':
      send(response, 200, JSON_TYPE, Buffer.from(JSON.stringify({ message: 'upstream is not there', details })));
      break;
    default:
      sendWith(response, meant, failure);
  }
}

function sendRefusal(error: PostgrestError, response: ServerResponse, retryAfter?: string): void {
  const { status, code, message, details, hint } = error;
  const range = refusalRange(error);
  const headers = {
    ...JSON_TYPE,
    ...(range === undefined ? {} : { 'content-range': range }),
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  };
  send(response, status, headers, Buffer.from(JSON.stringify({ code, message, details, hint })));
}

function statusOf(failure: SupabaseFailure | undefined): number {
  return failure?.kind === 'status' ? failure.status : 200;
}

function note({ requests, events }: State, { table = '', query }: Asked, status: number | null): SupabaseRequest {
  const request = { at: requests.length + 1, table, query: Object.fromEntries(query), status };
  requests.push(request);
  events.emit('request', request);
  return request;
}
