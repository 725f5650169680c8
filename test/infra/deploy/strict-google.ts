import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a method answers; a refusal is a status with Google's error shape. */
export interface Reply {
  readonly status?: number;
  readonly json: unknown;
}

export interface ApiCall {
  readonly name: string;
  /** The part of the path that the pattern has in brackets. */
  readonly names: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One method of an API: its verb and path, the query parameters and members of the body that Google documents, and those that must be there. */
export interface ApiMethod {
  readonly method: string;
  readonly path: RegExp;
  readonly query?: readonly string[];
  readonly body?: readonly string[];
  readonly required?: readonly string[];
  answer(call: ApiCall): Reply;
}

export interface StrictApi {
  readonly url: string;
  readonly calls: ApiCall[];
  /** What was asked that Google would refuse, and why. */
  readonly violations: string[];
  close(): Promise<void>;
}

export const TOKEN = 'the-token';

/** Serves methods on loopback and refuses what is not documented of them. */
export async function startStrictApi(methods: Readonly<Record<string, ApiMethod>>): Promise<StrictApi> {
  const calls: ApiCall[] = [];
  const violations: string[] = [];
  const server = createServer(async (request, response) => {
    const text = await bodyOf(request);
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const { status = 200, json } = reply(methods, request, url, text, calls, violations);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, calls, violations, close: () => closed(server) };
}

/** A client that keeps its connection would keep the server. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

export function refusal(code: number, status: string, message: string): Reply {
  return { status: code, json: { error: { code, status, message } } };
}

/** Forty hexadecimal digits, as a commit has. */
export function sha(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

function reply(methods: Readonly<Record<string, ApiMethod>>, request: IncomingMessage, url: URL, text: string, calls: ApiCall[], violations: string[]): Reply {
  const path = decodeURIComponent(url.pathname);
  const found = Object.entries(methods).find(([, { method, path: pattern }]) => method === request.method && pattern.test(path));
  const wrong = (why: string) => {
    violations.push(why);
    return refusal(400, 'INVALID_ARGUMENT', why);
  };
  if (request.headers.authorization !== `Bearer ${TOKEN}`) return refusal(401, 'UNAUTHENTICATED', 'no credentials');
  if (found === undefined) return wrong(`there is no ${request.method} ${path}`);
  const [name, method] = found;
  const query = Object.fromEntries(url.searchParams);
  const body: Record<string, unknown> = text === '' ? {} : JSON.parse(text);
  for (const key of Object.keys(query)) if (!method.query?.includes(key)) return wrong(`${name} has no parameter ${key}`);
  for (const key of Object.keys(body)) if (!method.body?.includes(key)) return wrong(`${name}: the body must not have ${key}`);
  for (const key of method.required ?? []) if (body[key] === undefined && query[key] === undefined) return wrong(`${name} needs ${key}`);
  const call = { name, names: method.path.exec(path)?.slice(1) ?? [], query, body };
  calls.push(call);
  return method.answer(call);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
