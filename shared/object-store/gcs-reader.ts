import { once } from 'node:events';
import { addAbortSignal, type Readable } from 'node:stream';
import type { File as GcsFile } from '@google-cloud/storage';
import { isMissing, storageFailure } from './gcs-failure.ts';

/** The stored bytes of a file pinned to its generation, their CRC-32C checked by the client at the end; undefined where it is gone. */
export async function readGeneration(file: GcsFile, signal: AbortSignal | undefined): Promise<AsyncIterable<Uint8Array> | undefined> {
  const what = `read gs://${file.bucket.name}/${file.name}`;
  const stream = file.createReadStream({ decompress: false, validation: 'crc32c' });
  if (signal !== undefined) addAbortSignal(signal, stream);
  try {
    // At the end too: an empty object has nothing else to tell.
    await once(stream, 'readable');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw asThrown(error, what, signal);
  }
  return chunksOf(stream, what, signal);
}

async function* chunksOf(stream: Readable, what: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) yield chunk;
  } catch (error) {
    throw asThrown(error, what, signal);
  } finally {
    stream.destroy();
  }
}

function asThrown(error: unknown, what: string, signal: AbortSignal | undefined): unknown {
  return signal?.aborted === true ? signal.reason : storageFailure(error, what);
}
