import type { ServerResponse } from 'node:http';

export type SentHeaders = Readonly<Record<string, string | number>>;

const TRICKLE_BYTES = 64;

/** One write of the shared bytes: the socket takes what the client can, nothing is copied for a slow one. */
export function send(response: ServerResponse, status: number, headers: SentHeaders, bytes: Buffer): void {
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  response.end(bytes);
}

/** Sends half a body and then nothing: the connection is cut, or stays open until the client or the server ends it. */
export function sendHalf(response: ServerResponse, headers: SentHeaders, bytes: Buffer, how: 'stall' | 'cut' | 'cut-chunked'): void {
  const framing = how === 'cut-chunked' ? { 'transfer-encoding': 'chunked' } : { 'content-length': bytes.length };
  response.writeHead(200, { ...headers, ...framing });
  response.write(half(bytes), () => how !== 'stall' && response.destroy());
}

/** Sends a body a few bytes at a time, so that no pause is long and the whole takes as long as it likes. */
export function sendSlowly(response: ServerResponse, headers: SentHeaders, bytes: Buffer, everyMs: number): void {
  response.writeHead(200, { ...headers, 'content-length': bytes.length });
  let sent = 0;
  const timer = setInterval(() => {
    response.write(bytes.subarray(sent, sent + TRICKLE_BYTES));
    sent += TRICKLE_BYTES;
    if (sent < bytes.length) return;
    clearInterval(timer);
    response.end();
  }, everyMs);
  response.once('close', () => clearInterval(timer));
}

export function later(delayMs: number, response: ServerResponse, then: () => void): void {
  const timer = setTimeout(then, delayMs);
  response.once('close', () => clearTimeout(timer));
}

/** The first half of a body, never cut inside a character: it is the JSON that is incomplete, not the UTF-8. */
export function half(bytes: Buffer): Buffer {
  let end = bytes.length >> 1;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}
