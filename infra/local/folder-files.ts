import { open, realpath } from 'node:fs/promises';

/** Resolves to undefined where the file, or a folder on the way to it, is not there; other errors stay errors. */
export async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** True for an error of the file system with one of these codes; not by `instanceof`, which Jest's realm breaks for errors of Node. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}

/** True for the error of a file or folder that this user may not read. */
export function isForbidden(error: unknown): boolean {
  return hasCode(error, 'EACCES', 'EPERM');
}

/** True where a folder is there and its path, which must be normal, leads through no symbolic link. */
export async function isRealFolder(path: string): Promise<boolean> {
  try {
    return (await realpath(`${path}/.`)) === path;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return false;
    throw error;
  }
}

/** Makes the names in a folder survive a power cut: syncing a file does not sync its name (fsync(2)). */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
