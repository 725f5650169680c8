import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A command as another process sends it. */
export interface RemoteCommand {
  readonly args: readonly string[];
  /** What relative paths in it are relative to. */
  readonly cwd: string;
}

/** One line of the answer. */
export type Frame = { readonly out: string } | { readonly err: string } | { readonly exit: number };

export interface ControlServer {
  readonly port: number;
  readonly token: string;
  stop(): Promise<void>;
}

/** Runs a command, sending what it writes; resolves to its exit code. */
export type RunCommand = (command: RemoteCommand, send: (frame: Frame) => void) => Promise<number>;

const MAX_BODY = 1_048_576;

/** Takes commands on a loopback port, from processes that know the token only. */
export async function serveControl(run: RunCommand): Promise<ControlServer> {
  const token = randomBytes(32).toString('base64url');
  const server = createServer((request, response) => {
    answer(server, token, run, request, response).catch(() => response.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: portOf(server),
    token,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(server: Server, token: string, run: RunCommand, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A web page can reach loopback under a name of its own (DNS rebinding); it cannot choose the Host header.
  if (request.headers.host !== `127.0.0.1:${portOf(server)}`) return refuse(response, 421);
  if (!isAllowed(request.headers.authorization, token)) return refuse(response, 401);
  if (request.method !== 'POST' || request.url !== '/commands') return refuse(response, 404);
  const command = commandOf(await bodyOf(request));
  if (command === undefined) return refuse(response, 400);
  // Whoever asked may be gone; the command goes on.
  response.on('error', () => {});
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const send = (frame: Frame) => response.write(`${JSON.stringify(frame)}\n`);
  send({ exit: await run(command, send) });
  response.end();
}

/** Compares digests: equal lengths, and a time that tells nothing about where they differ. */
function isAllowed(header: string | undefined, token: string): boolean {
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function commandOf(body: string): RemoteCommand | undefined {
  try {
    const { args, cwd }: Partial<Record<string, unknown>> = JSON.parse(body);
    const isList = Array.isArray(args) && args.every((arg) => typeof arg === 'string');
    return isList && typeof cwd === 'string' ? { args, cwd } : undefined;
  } catch {
    return undefined;
  }
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
