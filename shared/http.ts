import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import got, { RequestError, TimeoutError } from 'got';
import { isTransientStatus, PermanentError, TransientError } from './errors.ts';
import { retryAfterMs } from './retry-after.ts';
import type { Headers } from './vocabulary/budget.ts';
import type { Meaning } from './vocabulary/failures.ts';

export interface HttpRequest {
  readonly url: string;
  readonly query: Readonly<Record<string, string>> | URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent by POST; a request without a body is a GET. */
  readonly json?: Readonly<Record<string, unknown>>;
  readonly form?: Readonly<Record<string, string>>;
}

/** What a client is made of; everything has a default that suits an API of a CRM. */
export interface HttpOptions {
  readonly tries: number;
  /** The wait before the second try, in milliseconds; it doubles with every further one. */
  readonly firstDelayMs: number;
  /** A longer wait is left to the redelivery of the event. */
  readonly maxDelayMs: number;
  readonly connectTimeoutMs: number;
  /** Until the first byte of the answer. */
  readonly responseTimeoutMs: number;
  /** Between two bytes. */
  readonly idleTimeoutMs: number;
  readonly now: () => Date;
  /** 0 to 1: spreads retries. */
  readonly jitter: () => number;
}

export const HTTP_DEFAULTS: Omit<HttpOptions, 'now'> = {
  tries: 3,
  firstDelayMs: 5_000,
  maxDelayMs: 120_000,
  connectTimeoutMs: 10_000,
  responseTimeoutMs: 120_000,
  idleTimeoutMs: 60_000,
  jitter: () => 0,
};

/** An answer that is not 2xx; `body` is its JSON, undefined where it is none or longer than 64 KiB. Never logged or quoted. */
export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** What a refusal means and what a person should do; undefined leaves it to the status. */
export type Judge = (refusal: Refusal) => { readonly means: Meaning; readonly hint?: string } | undefined;

/** What one call is given beside its request. */
export interface HttpCall extends HttpOptions {
  readonly signal: AbortSignal;
  readonly judge?: Judge;
  /** A failure that is not tried again although it may go away. */
  readonly isFinal?: (failure: TransientError) => boolean;
  /** Milliseconds that a server wants to be left alone, as far as its answers have told; asked before each further try. */
  readonly restMs?: () => number;
}

/** A 2xx answer. */
export interface HttpAnswer {
  /** What was asked for, without its query: relative addresses in the answer begin there. */
  readonly url: string;
  readonly headers: Headers;
  readonly body: AsyncIterable<Buffer>;
}

/** Reads an answer's body to its end; called once a try. */
export type ReadAnswer<Result> = (answer: HttpAnswer) => Promise<Result>;

/** A refusal on its way to its class. */
class RefusedError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`status ${refusal.status}`);
    this.name = 'RefusedError';
    this.refusal = refusal;
  }
}

const MAX_REFUSAL_BYTES = 64 * 1024;

/**
 * Sends a request and hands a 2xx answer to `read`, with a timeout on every phase; failures that may go away are tried
 * again. Throws TransientError or PermanentError (rule `too_much` or `token` where the judge says so), whose messages name
 * method, host, path and status, never the query, a header or a body: vendors echo credentials there.
 */
export async function send<Result>(request: HttpRequest, call: HttpCall, read: ReadAnswer<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryOnce(request, call, read);
    } catch (error) {
      const failure = httpFailure(request, error, call);
      if (failure instanceof PermanentError || attempt >= call.tries || call.isFinal?.(failure) === true) throw failure;
      const delay = Math.max(retryDelay(attempt, retryAfter(error), call), call.restMs?.() ?? 0);
      if (delay > call.maxDelayMs) throw failure;
      await wait(delay, undefined, { signal: call.signal }).catch(() => {
        throw outOfTime(request);
      });
    }
  }
}

/** Milliseconds until the next try: what the server asks for, else the first delay doubled for each try, with up to a fifth added. */
export function retryDelay(attempt: number, header: string | undefined, options: Pick<HttpOptions, 'firstDelayMs' | 'now' | 'jitter'>): number {
  const asked = retryAfterMs(header, options.now());
  if (asked !== undefined) return asked;
  const delay = options.firstDelayMs * 2 ** (attempt - 1);
  return delay + (delay * options.jitter()) / 5;
}

