import { Readable } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import { PermanentError } from '../../shared/errors.ts';

const GZIP_MAGIC = [0x1f, 0x8b] as const;
const CHUNK_BYTES = 256 * 1024;
/** JSON of CRM records packs 5 to 60 times; gzip's limit is 1,032. */
const MAX_EXPANSION = 250;
const FREE_BYTES = 64 * 1024 * 1024;

/** The plain text of stored bytes: unpacked where they begin like gzip, whatever their name says. */
export async function* plainBytes(stored: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const iterator = stored[Symbol.asyncIterator]();
  try {
    const { head, done } = await readHead(iterator);
    const rest = withHead(head, done ? undefined : iterator);
    if (head[0] !== GZIP_MAGIC[0] || head[1] !== GZIP_MAGIC[1]) yield* rest;
    else yield* unpack(rest);
  } finally {
    await iterator.return?.();
  }
}

async function readHead(iterator: AsyncIterator<Uint8Array>): Promise<{ head: Buffer; done: boolean }> {
  let head = Buffer.alloc(0);
  while (head.length < GZIP_MAGIC.length) {
    const { value, done } = await iterator.next();
    if (done === true) return { head, done };
    head = Buffer.concat([head, value]);
  }
  return { head, done: false };
}

async function* withHead(head: Buffer, iterator: AsyncIterator<Uint8Array> | undefined): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  while (iterator !== undefined) {
    const { value, done } = await iterator.next();
    if (done === true) return;
    yield Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
}

async function* unpack(stored: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let packed = 0;
  let plain = 0;
  let sourceError: unknown;
  const source = async function* (): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of stored) {
        packed += chunk.length;
        yield chunk;
      }
    } catch (error) {
      sourceError = error;
      throw error;
    }
  };
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES, finishFlush: constants.Z_FINISH });
  const input = Readable.from(source(), { objectMode: false, highWaterMark: CHUNK_BYTES });
  input.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of input.pipe(gunzip)) {
      plain += (chunk as Buffer).length;
      if (plain > FREE_BYTES && plain > packed * MAX_EXPANSION) {
        throw new PermanentError('expansion', `the object unpacks to more than ${MAX_EXPANSION} times its size`);
      }
      yield chunk as Buffer;
    }
  } catch (error) {
    if (error instanceof PermanentError || sourceError !== undefined) throw sourceError ?? error;
    throw new PermanentError('gzip', 'the object begins like gzip but cannot be unpacked to its end', { cause: error });
  } finally {
    input.destroy();
    gunzip.destroy();
  }
}
