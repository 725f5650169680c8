import { catalog } from '../../shared/catalog.ts';
import type { Source } from '../../shared/source.ts';
import type { Stream } from '../../shared/stream.ts';
import { streams } from '../../shared/streams/index.ts';
import { UsageError } from './cli-error.ts';

/** The streams that this code knows. */
export const deployed = catalog(streams);

/** A source, or one stream of it. */
export interface Target {
  readonly source: Source;
  /** Undefined where all of them are meant. */
  readonly stream: Stream | undefined;
}

/** Reads `<source>/<stream>`; throws UsageError that lists what there is. */
export function streamNamed(id: string): Stream {
  const stream = deployed.streams.find((candidate) => candidate.id === id);
  if (stream === undefined) throw new UsageError(`is not a stream; there are ${deployed.streams.map((candidate) => candidate.id).join(', ')}`);
  return stream;
}

/** Reads `<source>` or `<source>/<stream>`; throws UsageError that lists what there is. */
export function targetNamed(name: string): Target {
  const source = deployed.sources.find((candidate) => candidate.name === name);
  if (source !== undefined) return { source, stream: undefined };
  if (!name.includes('/')) throw new UsageError(`is not a source; there are ${deployed.sources.map((candidate) => candidate.name).join(', ')}`);
  const stream = streamNamed(name);
  return { source: stream.source, stream };
}
