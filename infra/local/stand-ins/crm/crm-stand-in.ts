import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Credentials, CrmType } from '../../../../shared/crm/provider.ts';
import { type LoopbackServer, startLoopbackServer } from '../loopback-server.ts';
import { later, send } from '../sending.ts';

/** A request as a CRM sees it. */
export interface Asked {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** Undefined where the body is no JSON. */
  readonly json: unknown;
}

export interface Answered {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * How an answer fails. With `stored` the request has had its effect before. `nothing` is a 2xx without effect and without a body,
 * `huge` a body without end, `hang` no answer at all.
 */
export type CrmStandInFailure =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string; readonly code?: string; readonly stored?: boolean }
  | { readonly kind: 'cut'; readonly stored?: boolean }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'nothing' | 'html' | 'huge' | 'hang' };

/** Which answers fail: only paths that match, so many good ones first (none), then so many (all). */
export interface FailingCalls {
  readonly path?: RegExp;
  readonly after?: number;
  readonly times?: number;
}

/** What was asked; `status` is null where nothing was answered. `body` and `answer` are for tests on what was sent and said. */
export interface CrmCall {
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly body: unknown;
  readonly answer: unknown;
}

/** A contact as the CRM holds it, its fields in the CRM's own words. */
export interface StoredContact {
  readonly id: string;
  readonly email: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** An event as the CRM holds it, read back into one shape. */
export interface StoredEvent {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly time: string;
  readonly value?: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A CRM on loopback. It checks every request against the published contract and keeps what it was sent. */
export interface CrmStandIn {
  readonly type: CrmType;
  /** The vendor's host names, and where the stand-in is. */
  readonly hosts: ReadonlyMap<string, string>;
  readonly credentials: Credentials;
  readonly calls: readonly CrmCall[];
  /** Every request that the contract does not allow. */
  readonly violations: readonly string[];
  contacts(): readonly StoredContact[];
  events(): readonly StoredEvent[];
  /** Changes or adds a contact from the CRM's own side. */
  putContact(email: string, fields: Readonly<Record<string, unknown>>): void;
  /** Makes a custom field of contacts, under the CRM's own name of it. */
  makeField(name: string): void;
  /** Refuses what concerns this contact, as the CRM refuses one row of several. */
  refuse(email: string): void;
  fail(failure: CrmStandInFailure, which?: FailingCalls): void;
  /** Fails so many calls (0 to 1), in every way that passes. */
  failAtRandom(share: number, random: () => number): void;
  heal(): void;
  /** Empties `calls`, which hold every body: a long run would fill the memory. */
  forgetCalls(): void;
  /** Ends every session; the credentials still open new ones. */
  expireSessions(): void;
  stop(): Promise<void>;
}

/** What a CRM has of its own. */
export interface Vendor {
  readonly type: CrmType;
  readonly hostNames: readonly string[];
  readonly credentials: Credentials;
  /** Answers a request that has its effect; throws ContractViolation where the contract does not allow it. */
  answer(asked: Asked): Answered;
  /** The body of an error; `echo` is what vendors repeat of a request, credentials included. */
  errorBody(status: number, code: string | undefined, echo: string): unknown;
  contacts(): readonly StoredContact[];
  events(): readonly StoredEvent[];
  putContact(email: string, fields: Readonly<Record<string, unknown>>): void;
  makeField(name: string): void;
  readonly refused: Set<string>;
  expireSessions(): void;
}

/** A request that the published contract does not allow. */
export class ContractViolation extends Error {
  readonly status: number;
  readonly code: string | undefined;

  constructor(message: string, status = 400, code?: string) {
    super(message);
    this.name = 'ContractViolation';
    this.status = status;
    this.code = code;
  }
}

interface Failing {
  readonly failure: CrmStandInFailure;
  readonly path: RegExp | undefined;
  after: number;
  left: number;
}

interface State {
  readonly vendor: Vendor;
  readonly calls: CrmCall[];
  readonly violations: string[];
  failing: Failing[];
  share: number;
  random: () => number;
}

const PASSING: readonly CrmStandInFailure[] = [
  { kind: 'status', status: 429 },
  { kind: 'status', status: 429, retryAfter: '1' },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503 },
  { kind: 'status', status: 500, stored: true },
  { kind: 'cut' },
  { kind: 'cut', stored: true },
];
const HUGE_CHUNK = Buffer.alloc(65_536, ' ');

/** Starts a CRM on a loopback port that the system chooses. */
export async function startCrmStandIn(vendor: Vendor): Promise<CrmStandIn> {
  const state: State = { vendor, calls: [], violations: [], failing: [], share: 0, random: () => 1 };
  const server: LoopbackServer = await startLoopbackServer((request, response) => receive(state, request, response));
  return {
    type: vendor.type,
    hosts: new Map(vendor.hostNames.map((host) => [host, server.baseUrl])),
    credentials: vendor.credentials,
    calls: state.calls,
    violations: state.violations,
    contacts: () => vendor.contacts(),
    events: () => vendor.events(),
    putContact: (email, fields) => vendor.putContact(email, fields),
    makeField: (name) => vendor.makeField(name),
    refuse: (email) => void vendor.refused.add(email),
    fail(failure, { path, after = 0, times = Number.POSITIVE_INFINITY } = {}) {
      state.failing.push({ failure, path, after, left: times });
    },
    failAtRandom(share, random) {
      state.share = share;
      state.random = random;
    },
    heal() {
      state.failing = [];
      state.share = 0;
      vendor.refused.clear();
    },
    forgetCalls() {
      state.calls.length = 0;
    },
    expireSessions: () => vendor.expireSessions(),
    stop: server.stop,
  };
}

function receive(state: State, request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('error', () => {});
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => respond(state, askedOf(request, Buffer.concat(chunks).toString('utf8')), response));
}

