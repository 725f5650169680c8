import type { Catalog } from '../../shared/catalog.ts';
import { createObject, type ObjectInfo, type ObjectStore } from '../../shared/object-store/object-store.ts';
import { parseRawName } from '../../shared/names.ts';
import type { Pipeline } from './pipeline.ts';

/** The day that the generated files are of, and their name: found again, and replaced, by the next start. */
const FOLDER = '2021-02-01';
const FILE = 'sample.csv';

/** Streams that live on dropped files. */
export interface Samples {
  readonly dropped: readonly ObjectInfo[];
  /** Streams whose own files are there, so that nothing was made up for them. */
  readonly own: readonly string[];
}

/** Whether a generated file is there, or an answer of a source that a stand-in plays. */
export async function hasSamples(raw: ObjectStore, { streams }: Catalog, played: ReadonlySet<string>): Promise<boolean> {
  for (const { id, source } of streams) {
    if ((await raw.stat(`${id}/${FOLDER}/${FILE}`)) !== undefined) return true;
    if (!played.has(source.name)) continue;
    for await (const { name } of raw.list(`${id}/`)) if (['run', 'backfill'].includes(parseRawName(name)?.kind ?? '')) return true;
  }
  return false;
}

/** Drops a generated file for every stream that is only dropped and that nobody has dropped a file for. */
export async function dropSamples({ raw, catalog }: Pipeline, seed: number): Promise<Samples> {
  const { generateCsvExports } = await import('../local/stand-ins/csv-exports.ts');
  const dropped: ObjectInfo[] = [];
  const own: string[] = [];
  for (const { stream, text } of generateCsvExports(seed)) {
    if (!catalog.streams.some(({ id }) => id === stream)) continue;
    const name = `${stream}/${FOLDER}/${FILE}`;
    let live: ObjectInfo | undefined;
    let hasOwn = false;
    for await (const object of raw.list(`${stream}/`)) {
      if (object.name === name) live = object;
      else hasOwn = true;
    }
    if (hasOwn) own.push(stream);
    else {
      const object = await createObject(raw, name, text, { ifGenerationMatch: live?.generation ?? '0' });
      if (object !== undefined) dropped.push(object);
    }
  }
  return { dropped, own };
}
