import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Refusal, type StrictBucket, strictBucket } from './strict-bucket.ts';
import { type ApiRequest, readRequest } from './strict-requests.ts';
import { type StrictUploads, strictUploads } from './strict-uploads.ts';

/** What goes wrong with one request; `reset` is the connection. */
export interface Fault {
  /** The request's method id, or `start`, `chunk`, `last` for the requests of an upload, `status` for the question how far it is. */
  readonly at: string;
  readonly kind: number | 'reset';
  /** Before the request did anything, when half of its body has come, or when all is done and only the answer is lost. */
  readonly when: 'before' | 'halfway' | 'after';
  /** How many requests; default 1. */
  times?: number;
}

/** Cloud Storage's JSON API with one bucket, on loopback, in this process. */
export interface StrictStorage {
  readonly url: string;
  readonly bucket: StrictBucket;
  readonly faults: Fault[];
  /** What is done just before a request of that kind is looked at, once. */
  readonly meanwhile: Map<string, () => unknown>;
  /** Changes the next finished upload, or the next download, on its way. */
  corrupt: 'upload' | 'download' | undefined;
  /** Ends the next download in the middle. */
  cut: boolean;
  /** How many bytes each request of an upload brought. */
  readonly chunks: number[];
  /** What was refused, as `404 notFound`. */
  readonly refusals: Set<string>;
  /** Requests that the API would not take, or not twice; a test expects none. */
  readonly violations: readonly string[];
  close(): Promise<void>;
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

const SESSION = 'upload_id';
const REASONS = new Map([
  [403, 'retentionPolicyNotMet'],
  [404, 'notFound'],
  [408, 'timeout'],
  [409, 'conflict'],
  [412, 'conditionNotMet'],
  [429, 'rateLimitExceeded'],
]);

/** Starts it with an empty bucket of that name. */
export async function startStrictStorage(name: string): Promise<StrictStorage> {
  const bucket = strictBucket(name);
  const uploads = strictUploads(bucket);
  const violations: string[] = [];
  const state = {
    bucket,
    violations,
    chunks: [] as number[],
    refusals: new Set<string>(),
    faults: [] as Fault[],
    meanwhile: new Map<string, () => unknown>(),
    cut: false,
  };
  const storage: StrictStorage = Object.assign(state, { url: '', corrupt: undefined, close: async () => {} });
  const server = createServer((request, response) => {
    const call = { request, response, url: new URL(request.url ?? '/', storage.url) };
    serve(storage, uploads, call).catch((error: unknown) => {
      if (response.destroyed) return;
      if (!(error instanceof Refusal)) violations.push(error instanceof Error ? error.message : 'unknown');
      const { status, reason } = error instanceof Refusal ? error : new Refusal(400, 'invalid');
      refuse(storage, response, status, reason);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(storage, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  });
}

async function serve(storage: StrictStorage, uploads: StrictUploads, call: Call): Promise<void> {
  const session = call.url.searchParams.get(SESSION);
  if (session === null) return await serveMethod(storage, uploads, call);
  const { method, headers } = call.request;
  if (method !== 'PUT') throw new Error(`an upload takes PUT, not ${method}`);
  const range = uploads.range(session, headers['content-range'], headers['content-length']);
  const fault = await takeFault(storage, range.kind);
  if (fault?.when === 'before') return fail(storage, call, fault);
  const body = await readBody(call.request, fault?.when === 'halfway');
  if (fault?.when === 'halfway') {
    uploads.keep(session, range, body);
    return fail(storage, call, fault);
  }
  if (range.kind !== 'status') storage.chunks.push(body.length);
  const answer = uploads.take(session, range, storage.corrupt === 'upload' ? flipped(body) : body);
  if (answer.resource !== undefined) storage.corrupt = undefined;
  if (fault !== undefined) return fail(storage, call, fault);
  if (answer.resource !== undefined) return send(call.response, 200, answer.resource);
  const kept = answer.kept === 0 ? {} : { range: `bytes=0-${answer.kept - 1}` };
  call.response.writeHead(308, kept).end();
}

async function serveMethod(storage: StrictStorage, uploads: StrictUploads, call: Call): Promise<void> {
  const request = readRequest(call.request.method ?? '', call.url, (await readBody(call.request, false)).toString());
  const isStart = request.id === 'storage.objects.insert';
  const fault = await takeFault(storage, isStart ? 'start' : request.id);
  if (fault?.when === 'before') return fail(storage, call, fault);
  if (isStart) return start(storage, uploads, call, request, fault);
  if (request.query.get('alt') === 'media') return download(storage, call, request);
  const answer = storage.bucket.answer(request);
  if (fault !== undefined) return fail(storage, call, fault);
  send(call.response, answer === undefined ? 204 : 200, answer);
}

function start(storage: StrictStorage, uploads: StrictUploads, call: Call, request: ApiRequest, fault: Fault | undefined): void {
  if (request.query.get('uploadType') !== 'resumable') throw new Error('only resumable uploads are known');
  const id = uploads.start(request);
  const location = `${storage.url}${call.url.pathname}?uploadType=resumable&${SESSION}=${id}`;
  if (fault === undefined) call.response.writeHead(200, { location }).end();
  else fail(storage, call, fault);
}

function download(storage: StrictStorage, { response }: Call, request: ApiRequest): void {
  const { bytes, generation, resource } = storage.bucket.find(request);
  const encoding = resource['contentEncoding'] === 'gzip' ? 'gzip' : undefined;
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': bytes.length,
    'x-goog-generation': generation,
    'x-goog-hash': `crc32c=${resource['crc32c']}`,
    'x-goog-stored-content-encoding': encoding ?? 'identity',
    ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
  });
  const sent = storage.corrupt === 'download' ? flipped(bytes) : bytes;
  storage.corrupt = undefined;
  if (!storage.cut) response.end(sent);
  else response.write(sent.subarray(0, bytes.length / 2), () => response.destroy());
  storage.cut = false;
}

async function takeFault({ faults, meanwhile }: StrictStorage, at: string): Promise<Fault | undefined> {
  const act = meanwhile.get(at);
  meanwhile.delete(at);
  await act?.();
  const index = faults.findIndex((fault) => fault.at === at);
  const fault = faults[index];
  if (fault === undefined) return undefined;
  fault.times = (fault.times ?? 1) - 1;
  if (fault.times === 0) faults.splice(index, 1);
  return fault;
}

function fail(storage: StrictStorage, { request, response }: Call, { kind }: Fault): void {
  if (kind === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  request.resume();
  const reason = REASONS.get(kind) ?? 'backendError';
  refuse(storage, response, kind, reason);
}

function refuse({ refusals }: StrictStorage, response: ServerResponse, status: number, reason: string): void {
  refusals.add(`${status} ${reason}`);
  send(response, status, { error: { code: status, message: reason, errors: [{ domain: 'global', reason, message: reason }] } });
}

async function readBody(request: IncomingMessage, isHalf: boolean): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const half = Number(request.headers['content-length']) / 2;
  let size = 0;
  for await (const chunk of isHalf ? request.iterator({ destroyOnReturn: false }) : request) {
    chunks.push(chunk);
    size += chunk.length;
    if (isHalf && size >= half) break;
  }
  return Buffer.concat(chunks);
}

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) copy.writeUInt8(copy.readUInt8(0) ^ 1, 0);
  return copy;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' }).end(body === undefined ? undefined : JSON.stringify(body));
}
