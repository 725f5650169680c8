import { ConfigError } from '../errors.ts';
import { type KeyRing, keyOf } from './envelope.ts';

/** The keys as the settings give them: their bytes, or bytes that a key of Cloud KMS has encrypted. */
export interface KeySettings {
  readonly current: Buffer;
  readonly previous: readonly Buffer[];
  /** `projects/…/cryptoKeys/…`; undefined where the bytes are the keys. */
  readonly kmsKey: string | undefined;
}

/** Decrypts by a key of Cloud KMS. */
export type KmsDecrypt = (kmsKey: string, ciphertext: Buffer) => Promise<Buffer>;

export const KEY_BYTES = 32;

/**
 * Opens the keys, once a process: data is encrypted here, so that no request waits for Cloud KMS. A previous one may have any length: the replaced service took
 * any as its passphrase. Throws a ConfigError.
 */
export async function openKeys({ current, previous, kmsKey }: KeySettings, decrypt: KmsDecrypt): Promise<KeyRing> {
  const open = async (bytes: Buffer): Promise<Buffer> => (kmsKey === undefined ? bytes : await decrypt(kmsKey, bytes));
  const key = await open(current);
  if (key.length !== KEY_BYTES) throw new ConfigError([`CRM_ENCRYPTION_KEY has ${key.length} bytes once Cloud KMS has decrypted it, not exactly ${KEY_BYTES}`]);
  return { current: keyOf(key), previous: await Promise.all(previous.map(async (bytes) => keyOf(await open(bytes)))) };
}
