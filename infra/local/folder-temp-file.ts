import { randomUUID } from 'node:crypto';
import { type FileHandle, lstat, mkdir, open, opendir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32c } from '@node-rs/crc32';
import { unlessMissing } from './folder-files.ts';
import { hex } from './folder-reader.ts';
import { identityOf } from './folder-sidecar.ts';

const BUFFER = 256 * 1024;
const LEFTOVER_MS = 60 * 60 * 1000;

/** A complete file that has no name in the bucket yet. */
export interface FinishedFile {
  readonly path: string;
  readonly size: number;
  readonly crc32c: string;
  readonly file: string;
}

/** A file that is being written where nobody looks. */
export interface TempFile {
  /** Small chunks are collected, chunks from 256 KiB on are written from where they are. */
  write(chunk: Uint8Array): Promise<void>;
  /** Closes the file; with `durable` its bytes are on the disk before this resolves. */
  finish(durable: boolean): Promise<FinishedFile>;
  /** Closes and removes the file, whatever state it is in. */
  discard(): Promise<void>;
}

/** Makes a new file in that folder. */
export async function createTempFile(folder: string): Promise<TempFile> {
  const path = join(folder, randomUUID());
  const handle = await open(path, 'wx');
  const buffer = Buffer.allocUnsafe(BUFFER);
  let used = 0;
  let crc = 0;

  async function put(bytes: Uint8Array): Promise<void> {
    const writing = writeAll(handle, bytes);
    crc = crc32c(bytes, crc);
    await writing;
  }

  async function flush(): Promise<void> {
    if (used > 0) await put(buffer.subarray(0, used));
    used = 0;
  }

  return {
    write: async (chunk) => {
      if (used + chunk.length > BUFFER) await flush();
      if (chunk.length >= BUFFER) return put(chunk);
      buffer.set(chunk, used);
      used += chunk.length;
    },
    finish: async (durable) => {
      await flush();
      if (durable) await handle.sync();
      const stats = await handle.stat({ bigint: true });
      await handle.close();
      return { path, size: Number(stats.size), crc32c: hex(crc), file: identityOf(stats) };
    },
    discard: async () => {
      await handle.close();
      await rm(path, { force: true });
    },
  };
}

/** `writeFile` asks for 512 KiB at a time: the next part would wait until the process has nothing else to do. */
async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
}

/** Makes the folder for temporary files and removes what killed processes left in it more than an hour ago. */
export async function openTempFolder(folder: string, now: Date): Promise<void> {
  await mkdir(folder, { recursive: true });
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name);
    const stats = await unlessMissing(lstat(path));
    if (stats !== undefined && now.getTime() - stats.mtimeMs > LEFTOVER_MS) await rm(path, { force: true, recursive: true });
  }
}
