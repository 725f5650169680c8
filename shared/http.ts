import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import got, { RequestError, TimeoutError } from 'got';
import { isTransientStatus, PermanentError, TransientError } from './errors.ts';

export interface HttpRequest {
  readonly url: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a client is made of; everything has a default that suits an API of a CRM. */
export interface HttpOptions {
  readonly tries: number;
  /** The wait before the second try, in milliseconds; it doubles with every further one. */
  readonly firstDelayMs: number;
  /** A longer `Retry-After` is left to the redelivery of the event. */
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

/** An answer that is not 2xx; nothing of it is kept but its status and when to come back. */
class StatusError extends Error {
  readonly status: number;
  readonly retryAfter: string | undefined;

  constructor(status: number, retryAfter: string | undefined) {
    super(`status ${status}`);
    this.name = 'StatusError';
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** Reads an answer's body to its end; called once a try. */
export type ReadBody<Result> = (body: AsyncIterable<Buffer>) => Promise<Result>;

/**
 * GETs a URL and hands the body of a 2xx answer to `read`, with a timeout on every phase; failures that may go away are
 * tried again. Throws TransientError or PermanentError, whose messages name host, path and status, never the query, a
 * header or a body: vendors echo credentials there.
 */
export async function getBody<Result>(request: HttpRequest, options: HttpOptions, signal: AbortSignal, read: ReadBody<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryOnce(request, options, signal, read);
    } catch (error) {
      const failure = httpFailure(request, error, signal);
      if (failure instanceof PermanentError || attempt >= options.tries) throw failure;
      const delay = retryDelay(attempt, retryAfter(error), options);
      if (delay > options.maxDelayMs) throw failure;
      await wait(delay, undefined, { signal }).catch(() => {
        throw outOfTime(request);
      });
    }
  }
}

/** Milliseconds until the next try: what the server asks for, else the first delay doubled for each try, with up to a fifth added. */
export function retryDelay(attempt: number, header: string | undefined, options: Pick<HttpOptions, 'firstDelayMs' | 'now' | 'jitter'>): number {
  const seconds = header === undefined ? Number.NaN : Number(header);
  if (header !== undefined && header.trim() !== '' && seconds >= 0) return seconds * 1000;
  const date = header === undefined ? Number.NaN : Date.parse(header);
  if (!Number.isNaN(date)) return Math.max(0, date - options.now().getTime());
  const delay = options.firstDelayMs * 2 ** (attempt - 1);
  return delay + (delay * options.jitter()) / 5;
}

async function tryOnce<Result>(request: HttpRequest, options: HttpOptions, signal: AbortSignal, read: ReadBody<Result>): Promise<Result> {
  const stream = got.stream(request.url, {
    searchParams: request.query,
    headers: request.headers,
    retry: { limit: 0 },
    // got's own error for a status holds the whole URL, keys included.
    throwHttpErrors: false,
    // A redirect could carry the key to another host.
    followRedirect: false,
    timeout: { connect: options.connectTimeoutMs, secureConnect: options.connectTimeoutMs, response: options.responseTimeoutMs, socket: options.idleTimeoutMs },
    signal,
  });
  // An error that comes after the body was given up must not reach the framework, which prints it.
  stream.on('error', () => {});
  try {
    return await read(bodyOf2xx(stream));
  } finally {
    stream.destroy();
  }
}

/** The body of a 2xx answer; any other status is thrown before its body is looked at. Listens at once: the answer may come before anybody reads. */
function bodyOf2xx(stream: ReturnType<typeof got.stream>): AsyncIterable<Buffer> {
  let refusal: StatusError | undefined;
  stream.once('response', ({ statusCode, headers }: IncomingMessage & { statusCode: number }) => {
    if (statusCode < 200 || statusCode > 299) refusal = new StatusError(statusCode, headers['retry-after']);
  });
  return (async function* () {
    for await (const chunk of stream) {
      if (refusal !== undefined) break;
      yield chunk as Buffer;
    }
    if (refusal !== undefined) throw refusal;
  })();
}

function httpFailure(request: HttpRequest, error: unknown, signal: AbortSignal): TransientError | PermanentError {
  if (error instanceof PermanentError || error instanceof TransientError) return error;
  if (signal.aborted) return outOfTime(request);
  const where = `GET ${place(request.url)}`;
  if (error instanceof StatusError) {
    const { status } = error;
    const message = `${where} answered ${status}`;
    return isTransientStatus(status) ? new TransientError(`http_${status}`, message) : new PermanentError(`http_${status}`, `${message}${hint(status)}`);
  }
  if (error instanceof TimeoutError) return new TransientError('timeout', `${where} timed out (${error.event})`);
  if (error instanceof RequestError) return new TransientError('network', `${where} failed: ${error.code}`);
  throw error;
}

function outOfTime(request: HttpRequest): PermanentError {
  return new PermanentError('time', `GET ${place(request.url)} did not end in the time of one invocation: narrow the window (--from, --to)`);
}

function hint(status: number): string {
  return status === 401 || status === 403 ? ': check the credentials in the settings of the source' : '';
}

function place(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function retryAfter(error: unknown): string | undefined {
  return error instanceof StatusError ? error.retryAfter : undefined;
}
