import type { CRC32C, Storage } from '@google-cloud/storage';

export interface GcsClientOptions {
  /** Another place of the API, as `http://127.0.0.1:<port>`; nothing is authenticated there. */
  readonly apiEndpoint?: string;
  /** Only what makes buckets needs it; default: the project of the environment. */
  readonly projectId?: string;
  /** How often a call that may be repeated is repeated; default 5. */
  readonly retries?: number;
}

/** What the object store takes from the client library. */
export interface GcsLibrary {
  readonly storage: Storage;
  readonly newCrc32c: () => CRC32C;
}

/** Gives the one client that the stores of a process share. */
export type GcsClient = () => Promise<GcsLibrary>;

/** A client that is imported and made when it is first used. */
export function gcsClient(options: GcsClientOptions = {}): GcsClient {
  let library: Promise<GcsLibrary> | undefined;
  return () => {
    library ??= load(options);
    return library;
  };
}

async function load({ apiEndpoint, projectId, retries = 5 }: GcsClientOptions): Promise<GcsLibrary> {
  const { CRC32C, IdempotencyStrategy, Storage } = await import('@google-cloud/storage');
  const storage = new Storage({
    ...(apiEndpoint === undefined ? {} : { apiEndpoint }),
    ...(projectId === undefined ? {} : { projectId }),
    retryOptions: { autoRetry: retries > 0, maxRetries: retries, idempotencyStrategy: IdempotencyStrategy.RetryConditional },
  });
  return { storage, newCrc32c: () => new CRC32C() };
}
