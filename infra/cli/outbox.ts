import type { ObjectInfo, ObjectStore } from '../../shared/object-store/object-store.ts';
import type { Pipeline } from './pipeline.ts';

/** Younger work may still be on its way: `deliver` is tried again with longer and longer waits. */
export const WAITING_MS = 3_600_000;

/** The objects of OUTBOX that have waited over an hour; none where the settings name no bucket. */
export async function undelivered({ outbox, now }: Pipeline): Promise<readonly ObjectInfo[]> {
  const newest = now().getTime() - WAITING_MS;
  const found: ObjectInfo[] = [];
  for await (const object of outbox?.list('') ?? []) if (Date.parse(object.created) <= newest && !object.name.endsWith('/')) found.push(object);
  return found;
}

/** Makes the events of these objects happen again; resolves to what is still there afterwards. */
export async function redrive(pipeline: Pipeline, objects: readonly ObjectInfo[]): Promise<readonly ObjectInfo[]> {
  const { outbox } = pipeline;
  if (outbox === undefined) return objects;
  const names: string[] = [];
  for (const object of objects) if ((await pipeline.again(outbox, object)) !== undefined) names.push(object.name);
  await pipeline.settle(async () => (await remaining(outbox, names)).length === 0);
  return await remaining(outbox, names);
}

/** The objects of these names that are still there. */
export async function remaining(outbox: ObjectStore, names: readonly string[]): Promise<readonly ObjectInfo[]> {
  const found: ObjectInfo[] = [];
  for (const name of names) {
    const object = await outbox.stat(name);
    if (object !== undefined) found.push(object);
  }
  return found;
}
