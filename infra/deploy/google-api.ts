import { setTimeout as wait } from 'node:timers/promises';
import { PermanentError, TransientError } from '../../shared/errors.ts';

/** Google's REST APIs, as one person or deployment. */
export interface GoogleApi {
  /** Sends a request and reads its JSON; throws PermanentError where Google refuses it, TransientError where it has no answer after all tries. */
  ask(request: ApiRequest): Promise<Readonly<Record<string, unknown>>>;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly url: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface GoogleApiOptions {
  readonly token: string;
  /** Billed for the requests, and asked whether the API is on. */
  readonly project: string;
  /** What is done between two tries; default: it waits for 1, 2, 4 … seconds. */
  readonly pause?: (attempt: number) => Promise<unknown>;
}

const ATTEMPTS = 5;
const TIMEOUT_MS = 60_000;

/** Makes a client; every request carries the token and is tried up to five times where Google says that it may work later. */
export function googleApi({ token, project, pause = (attempt) => wait(1000 * 2 ** (attempt - 1)) }: GoogleApiOptions): GoogleApi {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-goog-user-project': project };
  return {
    ask: async (request) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await send(request, headers);
        } catch (error) {
          if (!(error instanceof TransientError) || attempt === ATTEMPTS) throw error;
          await pause(attempt);
        }
      }
    },
  };
}

/** The members of an answer's object; none where it is no object. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {};
}

/** The elements of an answer's array; an empty one is left out by Google. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

async function send({ method, url, query = {}, body }: ApiRequest, headers: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>> {
  const address = new URL(url);
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const place = `${method} ${address.host}${address.pathname}`;
  let status: number;
  let text: string;
  try {
    const response = await fetch(address, { method, headers, signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    status = response.status;
    text = await response.text();
  } catch (error) {
    throw new TransientError('network', `${place}: no answer`, { cause: error });
  }
  if (status >= 200 && status < 300) return membersOf(text === '' ? {} : JSON.parse(text));
  const message = `${place}: ${status} ${reasonIn(text)}`;
  throw status === 429 || status >= 500 ? new TransientError(String(status), message) : new PermanentError(String(status), message);
}

/** Google's own words for a refusal. */
function reasonIn(text: string): string {
  try {
    const { status, message } = membersOf(membersOf(JSON.parse(text))['error']);
    return `${String(status ?? '')} ${String(message ?? '')}`.trim();
  } catch {
    return text.slice(0, 200);
  }
}
