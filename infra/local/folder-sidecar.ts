import { type BigIntStats, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { ObjectInfo } from '../../shared/object-store/object-store.ts';
import { hasCode } from './folder-files.ts';

/** What the folder store knows about the file of a live generation. */
export interface Sidecar extends Omit<ObjectInfo, 'name'> {
  /** The identity of the file that this generation is; another one there is another generation. */
  readonly file: string;
}

/** Size, time of change and inode: what differs when somebody copies, overwrites or touches a file. */
export function identityOf(stats: BigIntStats): string {
  return `${stats.size}-${stats.mtimeNs}-${stats.ino}`;
}

/**
 * Reads a sidecar; undefined where there is none or it is torn: then the file gets a new generation. Synchronous, because a list of
 * many objects is made of these: measured 4 µs against 30 µs of the same thread for `readFile` of node:fs/promises.
 */
export function readSidecar(path: string): Sidecar | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isSidecar(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Writes a sidecar as a whole or not at all. */
export async function writeSidecar(path: string, sidecar: Sidecar, durable: boolean): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, `${JSON.stringify(sidecar)}\n`, { fsync: durable });
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

function isSidecar(value: unknown): value is Sidecar {
  if (typeof value !== 'object' || value === null) return false;
  const { generation, size, crc32c, created, metadata, file } = value as Partial<Record<keyof Sidecar, unknown>>;
  return (
    typeof generation === 'string' &&
    /^\d{1,19}$/.test(generation) &&
    typeof size === 'number' &&
    typeof crc32c === 'string' &&
    typeof created === 'string' &&
    typeof file === 'string' &&
    typeof metadata === 'object' &&
    metadata !== null &&
    Object.values(metadata).every((text) => typeof text === 'string')
  );
}
