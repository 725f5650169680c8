/** One generation of one object. `generation` is an int64 as decimal text, `crc32c` eight lower-case hex digits of the stored bytes. */
export interface ObjectInfo {
  readonly name: string;
  readonly generation: string;
  readonly size: number;
  readonly crc32c: string;
  /** RFC 3339, UTC: when this generation was finalized. */
  readonly created: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A write that nobody sees before `commit`. A chunk may be reused by the caller once `write` has resolved. */
export interface ObjectWriter {
  write(chunk: Uint8Array): Promise<void>;
  /** Finalizes the object; resolves to undefined, leaving the store as it was, where the precondition no longer holds. */
  commit(): Promise<ObjectInfo | undefined>;
  /** Leaves nothing behind, also while a chunk is being written; a second call, or one after `commit`, does nothing. */
  abort(): Promise<void>;
}

export interface CreateOptions {
  /** The generation to replace; '0' (the default) creates only. */
  readonly ifGenerationMatch?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The port to one bucket: create once, read a generation, list, copy. Consistent: what is committed is listed. */
export interface ObjectStore {
  readonly bucket: string;
  create(name: string, options?: CreateOptions): Promise<ObjectWriter>;
  /** The stored bytes of that very generation, in chunks; undefined when it is gone. */
  read(name: string, generation: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** The live generation; undefined when there is none. */
  stat(name: string): Promise<ObjectInfo | undefined>;
  /** Live generations whose name starts with the prefix, in order of name. */
  list(prefix: string): AsyncIterable<ObjectInfo>;
  /** Makes a new generation of `to` from a generation of `from` (the same name is allowed); undefined when that is gone. */
  copy(from: string, generation: string, to: string, metadata?: Readonly<Record<string, string>>): Promise<ObjectInfo | undefined>;
}

/** A bucket whose objects are work to be done: what is done is removed. Only OUTBOX is one. */
export interface WorkStore extends ObjectStore {
  /** Removes that very generation; false where it is not the live one. */
  remove(name: string, generation: string): Promise<boolean>;
}

/** Writes one small object at once; undefined where its name is taken. */
export async function createObject(store: ObjectStore, name: string, body: Uint8Array | string, options: CreateOptions = {}): Promise<ObjectInfo | undefined> {
  const writer = await store.create(name, options);
  try {
    await writer.write(typeof body === 'string' ? Buffer.from(body) : body);
    return await writer.commit();
  } finally {
    await writer.abort();
  }
}
