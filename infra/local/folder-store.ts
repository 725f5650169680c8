import { mkdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CreateOptions, ObjectInfo, ObjectWriter, WorkStore } from '../../shared/object-store/object-store.ts';
import { isForbidden } from './folder-files.ts';
import { createGenerations } from './folder-generations.ts';
import { FORBIDDEN, listNames, type OnLeftOut } from './folder-list.ts';
import { createLock } from './folder-locks.ts';
import { isNamePart, locate } from './folder-names.ts';
import { type Folder, findListedObject, findObject, type LiveObject, publishObject, removeObject } from './folder-objects.ts';
import { type OpenedFile, openFile } from './folder-reader.ts';
import { createTempFile, openTempFolder } from './folder-temp-file.ts';

/** How many objects `list` looks at together; measured: more does not help the four threads of libuv. */
const LIST_AHEAD = 64;

export interface FolderStoreOptions {
  /** Holds `<bucket>/`, and hidden beside it `.meta/<bucket>/` (sidecars) and `.tmp/` (writes before their commit). */
  readonly dir: string;
  readonly bucket: string;
  readonly now: () => Date;
  /**
   * For so long a file that somebody else put there must have been left alone before it becomes an object; default 500. What is copied
   * slower than that goes in under a name that starts with a dot and is renamed.
   */
  readonly settleMs?: number;
  /** Whether a commit waits for the disk; default true. */
  readonly durable?: boolean;
  /** Is told by every list what it leaves out. */
  readonly onLeftOut?: OnLeftOut;
}

/** A bucket that a person can look into: the object `a/b.json` is the file `<dir>/<bucket>/a/b.json`. It keeps live generations only. */
export interface FolderStore extends WorkStore {
  /** The absolute path of that generation while it is the live one. */
  path(name: string, generation: string): Promise<string | undefined>;
  /** What is in the folder and is no object, hidden files excepted: its path there, and why. */
  leftOut(): Promise<ReadonlyMap<string, string>>;
}

/** Opens a bucket on a folder, and makes the folder where there is none; throws on file system errors. */
export async function openFolderStore(options: FolderStoreOptions): Promise<FolderStore> {
  const { bucket, onLeftOut = () => undefined } = options;
  const folder = await openFolder(options);
  return {
    bucket,
    create: (name, createOptions) => createWriter(folder, name, createOptions?.ifGenerationMatch ?? '0', createOptions?.metadata),
    read: async (name, generation, signal) => (await openObject(folder, name, generation))?.chunks(signal),
    stat: async (name) => (await findObject(folder, name))?.info,
    list: (prefix) => listObjects(folder, prefix, onLeftOut),
    copy: (from, generation, to, metadata) => copyObject(folder, from, generation, to, metadata),
    remove: (name, generation) => removeObject(folder, name, generation),
    path: async (name, generation) => (await findGeneration(folder, name, generation))?.path,
    leftOut: () => leftOutOf(folder),
  };
}

async function openFolder({ dir, bucket, now, settleMs = 500, durable = true }: FolderStoreOptions): Promise<Folder> {
  if (bucket.includes('/') || !isNamePart(bucket)) throw new Error(`the folder store refuses the bucket name ${JSON.stringify(bucket)}`);
  await mkdir(join(dir, bucket), { recursive: true });
  const root = await realpath(join(dir, bucket));
  const temp = resolve(dir, '.tmp');
  await openTempFolder(temp, now());
  return { root, sidecars: resolve(dir, '.meta', bucket), temp, now, settleMs, durable, generations: createGenerations(now), lock: createLock() };
}

async function findGeneration(folder: Folder, name: string, generation: string): Promise<LiveObject | undefined> {
  const live = await findObject(folder, name);
  return live?.info.generation === generation ? live : undefined;
}

async function openObject(folder: Folder, name: string, generation: string): Promise<OpenedFile | undefined> {
  const live = await findGeneration(folder, name, generation);
  return live === undefined ? undefined : openFile(live.path, live.file);
}

async function* listObjects(folder: Folder, prefix: string, onLeftOut: OnLeftOut): AsyncGenerator<ObjectInfo> {
  let names: string[] = [];
  for await (const name of listNames(folder.root, prefix, onLeftOut)) {
    if (names.push(name) < LIST_AHEAD) continue;
    yield* await infosOf(folder, names, onLeftOut);
    names = [];
  }
  yield* await infosOf(folder, names, onLeftOut);
}

/** A file that may not be read must not hide all others. */
async function infosOf(folder: Folder, names: readonly string[], onLeftOut: OnLeftOut): Promise<readonly ObjectInfo[]> {
  const find = async (name: string) => {
    try {
      return await findListedObject(folder, name);
    } catch (error) {
      if (!isForbidden(error)) throw error;
      onLeftOut(locate(name), FORBIDDEN);
      return undefined;
    }
  };
  const found = await Promise.all(names.map(find));
  return found.flatMap((live) => live?.info ?? []);
}

async function leftOutOf(folder: Folder): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const objects = listObjects(folder, '', (path, why) => found.set(path, why));
  while ((await objects.next()).done !== true);
  return found;
}

/** A writer; without a generation to match it replaces whatever is there. */
async function createWriter(
  folder: Folder,
  name: string,
  ifGenerationMatch: string | undefined,
  metadata: CreateOptions['metadata'] = {},
): Promise<ObjectWriter> {
  locate(name);
  const temp = await createTempFile(folder.temp);
  return {
    write: temp.write,
    commit: async () => {
      const file = await temp.finish(folder.durable);
      try {
        return await publishObject(folder, name, { file, ifGenerationMatch, metadata });
      } finally {
        await temp.discard();
      }
    },
    abort: temp.discard,
  };
}

async function copyObject(folder: Folder, from: string, generation: string, to: string, metadata: CreateOptions['metadata']): Promise<ObjectInfo | undefined> {
  const writer = await createWriter(folder, to, undefined, metadata);
  try {
    const source = await openObject(folder, from, generation);
    if (source === undefined) return undefined;
    for await (const chunk of source.chunks()) await writer.write(chunk);
    return await writer.commit();
  } finally {
    await writer.abort();
  }
}
