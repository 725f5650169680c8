import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { CRC32C, CreateWriteStreamOptions, File as GcsFile } from '@google-cloud/storage';
import { PermanentError, TransientError } from '../errors.ts';
import { isForbidden, isPreconditionLost, storageFailure } from './gcs-failure.ts';
import { hex, infoOf } from './gcs-info.ts';
import type { ObjectInfo, ObjectWriter } from './object-store.ts';

/** Small writes are collected: 100,000 lines one by one took the client 1.4 s, in blocks of this size 0.2 s. */
const BLOCK = 256 * 1024;
/** Set, so that the client does not load a table of types to guess it from the name. */
export const CONTENT_TYPE = 'application/octet-stream';

export interface GcsUpload {
  readonly file: GcsFile;
  readonly crc: CRC32C;
  readonly ifGenerationMatch: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly chunkBytes: number;
  /** The live generation; asked where the answer to the last bytes was lost. */
  readonly stat: () => Promise<ObjectInfo | undefined>;
}

/** A resumable upload that starts with the first full block; memory holds one chunk and a few blocks. */
export function createGcsWriter({ file, crc, ifGenerationMatch, metadata, chunkBytes, stat }: GcsUpload): ObjectWriter {
  const what = `write gs://${file.bucket.name}/${file.name}`;
  let stream: Writable | undefined;
  let block = Buffer.alloc(0);
  let used = 0;
  let size = 0;
  let failure: unknown;
  let isAborted = false;
  let isTaken = false;
  let ending: Promise<unknown> | undefined;

  function start(options: CreateWriteStreamOptions): Writable {
    const started = file.createWriteStream({
      ...options,
      resumable: true,
      // The client's own check deletes whatever generation is live by then.
      validation: false,
      metadata: { contentType: CONTENT_TYPE, metadata: { ...metadata } },
      preconditionOpts: { ifGenerationMatch },
    });
    stream = started.on('error', (error) => {
      failure ??= error;
    });
    return started;
  }

  async function flush(): Promise<void> {
    if (used === 0 || failure !== undefined) return;
    const bytes = block.subarray(0, used);
    // The client keeps a block until its chunk has been acknowledged: the next one needs memory of its own.
    block = Buffer.alloc(0);
    used = 0;
    crc.update(bytes);
    size += bytes.length;
    stream ??= start({ chunkSize: chunkBytes });
    if (!stream.write(bytes)) await once(stream, 'drain');
  }

  async function write(chunk: Uint8Array): Promise<void> {
    if (isAborted || failure !== undefined) await throwUnlessLost();
    try {
      for (let taken = 0; taken < chunk.length && failure === undefined; ) {
        if (block.length === 0) block = Buffer.allocUnsafeSlow(BLOCK);
        const part = chunk.subarray(taken, taken + BLOCK - used);
        block.set(part, used);
        used += part.length;
        taken += part.length;
        if (used === BLOCK) await flush();
      }
    } catch (error) {
      failure ??= error;
    }
    if (isAborted || failure !== undefined) await throwUnlessLost();
  }

  /** A lost precondition is told by `commit`. */
  async function throwUnlessLost(): Promise<void> {
    if (isAborted) throw new Error(`cannot ${what}: it was aborted`);
    if (failure !== undefined && !(await isLost(failure))) throw storageFailure(failure, what);
  }

  /** Who may create but not delete is refused under a name that is taken, whichever of the two Google looks at first: the precondition or the right. */
  async function isLost(error: unknown): Promise<boolean> {
    isTaken ||= isPreconditionLost(error) || (ifGenerationMatch === '0' && isForbidden(error) && (await stat()) !== undefined);
    return isTaken;
  }

  async function end(): Promise<void> {
    await flush();
    // Without bytes the client would send a chunk of them as `bytes 0--1/0`, which the API does not read.
    stream ??= start({});
    stream.end();
    await finished(stream);
  }

  async function commit(): Promise<ObjectInfo | undefined> {
    await throwUnlessLost();
    try {
      if (failure === undefined) await end();
    } catch (error) {
      if (!(await isLost(error))) return await findOwn(error);
    }
    await throwUnlessLost();
    return failure === undefined ? await checked(infoOf(file.metadata)) : undefined;
  }

  /** After an answer that was lost, or that the client did not understand, the object with these bytes is the one written here. */
  async function findOwn(error: unknown): Promise<ObjectInfo> {
    const live = await stat();
    if (live === undefined || live.generation === ifGenerationMatch || !hasOwnBytes(live)) throw storageFailure(error, what);
    return live;
  }

  function hasOwnBytes(info: ObjectInfo): boolean {
    return info.size === size && info.crc32c === hex(crc.toString());
  }

  async function checked(info: ObjectInfo): Promise<ObjectInfo> {
    if (hasOwnBytes(info)) return info;
    const arrived = `${what.replace('write ', '')}#${info.generation} arrived with other bytes than were sent`;
    try {
      await file.delete({ ifGenerationMatch: info.generation, ignoreNotFound: true });
    } catch (error) {
      if (!isPreconditionLost(error)) throw new PermanentError('object-store', `${arrived} and cannot be removed: remove it and run again`, { cause: error });
    }
    throw new TransientError('object-store', `${arrived} and was removed`);
  }

  return {
    write,
    commit: () => {
      const committing = commit();
      ending = committing.catch(() => {});
      return committing;
    },
    abort: async () => {
      await ending;
      isAborted = true;
      stream?.destroy(new Error('the write was aborted'));
    },
  };
}
