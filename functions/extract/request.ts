import type { Catalog } from '../../shared/catalog.ts';
import { PermanentError } from '../../shared/errors.ts';
import { shellWord } from '../../shared/invocation.ts';
import { isAsked, type Stream } from '../../shared/stream.ts';

/** What a message on `extract-requests` asks for. */
export interface ExtractRequest {
  readonly source: string;
  /** All streams of the source where it names none. */
  readonly streams: readonly Stream[];
  readonly from?: string;
  readonly to?: string;
}

const MEMBERS = new Set(['source', 'stream', 'from', 'to']);

/** Reads `{source, stream?, from?, to?}`; throws PermanentError that says what is wrong with it. */
export function extractRequest(json: unknown, catalog: Catalog): ExtractRequest {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw wrong('it is no JSON object');
  const message = json as Record<string, unknown>;
  const { source, stream, from, to } = message;
  const unknown = Object.keys(message).find((member) => !MEMBERS.has(member));
  if (unknown !== undefined) throw wrong(`it has a member "${unknown.slice(0, 100)}"; known are ${[...MEMBERS].join(', ')}`);
  const textual = [source, stream, from, to].every((value) => value === undefined || typeof value === 'string');
  if (typeof source !== 'string' || !textual) throw wrong('source (and stream, from, to, where they are there) must be text');
  const streams = catalog.streams.filter((candidate) => candidate.source.name === source && (stream === undefined || candidate.name === stream));
  if (streams.length === 0)
    throw wrong(
      `there is no ${stream === undefined ? `source "${source.slice(0, 100)}"` : `stream "${source.slice(0, 100)}/${String(stream).slice(0, 100)}"`}`,
    );
  const asked = streams.filter(isAsked);
  if (asked.length === 0) throw wrong(`${source} is fed by file drops only`);
  return { source, streams: asked, ...(typeof from === 'string' ? { from } : {}), ...(typeof to === 'string' ? { to } : {}) };
}

/** The command that asks for a stream again, over days, both included. */
export function rerunOf(stream: Stream, { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined }): string {
  const window = [from === undefined ? '' : ` --from ${shellWord(from)}`, to === undefined ? '' : ` --to ${shellWord(to)}`];
  return `extract ${stream.id}${window.join('')}`;
}

function wrong(why: string): PermanentError {
  return new PermanentError('request', `the extract request is refused: ${why}`);
}
