import type { Bucket, File as GcsFile, GetFilesOptions } from '@google-cloud/storage';
import { TransientError } from '../errors.ts';
import { type GcsClient, gcsClient } from './gcs-client.ts';
import { isMissing, isPreconditionLost, storageFailure } from './gcs-failure.ts';
import { INFO_FIELDS, infoOf, member } from './gcs-info.ts';
import { readGeneration } from './gcs-reader.ts';
import { CONTENT_TYPE, createGcsWriter } from './gcs-writer.ts';
import type { ObjectInfo, WorkStore } from './object-store.ts';

export interface GcsStoreOptions {
  readonly bucket: string;
  /** Default: a client of its own, with the credentials of the environment. */
  readonly client?: GcsClient;
  /** How many objects one page of a listing has; default 1000, the most the API gives. */
  readonly pageSize?: number;
  /** How much an upload sends, and can send again, at once: a multiple of 256 KiB; default 8 MiB, which Google recommends at least. */
  readonly chunkBytes?: number;
}

type Metadata = Readonly<Record<string, string>>;

const CHUNK = 8 * 1024 * 1024;
/** How often a copy looks again at what it replaces. */
const COPY_ATTEMPTS = 5;

/** A bucket of Cloud Storage. Every call that changes something carries a precondition, so that the client may repeat it. */
export function gcsStore({ bucket: name, client = gcsClient(), pageSize = 1_000, chunkBytes = CHUNK }: GcsStoreOptions): WorkStore {
  const open = async (): Promise<Bucket> => (await client()).storage.bucket(name);
  const stat = async (object: string): Promise<ObjectInfo | undefined> => await infoAt((await open()).file(object));
  return {
    bucket: name,
    create: async (object, { ifGenerationMatch = '0', metadata = {} } = {}) => {
      const { storage, newCrc32c } = await client();
      const file = storage.bucket(name).file(object);
      return createGcsWriter({ file, crc: newCrc32c(), ifGenerationMatch, metadata, chunkBytes, stat: () => stat(object) });
    },
    read: async (object, generation, signal) => await readGeneration((await open()).file(object, { generation }), signal),
    stat,
    list: (prefix) => listObjects(open, prefix, pageSize),
    copy: async (from, generation, to, metadata = {}) => {
      const bucket = await open();
      return await copyObject(bucket.file(from, { generation }), bucket.file(to), metadata);
    },
    remove: async (object, generation) => await removeObject((await open()).file(object), generation),
  };
}

/** What a file's metadata say; undefined where it, or its generation, is not there. */
async function infoAt(file: GcsFile): Promise<ObjectInfo | undefined> {
  try {
    const [metadata] = await file.getMetadata();
    return infoOf(metadata);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw storageFailure(error, `stat gs://${file.bucket.name}/${file.name}`);
  }
}

async function* listObjects(open: () => Promise<Bucket>, prefix: string, maxResults: number): AsyncGenerator<ObjectInfo> {
  const bucket = await open();
  const query = { prefix, maxResults, autoPaginate: false, fields: `nextPageToken,items(${INFO_FIELDS})` };
  let pageToken: string | undefined;
  do {
    const page = await listPage(bucket, pageToken === undefined ? query : { ...query, pageToken });
    for (const resource of page.items) yield infoOf(resource);
    pageToken = page.next;
  } while (pageToken !== undefined);
}

/** Reads the answer itself: with `fields` the client hands out its items as if they were its files. */
async function listPage(bucket: Bucket, query: GetFilesOptions): Promise<{ items: readonly unknown[]; next: string | undefined }> {
  try {
    const [, next, answer] = await bucket.getFiles(query);
    const items = member(answer, 'items') ?? [];
    return { items: Array.isArray(items) ? items : [], next: next?.pageToken };
  } catch (error) {
    throw storageFailure(error, `list gs://${bucket.name}/${query.prefix ?? ''}`);
  }
}

/**
 * Copies over whatever is there, but names it: a repeat whose first try had succeeded is then refused, not done twice.
 * `from` is pinned to its generation.
 */
async function copyObject(from: GcsFile, to: GcsFile, metadata: Metadata): Promise<ObjectInfo | undefined> {
  const source = await infoAt(from);
  if (source === undefined) return undefined;
  let before = await infoAt(to);
  for (let attempt = 1; attempt <= COPY_ATTEMPTS; attempt += 1) {
    const copy = await rewrite(from, to, metadata, before?.generation ?? '0');
    if (typeof copy !== 'string') return copy;
    // The first try of a repeated call may have been the one that changed what is there.
    const now = await infoAt(to);
    if (now !== undefined && now.generation !== before?.generation && isCopy(now, source, metadata)) return now;
    if (copy === 'gone') return undefined;
    before = now;
  }
  throw new TransientError('object-store', `gs://${to.bucket.name}/${to.name} was replaced again and again while it was to be copied over`);
}

async function removeObject(file: GcsFile, generation: string): Promise<boolean> {
  try {
    await file.delete({ ifGenerationMatch: generation });
    return true;
  } catch (error) {
    if (isMissing(error) || isPreconditionLost(error)) return false;
    throw storageFailure(error, `delete gs://${file.bucket.name}/${file.name}`);
  }
}

async function rewrite(from: GcsFile, to: GcsFile, metadata: Metadata, ifGenerationMatch: string): Promise<ObjectInfo | 'lost' | 'gone'> {
  try {
    const options = { contentType: CONTENT_TYPE, metadata: { ...metadata }, preconditionOpts: { ifGenerationMatch } };
    const [, answer] = await from.copy(to, options);
    return infoOf(member(answer, 'resource'));
  } catch (error) {
    if (isMissing(error)) return 'gone';
    if (isPreconditionLost(error)) return 'lost';
    throw storageFailure(error, `copy gs://${from.bucket.name}/${from.name}`);
  }
}

function isCopy(info: ObjectInfo, source: ObjectInfo, metadata: Metadata): boolean {
  const keys = Object.keys(metadata);
  const isSame = keys.length === Object.keys(info.metadata).length && keys.every((key) => info.metadata[key] === metadata[key]);
  return isSame && info.size === source.size && info.crc32c === source.crc32c;
}