function askedOf(request: IncomingMessage, text: string): Asked {
  const url = new URL(request.url ?? '/', 'http://stand-in');
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));
  return { method: request.method ?? '', host: headers['host'] ?? '', path: url.pathname, query: url.searchParams, headers, text, json: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function respond(state: State, asked: Asked, response: ServerResponse): void {
  const failure = nextFailure(state, asked);
  const hasEffect = failure === undefined || failure.kind === 'slow' || (('stored' in failure && failure.stored) ?? false);
  const answered = hasEffect ? answerOf(state, asked) : undefined;
  const shown = failure?.kind === 'status' ? failed(state, asked, failure) : answered;
  const isAnswered = failure?.kind !== 'hang' && failure?.kind !== 'cut';
  state.calls.push({
    method: asked.method,
    path: asked.path,
    status: isAnswered ? (shown?.status ?? statusOf(failure)) : null,
    body: asked.json ?? asked.text,
    answer: shown?.body,
  });
  deliver(shown, failure, asked, response);
}

function answerOf({ vendor, violations }: State, asked: Asked): Answered {
  try {
    return vendor.answer(asked);
  } catch (error) {
    if (!(error instanceof ContractViolation)) throw error;
    violations.push(`${asked.method} ${asked.path}: ${error.message}`);
    return { status: error.status, body: vendor.errorBody(error.status, error.code, echoOf(asked)) };
  }
}

function failed({ vendor }: State, asked: Asked, { status, code, retryAfter }: CrmStandInFailure & { kind: 'status' }): Answered {
  return { status, body: vendor.errorBody(status, code, echoOf(asked)), ...(retryAfter === undefined ? {} : { headers: { 'retry-after': retryAfter } }) };
}

/** Everything that a careless vendor may repeat. */
function echoOf({ headers, text }: Asked): string {
  return `received ${headers['authorization'] ?? ''} ${headers['cookie'] ?? ''} ${text}`;
}

function statusOf(failure: CrmStandInFailure | undefined): number {
  return failure?.kind === 'redirect' ? 302 : 200;
}

function deliver(answered: Answered | undefined, failure: CrmStandInFailure | undefined, asked: Asked, response: ServerResponse): void {
  switch (failure?.kind) {
    case 'hang':
      return;
    case 'cut':
      response.destroy();
      return;
    case 'redirect':
      send(response, 302, { location: failure.to }, Buffer.alloc(0));
      return;
    case 'nothing':
      send(response, 200, { 'content-type': 'application/json' }, Buffer.alloc(0));
      return;
    case 'html':
      send(response, 200, { 'content-type': 'text/html' }, Buffer.from(`<!doctype html><title>Sign in</title><pre>${echoOf(asked)}</pre>`));
      return;
    case 'huge':
      sendWithoutEnd(response);
      return;
    case 'slow':
      later(failure.delayMs, response, () => sendAnswer(response, answered));
      return;
    default:
      sendAnswer(response, answered);
  }
}

function sendAnswer(response: ServerResponse, { status, body, headers = {} }: Answered = { status: 500 }): void {
  const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body));
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const type = bytes.length === 0 ? {} : { 'content-type': 'application/json' };
  if (status === 204) {
    response.writeHead(204).end();
    return;
  }
  send(response, status, type, bytes);
}

/** As fast as the client reads, until it hangs up. */
function sendWithoutEnd(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const more = (): void => {
    while (!response.destroyed && response.write(HUGE_CHUNK));
  };
  response.on('drain', more);
  more();
}

function nextFailure(state: State, { path }: Asked): CrmStandInFailure | undefined {
  const next = state.failing.find((failing) => failing.left > 0 && (failing.path?.test(path) ?? true));
  if (next === undefined) return state.share > 0 && state.random() < state.share ? PASSING[Math.floor(state.random() * PASSING.length)] : undefined;
  if (next.after > 0) {
    next.after -= 1;
    return undefined;
  }
  next.left -= 1;
  return next.failure;
}
