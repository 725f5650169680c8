import type { BigIntStats } from 'node:fs';
import { link, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { ObjectInfo } from '../../shared/object-store/object-store.ts';
import { hasCode, isRealFolder, syncFolder, unlessMissing } from './folder-files.ts';
import type { Generations } from './folder-generations.ts';
import type { Lock } from './folder-locks.ts';
import { locate } from './folder-names.ts';
import { checksum } from './folder-reader.ts';
import { identityOf, readSidecar, type Sidecar, writeSidecar } from './folder-sidecar.ts';
import type { FinishedFile } from './folder-temp-file.ts';

/** One bucket's folders, as absolute paths without symbolic links, and what goes with them. */
export interface Folder {
  readonly root: string;
  readonly sidecars: string;
  readonly temp: string;
  readonly now: () => Date;
  readonly settleMs: number;
  readonly durable: boolean;
  readonly generations: Generations;
  readonly lock: Lock;
}

/** A live generation and the file that it is. */
export interface LiveObject {
  readonly info: ObjectInfo;
  readonly path: string;
  /** The identity of the file. */
  readonly file: string;
}

export interface Publication {
  readonly file: FinishedFile;
  /** The generation to replace; '0': there is none, undefined: whatever is there. */
  readonly ifGenerationMatch: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Place {
  readonly name: string;
  readonly path: string;
  readonly sidecar: string;
}

/** The live generation of an object; a file that is not the one of its sidecar becomes a new generation here. */
export async function findObject(folder: Folder, name: string): Promise<LiveObject | undefined> {
  const place = placeOf(folder, name);
  return (await isRealFolder(dirname(place.path))) ? findAt(folder, place) : undefined;
}

/** As `findObject`, for a name just met in a folder: does not ask again whether the way there has symbolic links. */
export function findListedObject(folder: Folder, name: string): Promise<LiveObject | undefined> {
  return findAt(folder, placeOf(folder, name));
}

/**
 * Gives a finished file its name; undefined where the precondition does not hold. The name comes first, then the sidecar: a process
 * killed in between leaves a whole object that gets its generation at the next look.
 */
export function publishObject(folder: Folder, name: string, publication: Publication): Promise<ObjectInfo | undefined> {
  const { file, ifGenerationMatch, metadata } = publication;
  const place = placeOf(folder, name);
  return folder.lock(name, async () => {
    await makeFolders(folder, dirname(place.path));
    await peek(folder, place);
    const isPublished = ifGenerationMatch === '0' ? await linkNew(file, place) : await renameOver(folder, file, place, ifGenerationMatch);
    if (!isPublished) return undefined;
    if (folder.durable) await syncFolder(dirname(place.path));
    return (await record(folder, place, file, metadata)).info;
  });
}

/**
 * Removes a generation while it is the live one. The file goes first: a process killed in between leaves a sidecar of a file that is not
 * there, which is no object.
 */
export function removeObject(folder: Folder, name: string, generation: string): Promise<boolean> {
  const place = placeOf(folder, name);
  return folder.lock(name, async () => {
    const { live } = (await isRealFolder(dirname(place.path))) ? await peek(folder, place) : {};
    if (live?.info.generation !== generation) return false;
    await rm(place.path);
    await rm(place.sidecar, { force: true });
    return true;
  });
}

function placeOf(folder: Folder, name: string): Place {
  const path = locate(name);
  return { name, path: join(folder.root, path), sidecar: join(folder.sidecars, `${path}~.json`) };
}

async function findAt(folder: Folder, place: Place): Promise<LiveObject | undefined> {
  const { stats, live } = await peek(folder, place);
  return stats === undefined || live !== undefined ? live : folder.lock(place.name, () => adopt(folder, place));
}

/** The file at a place and, where its sidecar is its own, the object. */
async function peek(folder: Folder, place: Place): Promise<{ stats?: BigIntStats; live?: LiveObject }> {
  const stats = await unlessMissing(lstat(place.path, { bigint: true }));
  const sidecar = readSidecar(place.sidecar);
  folder.generations.seen(sidecar?.generation);
  if (stats?.isFile() !== true) return {};
  return sidecar?.file === identityOf(stats) ? { stats, live: liveObject(place, sidecar) } : { stats };
}

/** Makes a generation of a file that has none. To be called under the lock: a commit may be between its file and its sidecar. */
async function adopt(folder: Folder, place: Place): Promise<LiveObject | undefined> {
  const { stats, live } = await peek(folder, place);
  if (stats === undefined || live !== undefined) return live;
  if (!isSettled(folder, stats)) return undefined;
  const file = identityOf(stats);
  const crc32c = await checksum(place.path, file);
  return crc32c === undefined ? undefined : record(folder, place, { size: Number(stats.size), crc32c, file }, {});
}

/**
 * False while somebody may still be copying the file in. Looks at ctime, which `cp -p` and `touch -d` cannot set, unlike mtime; one that
 * is ahead of the clock by more says that the clock was set back, and is not waited for.
 */
function isSettled(folder: Folder, stats: BigIntStats): boolean {
  return Math.abs(folder.now().getTime() - Number(stats.ctimeMs)) >= folder.settleMs;
}

async function record(folder: Folder, place: Place, file: Omit<FinishedFile, 'path'>, metadata: Readonly<Record<string, string>>): Promise<LiveObject> {
  const sidecar = { ...folder.generations.next(), size: file.size, crc32c: file.crc32c, metadata, file: file.file };
  await writeSidecar(place.sidecar, sidecar, folder.durable);
  return liveObject(place, sidecar);
}

function liveObject({ name, path }: Place, { file, generation, size, crc32c, created, metadata }: Sidecar): LiveObject {
  return { info: { name, generation, size, crc32c, created, metadata }, path, file };
}

/** link(2) fails where the name is taken, between processes too; rename(2) would replace. */
async function linkNew(file: FinishedFile, place: Place): Promise<boolean> {
  try {
    await link(file.path, place.path);
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    await refuseOccupied(place);
    return false;
  }
}

async function renameOver(folder: Folder, file: FinishedFile, place: Place, generation: string | undefined): Promise<boolean> {
  if (generation !== undefined && (await adopt(folder, place))?.info.generation !== generation) return false;
  await refuseOccupied(place);
  await rename(file.path, place.path);
  return true;
}

async function refuseOccupied(place: Place): Promise<void> {
  const stats = await unlessMissing(lstat(place.path));
  if (stats?.isFile() === false) throw new Error(`${place.path} is a folder or a link: remove it, or give the object ${place.name} another name`);
}

/** Makes the folders one by one: `recursive` would go through a symbolic link and make them elsewhere. */
async function makeFolders({ root, durable }: Folder, folder: string): Promise<void> {
  if (await isRealFolder(folder)) return;
  let path = root;
  for (const segment of relative(root, folder).split(sep)) {
    path = join(path, segment);
    if ((await makeFolder(path)) && durable) await syncFolder(dirname(path));
  }
}

async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    if (!(await lstat(path)).isDirectory()) throw new Error(`${path} is an object or a link where a folder is needed: remove it`, { cause: error });
    return false;
  }
}
