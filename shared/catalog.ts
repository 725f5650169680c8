import type { Source } from './source.ts';
import type { Stream } from './stream.ts';
import { builtInStreams } from './streams/index.ts';

/** The streams of one deployment, built-in ones included, found by name. */
export interface Catalog {
  /** Without the built-in streams, in order of declaration. */
  readonly streams: readonly Stream[];
  readonly sources: readonly Source[];
  find(source: string, stream: string): Stream | undefined;
}

/** Makes the catalog of a list of streams; throws where two have the same name or fill the same table. */
export function catalog(streams: readonly Stream[]): Catalog {
  const byId = new Map<string, Stream>();
  const tables = new Set<string>();
  for (const stream of [...builtInStreams, ...streams]) {
    const table = `${stream.table.dataset}.${stream.table.name}`;
    if (byId.has(stream.id)) throw new Error(`stream "${stream.id}" is listed twice`);
    if (tables.has(table)) throw new Error(`table "${table}" is filled by two streams`);
    byId.set(stream.id, stream);
    tables.add(table);
  }
  return {
    streams,
    sources: [...new Set(streams.map((stream) => stream.source))],
    find: (source, stream) => byId.get(`${source}/${stream}`),
  };
}
