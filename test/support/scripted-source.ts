import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a source was asked. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** Counts from 1. */
  readonly at: number;
}

/** How a source answers; an object is sent as JSON, bytes as they are. `cut` ends the connection in the middle of the body, `hang` never answers. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object;
  readonly cut?: boolean;
  readonly hang?: boolean;
}

/** A source of a test's own making, on a loopback port that the system chooses. */
export interface ScriptedSource {
  readonly baseUrl: string;
  readonly asked: readonly Asked[];
  /** What it answers from now on; forgets what it was asked. */
  script(reply: (asked: Asked) => Reply): void;
  stop(): Promise<void>;
}

/** Starts it; until a script is there, it answers 404. */
export async function startScriptedSource(): Promise<ScriptedSource> {
  let reply: (asked: Asked) => Reply = () => ({ status: 404 });
  let asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://scripted');
    const headers = request.headers as Record<string, string | undefined>;
    const one = { method: request.method ?? '', path: pathname, query: Object.fromEntries(searchParams), headers, body: Buffer.concat(chunks).toString() };
    const seen = { ...one, at: asked.length + 1 };
    asked.push(seen);
    send(response, reply(seen));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get asked() {
      return asked;
    },
    script(next) {
      reply = next;
      asked = [];
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function send(response: ServerResponse, { status = 200, headers = {}, body = '', cut, hang }: Reply): void {
  if (hang === true) return;
  const bytes = Buffer.from(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length, ...headers });
  if (cut !== true) response.end(bytes);
  else response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}
