import type { ServerResponse } from 'node:http';
import { half, later, type SentHeaders, send, sendHalf, sendSlowly } from './sending.ts';

/** A page that is not the one that was asked for, with 200: without rows, the one before again, or under a total that is more by so many. */
export type PageFailure = { readonly kind: 'empty-page' | 'repeated-page' } | { readonly kind: 'lying-total'; readonly by: number };

/** What goes wrong on the way, whatever the answer is. `hang` sends nothing and `stall` half a body, then both wait until the server or the client ends it. */
export type Mishap =
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'trickle'; readonly everyMs: number }
  | { readonly kind: 'hang' | 'stall' | 'cut' | 'cut-chunked' | 'html' | 'incomplete-json' };

/** How an answer fails: an error in the source's own shape, a wrong page, or a mishap. */
export type Failure =
  | PageFailure
  | { readonly kind: 'error'; readonly status: number; readonly error: object; readonly headers?: Readonly<Record<string, string>> }
  | Mishap;

/** An answer as it was meant. */
export interface Meant {
  readonly status: number;
  readonly headers: SentHeaders;
  readonly bytes: Buffer;
  /** What the page of a proxy repeats of the request. */
  readonly echo?: string;
}

/** Which answers fail: so many good ones come first (none), then so many fail (all). */
export interface FailingAnswers {
  readonly after?: number;
  readonly times?: number;
}

/** The failures that a stand-in was told. */
export interface Failures<Kind> {
  add(failure: Kind, which?: FailingAnswers): void;
  /** The failure of the answer at hand; undefined where it is a good one. */
  next(): Kind | undefined;
  /** Forgets them all. */
  clear(): void;
}

const JSON_TYPE = { 'content-type': 'application/json; charset=UTF-8' };

/** A list of failures, which end one after the other. */
export function failures<Kind = Failure>(): Failures<Kind> {
  const list: { readonly failure: Kind; after: number; left: number }[] = [];
  return {
    add: (failure, { after = 0, times = Number.POSITIVE_INFINITY } = {}) => void list.push({ failure, after, left: times }),
    next() {
      const next = list.find(({ left }) => left > 0);
      if (next === undefined) return undefined;
      if (next.after > 0) {
        next.after -= 1;
        return undefined;
      }
      next.left -= 1;
      return next.failure;
    },
    clear: () => void list.splice(0),
  };
}

/** Sends a body, or what a failure makes of it; the body of a page that is wrong is for the stand-in to make. */
export function sendFailing(response: ServerResponse, body: object, failure: Failure | undefined): void {
  if (failure?.kind === 'error') send(response, failure.status, { ...JSON_TYPE, ...failure.headers }, Buffer.from(JSON.stringify({ error: failure.error })));
  else sendWith(response, { status: 200, headers: JSON_TYPE, bytes: Buffer.from(JSON.stringify(body)) }, failure);
}

/** Sends an answer, or what a mishap makes of it. */
export function sendWith(response: ServerResponse, { status, headers, bytes, echo = '' }: Meant, mishap: Mishap | PageFailure | undefined): void {
  switch (mishap?.kind) {
    case 'hang':
      break;
    case 'html':
      send(response, 200, { 'content-type': 'text/html; charset=utf-8' }, Buffer.from(`<!doctype html><title>Sign in</title><pre>${echo}</pre>`));
      break;
    case 'incomplete-json':
      send(response, 200, headers, half(bytes));
      break;
    case 'stall':
    case 'cut':
    case 'cut-chunked':
      sendHalf(response, headers, bytes, mishap.kind);
      break;
    case 'trickle':
      sendSlowly(response, headers, bytes, mishap.everyMs);
      break;
    case 'slow':
      later(mishap.delayMs, response, () => send(response, status, headers, bytes));
      break;
    default:
      send(response, status, headers, bytes);
  }
}