async function tryOnce<Result>(request: HttpRequest, call: HttpCall, read: ReadAnswer<Result>): Promise<Result> {
  const body = request.json === undefined ? (request.form === undefined ? {} : { form: request.form }) : { json: request.json };
  const stream = got.stream(request.url, {
    ...body,
    method: methodOf(request),
    searchParams: request.query,
    headers: request.headers,
    retry: { limit: 0 },
    // got's own error for a status holds the whole URL, keys included.
    throwHttpErrors: false,
    // A redirect could carry the key to another host.
    followRedirect: false,
    timeout: { connect: call.connectTimeoutMs, secureConnect: call.connectTimeoutMs, response: call.responseTimeoutMs, socket: call.idleTimeoutMs },
    signal: call.signal,
  });
  // An error that comes after the body was given up must not reach the framework, which prints it.
  stream.on('error', () => {});
  try {
    return await read({ url: place(request.url), ...(await answerOf(stream, call.judge !== undefined)) });
  } finally {
    stream.destroy();
  }
}

/** The answer, as soon as its headers are there; a refusal is thrown, with its body where somebody judges it. */
async function answerOf(stream: ReturnType<typeof got.stream>, isJudged: boolean): Promise<Omit<HttpAnswer, 'url'>> {
  const { statusCode, headers } = await headOf(stream);
  if (statusCode >= 200 && statusCode <= 299) return { headers: headersOf(headers), body: stream as AsyncIterable<Buffer> };
  const body = isJudged ? await refusalBody(stream) : undefined;
  throw new RefusedError({ status: statusCode, headers: headersOf(headers), body });
}

function headOf(stream: ReturnType<typeof got.stream>): Promise<{ statusCode: number; headers: IncomingMessage['headers'] }> {
  return new Promise((resolve, reject) => {
    stream.once('response', resolve);
    stream.once('error', reject);
  });
}

/** A body that does not come whole is none: the status alone decides then. */
async function refusalBody(stream: AsyncIterable<Buffer>): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      bytes += chunk.length;
      if (bytes > MAX_REFUSAL_BYTES) return undefined;
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

function headersOf(headers: IncomingMessage['headers']): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]));
}

function httpFailure(request: HttpRequest, error: unknown, call: HttpCall): TransientError | PermanentError {
  if (error instanceof PermanentError || error instanceof TransientError) return error;
  if (call.signal.aborted) return outOfTime(request);
  const where = `${methodOf(request)} ${place(request.url)}`;
  if (error instanceof RefusedError) return refused(where, error.refusal, call.judge);
  if (error instanceof TimeoutError) return new TransientError('timeout', `${where} timed out (${error.event})`);
  if (error instanceof RequestError && error.code === 'ERR_INVALID_CHAR')
    return new PermanentError('header', `${where} was not sent: a setting of the source holds a character that no header may have, as a line end in a key`);
  if (error instanceof RequestError) return new TransientError('network', `${where} failed: ${error.code}`);
  throw error;
}

function refused(where: string, refusal: Refusal, judge: Judge | undefined): TransientError | PermanentError {
  const { status } = refusal;
  const judgement = judge?.(refusal);
  const means = judgement?.means ?? (isTransientStatus(status) ? 'transient' : 'permanent');
  const message = `${where} answered ${status}${judgement?.hint === undefined ? '' : `: ${judgement.hint}`}`;
  // What the source itself calls passing is no sign of a window that is too large, whatever its status.
  if (means === 'transient') return new TransientError(`${judgement === undefined ? 'http' : 'source'}_${status}`, message);
  if (means === 'permanent') return new PermanentError(`http_${status}`, judgement?.hint === undefined ? `${message}${hint(status)}` : message);
  return new PermanentError(means, means === 'too_much' ? `${message}: it is asked for more than it gives at once` : `${message}${hint(401)}`);
}

function outOfTime(request: HttpRequest): PermanentError {
  return new PermanentError('time', `${methodOf(request)} ${place(request.url)} did not end in the time of one invocation`);
}

function hint(status: number): string {
  return status === 401 || status === 403 ? ': check the credentials in the settings of the source' : '';
}

function methodOf({ json, form }: HttpRequest): 'GET' | 'POST' {
  return json === undefined && form === undefined ? 'GET' : 'POST';
}

function place(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function retryAfter(error: unknown): string | undefined {
  return error instanceof RefusedError ? error.refusal.headers['retry-after'] : undefined;
}
