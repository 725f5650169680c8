import { lookup } from 'node:dns/promises';
import { Agent, type AgentOptions } from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import got, { type Got, TimeoutError } from 'got';
import { assertPublic, callableUrl } from './crm/address.ts';
import { type CrmAnswer, type CrmHttp, type CrmRequest, CrmUnreachable, type Unreachable } from './crm/http.ts';

/** How a host is reached. Both steps are behind the check of addresses: neither can open what it closes. */
export interface Transport {
  /** Every address of a host. */
  resolve(host: string): Promise<readonly string[]>;
  /** Opens a connection to an address that has passed; TLS to the host's port 443 where it is missing. */
  connect?(address: string, host: string): Socket;
}

export interface OutsideOptions {
  readonly transport?: Transport;
  /** Until the answer is there, connection and name included. */
  readonly answerTimeoutMs?: number;
  readonly maxAnswerBytes?: number;
  /** Connections to one host. */
  readonly maxSockets?: number;
}

const SYSTEM: Transport = {
  async resolve(host) {
    return (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);
  },
};
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * A client for hosts that users name: https to public addresses, checked when a connection is made with the addresses that are then used, so that a
 * name cannot lead elsewhere a moment later. Redirects are refused, answers limited (4 MiB), connections kept.
 */
export function createOutsideHttp({ transport = SYSTEM, answerTimeoutMs = 6_000, maxAnswerBytes = 4_194_304, maxSockets = 64 }: OutsideOptions = {}): CrmHttp {
  const agent = new CheckingAgent(transport, { keepAlive: true, maxSockets, maxFreeSockets: 16, scheduling: 'lifo' });
  const client = got.extend({
    agent: { https: agent },
    retry: { limit: 0 },
    throwHttpErrors: false,
    followRedirect: false,
    // The library's timer, not a signal of our own joined with the caller's: that was a fifth of what a call costs.
    timeout: { request: answerTimeoutMs },
  });
  return {
    async send(request, signal) {
      const url = callableUrl(request.url);
      if (signal.aborted) throw new CrmUnreachable('time', `there was no time left to call ${url.hostname}`);
      try {
        return await answered(request, url, { client, signal, maxAnswerBytes });
      } catch (error) {
        throw unreachable(error, url.hostname, signal);
      }
    },
  };
}

/** Resolves and checks before each connection, and hands the socket exactly the addresses that have passed. */
class CheckingAgent extends Agent {
  readonly #transport: Transport;

  constructor(transport: Transport, options: AgentOptions) {
    super(options);
    this.#transport = transport;
  }

  override createConnection(options: Parameters<Agent['createConnection']>[0], callback: (error: Error | null, socket: Duplex) => void): undefined {
    const host = String(options.host);
    this.#open(host, options).then(
      (socket) => callback(null, socket),
      (error: unknown) => (callback as (error: unknown) => void)(error),
    );
  }

  async #open(host: string, options: Parameters<Agent['createConnection']>[0]): Promise<Duplex> {
    const addresses = await this.#transport.resolve(host);
    assertPublic(addresses);
    const [first = ''] = addresses;
    if (this.#transport.connect !== undefined) return this.#transport.connect(first, host);
    const socket = super.createConnection({ ...options, lookup: fixed(addresses) } as typeof options);
    if (socket === null || socket === undefined) throw new CrmUnreachable('network', `no connection to ${host}`);
    return socket;
  }
}

/** A lookup that knows one answer. */
function fixed(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_host, options, callback) => {
    const [first = { address: '', family: 4 }] = all;
    if (options.all === true) callback(null, all);
    else callback(null, first.address, first.family);
  };
}

interface Sending {
  readonly client: Got;
  readonly signal: AbortSignal;
  readonly maxAnswerBytes: number;
}

async function answered({ method, headers, json, form }: CrmRequest, url: URL, { client, signal, maxAnswerBytes }: Sending): Promise<CrmAnswer> {
  const body = json === undefined ? (form === undefined ? {} : { form }) : { body: JSON.stringify(json) };
  const stream = client.stream(url, { method, headers, signal, ...body });
  // got sends what it is given; a request without a body has to be ended by hand.
  if (method !== 'GET' && json === undefined && form === undefined) stream.end();
  stream.on('error', () => {});
  try {
    const { statusCode, headers: received } = await new Promise<{ statusCode: number; headers: Record<string, string | string[] | undefined> }>(
      (resolve, reject) => {
        stream.once('response', resolve);
        stream.once('error', reject);
      },
    );
    if (REDIRECTS.has(statusCode))
      throw new CrmUnreachable('address', `${url.hostname} answered with a redirect, which is not followed: give the final address`);
    const text = await textOf(stream as AsyncIterable<Buffer>, url.hostname, maxAnswerBytes);
    const single = Object.entries(received).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value] as const);
    return { status: statusCode, headers: Object.fromEntries(single), cookies: [received['set-cookie'] ?? []].flat(), body: parsed(text) };
  } finally {
    stream.destroy();
  }
}

/** What the body holds after decompression, which is where a small answer becomes a large one. */
async function textOf(body: AsyncIterable<Buffer>, host: string, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new CrmUnreachable('too_large', `${host} answered with more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function unreachable(error: unknown, host: string, callers: AbortSignal): CrmUnreachable {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    if (cause instanceof CrmUnreachable) return cause;
  }
  const [reason, message] = cut(error, host, callers);
  return new CrmUnreachable(reason, message);
}

/** The error of the library is not passed on as a cause: it holds the request, headers included. */
function cut(error: unknown, host: string, callers: AbortSignal): [Unreachable, string] {
  if (callers.aborted) return ['time', `${host} had not answered when the time was over`];
  if (error instanceof TimeoutError) return ['timeout', `${host} did not answer in time`];
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'no code';
  return ['network', `the connection to ${host} failed (${code})`];
}
