import { compareVersions, parseRawName } from '../../shared/names.ts';
import type { ObjectInfo } from '../../shared/object-store/object-store.ts';
import { CommandError } from './cli-error.ts';
import type { Pipeline } from './pipeline.ts';

/** The live raw objects of a stream whose dates lie within two days, both included; the oldest version first. */
export async function rawObjects(pipeline: Pipeline, stream: string, from = '', to = '9999-12-31'): Promise<readonly ObjectInfo[]> {
  const found: (ObjectInfo & { readonly runTime: string })[] = [];
  for await (const object of pipeline.raw.list(`${stream}/`)) {
    const raw = parseRawName(object.name);
    if (raw !== undefined && raw.date >= from && raw.date <= to) found.push({ ...object, runTime: raw.runTime });
  }
  return found.sort(compareVersions);
}

/** Makes a new generation of each raw object, in order, with the gates that a person accepts for it. */
export async function copyOntoThemselves(
  pipeline: Pipeline,
  objects: readonly ObjectInfo[],
  accept: (object: ObjectInfo) => readonly string[],
): Promise<readonly ObjectInfo[]> {
  const copies: ObjectInfo[] = [];
  for (const object of objects) {
    const gates = [...new Set(accept(object))].sort().join('+');
    const copy = await pipeline.raw.copy(object.name, object.generation, object.name, gates === '' ? {} : { accept: gates });
    if (copy === undefined) throw new CommandError(`${object.name} was replaced at the same moment: run the command again`);
    copies.push(copy);
  }
  return copies;
}
