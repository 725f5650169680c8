import type { IncomingMessage } from 'node:http';
import { losesDigits } from '../../shared/crm/json.ts';
import { HttpError } from './http-error.ts';

/** The most a body may have; a contact with 200 properties has a hundredth of it. */
export const MAX_BODY_BYTES = 1_048_576;
const MAX_DEPTH = 20;
const FORBIDDEN_KEY = '__proto__';

/** Reads a JSON body; undefined where there is none. Throws HttpError (400, 413, 415) that quotes nothing of it. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const bytes = await readBytes(request);
  if (bytes.length === 0) return undefined;
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  if (!/^application\/(?:[\w.-]+\+)?json$/i.test(type.trim())) {
    throw new HttpError('REQ_UNSUPPORTED_MEDIA_TYPE', 'The body must be JSON: send Content-Type: application/json', undefined, { accept: 'application/json' });
  }
  return parse(bytes);
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw new HttpError('REQ_UNSUPPORTED_MEDIA_TYPE', 'The body must not be compressed', undefined, { 'accept-encoding': 'identity' });
  }
  // The framework's parsers have read it where this server was not taken over in time.
  if ('rawBody' in request && Buffer.isBuffer(request.rawBody)) return within(request.rawBody);
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function within(bytes: Buffer): Buffer {
  if (bytes.length > MAX_BODY_BYTES) throw tooLarge();
  return bytes;
}

function tooLarge(): HttpError {
  return new HttpError('REQ_TOO_LARGE', `The body is larger than ${MAX_BODY_BYTES} bytes`, undefined, { connection: 'close' });
}

function parse(bytes: Buffer): unknown {
  let value: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw new HttpError('VAL_INVALID_INPUT', 'The body is not valid JSON in UTF-8');
  }
  refuseHostile(value, 0);
  if (losesDigits(text)) throw new HttpError('VAL_INVALID_INPUT', 'The body has a whole number that loses digits (beyond 2^53): send it as a text');
  return value;
}

/** Names that would change objects, texts that PostgreSQL cannot keep, numbers that would go on as null, and nesting that no CRM takes. */
function refuseHostile(value: unknown, depth: number): void {
  if (typeof value === 'string') refuseText(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new HttpError('VAL_INVALID_INPUT', 'The body has a number beyond ±1.8e308');
  if (typeof value !== 'object' || value === null) return;
  if (depth >= MAX_DEPTH) throw new HttpError('VAL_INVALID_INPUT', `The body is nested more than ${MAX_DEPTH} levels deep`);
  for (const [key, member] of Object.entries(value)) {
    if (key === FORBIDDEN_KEY) throw new HttpError('VAL_INVALID_INPUT', 'The body has a member named __proto__');
    refuseText(key);
    refuseHostile(member, depth + 1);
  }
}

function refuseText(text: string): void {
  if (text.includes('\0') || !text.isWellFormed()) throw new HttpError('VAL_INVALID_INPUT', 'The body has a text with a NUL or half a character');
}
