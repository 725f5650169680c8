import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32c } from '@node-rs/crc32';
import { hasCode } from './folder-files.ts';
import { identityOf } from './folder-sidecar.ts';

/** Chunks of 1 MiB outlive V8's young generation while they are worked on, and pile up until the next full collection, to 65 MB (measured). */
const CHUNK = 256 * 1024;

/** A file that was opened while it was the one of that identity; it must be read to its end, or left, to be closed. */
export interface OpenedFile {
  /** Fresh buffers of up to 256 KiB: the reader may keep them. Ends with an error where the file was changed in place meanwhile. */
  chunks(signal?: AbortSignal): AsyncGenerator<Buffer>;
}

/** Opens a file; undefined where it is not the file of that identity any more. Never follows a symbolic link. */
export async function openFile(path: string, identity: string): Promise<OpenedFile | undefined> {
  const handle = await openWithoutLink(path);
  if (handle === undefined) return undefined;
  const stats = await handle.stat({ bigint: true });
  if (identityOf(stats) === identity) return { chunks: (signal) => chunksOf(handle, path, identity, Number(stats.size), signal) };
  await handle.close();
  return undefined;
}

/** The CRC-32C of the whole file in hex; undefined where it is not, or does not stay, the file of that identity. */
export async function checksum(path: string, identity: string): Promise<string | undefined> {
  const file = await openFile(path, identity);
  if (file === undefined) return undefined;
  let crc = 0;
  try {
    for await (const chunk of file.chunks()) crc = crc32c(chunk, crc);
  } catch (error) {
    if (error instanceof ChangedError) return undefined;
    throw error;
  }
  return hex(crc);
}

/** A CRC-32C as eight hex digits. */
export function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}

class ChangedError extends Error {
  constructor(path: string) {
    super(`${path} was changed while it was being read: it is a new generation, read that one`);
    this.name = 'ChangedError';
  }
}

async function openWithoutLink(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return undefined;
    throw error;
  }
}

/** The next chunk; it is read while the reader works on the one before. */
async function readChunk(handle: FileHandle, rest: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK, rest));
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
  return buffer.subarray(0, bytesRead);
}

async function* chunksOf(handle: FileHandle, path: string, identity: string, size: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
  try {
    let next = readChunk(handle, size);
    for (let rest = size; rest > 0; ) {
      signal?.throwIfAborted();
      const chunk = await next;
      if (chunk.length === 0) break;
      rest -= chunk.length;
      next = readChunk(handle, rest);
      // Its failure is met by the next turn; until then nobody waits for it.
      next.catch(() => undefined);
      yield chunk;
    }
    if (identityOf(await handle.stat({ bigint: true })) !== identity) throw new ChangedError(path);
  } finally {
    await handle.close();
  }
}
