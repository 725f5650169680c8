import type { ServerResponse } from 'node:http';
import { half, later, send, sendHalf, sendSlowly } from './sending.ts';

/** A page that is not the one that was asked for, with 200: without rows, the one before again, or under a total that is more by so many. */
export type PageFailure = { readonly kind: 'empty-page' | 'repeated-page' } | { readonly kind: 'lying-total'; readonly by: number };

/** How an answer fails: an error in the source's own shape, or something that goes wrong on the way. `hang` sends nothing, `stall` half a body. */
export type Failure =
  | PageFailure
  | { readonly kind: 'error'; readonly status: number; readonly error: object; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'trickle'; readonly everyMs: number }
  | { readonly kind: 'hang' | 'stall' | 'cut' | 'cut-chunked' | 'html' | 'incomplete-json' };

/** Which answers fail: so many good ones come first (none), then so many fail (all). */
export interface FailingAnswers {
  readonly after?: number;
  readonly times?: number;
}

/** The failures that a stand-in was told. */
export interface Failures {
  add(failure: Failure, which?: FailingAnswers): void;
  /** The failure of the answer at hand; undefined where it is a good one. */
  next(): Failure | undefined;
  /** Forgets them all. */
  clear(): void;
}

const JSON_TYPE = { 'content-type': 'application/json; charset=UTF-8' };

/** A list of failures, which end one after the other. */
export function failures(): Failures {
  const list: { readonly failure: Failure; after: number; left: number }[] = [];
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
  const bytes = Buffer.from(JSON.stringify(body));
  switch (failure?.kind) {
    case 'hang':
      break;
    case 'error':
      send(response, failure.status, { ...JSON_TYPE, ...failure.headers }, Buffer.from(JSON.stringify({ error: failure.error })));
      break;
    case 'html':
      send(response, 200, { 'content-type': 'text/html; charset=utf-8' }, Buffer.from('<!doctype html><title>Sign in</title>'));
      break;
    case 'incomplete-json':
      send(response, 200, JSON_TYPE, half(bytes));
      break;
    case 'stall':
    case 'cut':
    case 'cut-chunked':
      sendHalf(response, JSON_TYPE, bytes, failure.kind);
      break;
    case 'trickle':
      sendSlowly(response, JSON_TYPE, bytes, failure.everyMs);
      break;
    case 'slow':
      later(failure.delayMs, response, () => send(response, 200, JSON_TYPE, bytes));
      break;
    default:
      send(response, 200, JSON_TYPE, bytes);
  }
}
