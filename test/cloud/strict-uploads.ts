import { randomUUID } from 'node:crypto';
import type { StrictBucket } from './strict-bucket.ts';
import type { ApiRequest } from './strict-requests.ts';

/** What a request of an upload says that it brings. */
export interface UploadRange {
  readonly kind: 'chunk' | 'last' | 'status';
  readonly offset: number;
  /** Undefined where the length is not told beforehand. */
  readonly length: number | undefined;
}

/** The sessions of resumable uploads. */
export interface StrictUploads {
  /** Opens a session; the precondition is looked at here and again at the end. */
  start(request: ApiRequest): string;
  range(session: string, contentRange: string | undefined, contentLength: string | undefined): UploadRange;
  /** Keeps what has come of a broken request, in whole units. */
  keep(session: string, range: UploadRange, bytes: Buffer): void;
  /** Takes a whole request; the last one makes the object. A session that has made it answers with it for ever. */
  take(session: string, range: UploadRange, bytes: Buffer): { readonly kept: number; readonly resource?: unknown };
}

interface Session {
  readonly request: ApiRequest;
  kept: Buffer;
  resource?: unknown;
}

const UNIT = 256 * 1024;

export function strictUploads(bucket: StrictBucket): StrictUploads {
  const sessions = new Map<string, Session>();

  function sessionOf(id: string): Session {
    const session = sessions.get(id);
    if (session === undefined) throw new Error(`no upload session ${id}`);
    return session;
  }

  function keep(id: string, { offset }: UploadRange, bytes: Buffer): void {
    const session = sessionOf(id);
    if (offset !== session.kept.length) throw new Error(`a chunk starts at ${offset}, but ${session.kept.length} bytes are there`);
    session.kept = Buffer.concat([session.kept, bytes.subarray(0, bytes.length - (bytes.length % UNIT))]);
  }

  return {
    start(request) {
      bucket.check(request.query.get('name') ?? '', request.query);
      const id = randomUUID();
      sessions.set(id, { request, kept: Buffer.alloc(0) });
      return id;
    },
    range(id, contentRange = '', contentLength) {
      sessionOf(id);
      if (contentRange === 'bytes */*') return { kind: 'status', offset: 0, length: 0 };
      if (contentRange === 'bytes 0-*/*') return { kind: 'last', offset: 0, length: undefined };
      const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(contentRange) ?? [];
      if (first === undefined || last === undefined) throw new Error(`cannot read the content-range ${contentRange}`);
      const [offset, length] = [Number(first), Number(last) - Number(first) + 1];
      if (String(length) !== contentLength) throw new Error(`the content-range ${contentRange} is not ${contentLength} bytes`);
      if (total === '*' && length % UNIT !== 0) throw new Error(`a chunk that is not the last has ${length} bytes`);
      if (total !== '*' && Number(total) !== Number(last) + 1) throw new Error(`the last chunk ends before its end: ${contentRange}`);
      return { kind: total === '*' ? 'chunk' : 'last', offset, length };
    },
    keep,
    take(id, range, bytes) {
      const session = sessionOf(id);
      if (session.resource !== undefined) return { kept: session.kept.length, resource: session.resource };
      if (range.kind === 'status') return { kept: session.kept.length };
      if (range.length !== undefined && range.length !== bytes.length) throw new Error(`${bytes.length} bytes came, ${range.length} were announced`);
      if (range.kind === 'chunk') {
        keep(id, range, bytes);
        return { kept: session.kept.length };
      }
      if (range.offset !== session.kept.length) throw new Error(`the last chunk starts at ${range.offset}, but ${session.kept.length} bytes are there`);
      const { query, resource } = session.request;
      const name = query.get('name') ?? '';
      bucket.check(name, query);
      session.resource = bucket.put(name, Buffer.concat([session.kept, bytes]), resource).resource;
      return { kept: session.kept.length, resource: session.resource };
    },
  };
}
