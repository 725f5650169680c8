import { setTimeout as wait } from 'node:timers/promises';
import type { ServiceProcess } from './service-process.ts';
import { API_KEY } from './world.ts';

/** What was answered at last. */
export interface Answered {
  readonly status: number;
  readonly body: { readonly data?: { readonly results?: Readonly<Record<string, { readonly outcome: string }>> } };
  /** Requests that came to no answer, or to one that asks for a repeat. */
  readonly repeats: number;
}

const USER = 'shop-1';
const AGAIN_MS = 50;
const MAX_REPEATS = 2_000;

/** Sends a request until it is answered for good, always with the same key, as a careful caller does. */
export async function sendUntilAnswered(sync: ServiceProcess, method: string, path: string, body: unknown, key: string): Promise<Answered> {
  for (let repeats = 0; repeats < MAX_REPEATS; repeats += 1) {
    const response = await tried(sync, method, path, body, key);
    if (response !== undefined && !isForRepeat(response.status)) return { status: response.status, body: JSON.parse(response.text), repeats };
    await wait(AGAIN_MS);
  }
  throw new Error(`${method} ${path} was not answered after ${MAX_REPEATS} repeats`);
}

async function tried({ url }: ServiceProcess, method: string, path: string, body: unknown, key: string) {
  if (url === undefined) return undefined;
  const headers = { 'content-type': 'application/json', 'x-api-key': API_KEY, 'x-user-id': USER, 'idempotency-key': key };
  try {
    const response = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
    return { status: response.status, text: await response.text() };
  } catch {
    return undefined;
  }
}

/** 409: the same request is still being worked on, by a process that may be dead. */
function isForRepeat(status: number): boolean {
  return status === 409 || status === 429 || status >= 500;
}
