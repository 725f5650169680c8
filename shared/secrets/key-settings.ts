import { ConfigError } from '../errors.ts';
import { type Key, type KeyRing, keyOf } from './envelope.ts';

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

/** Opens the keys, once a process: data is encrypted here, so that no request waits for Cloud KMS. Throws a ConfigError. */
export async function openKeys({ current, previous, kmsKey }: KeySettings, decrypt: KmsDecrypt): Promise<KeyRing> {
  const open = async (bytes: Buffer, variable: string): Promise<Key> => {
    const plain = kmsKey === undefined ? bytes : await decrypt(kmsKey, bytes);
    if (plain.length === KEY_BYTES) return keyOf(plain);
    throw new ConfigError([`${variable} has ${plain.length} bytes once Cloud KMS has decrypted it, not exactly ${KEY_BYTES}`]);
  };
  return {
    current: await open(current, 'CRM_ENCRYPTION_KEY'),
    previous: await Promise.all(previous.map((bytes) => open(bytes, 'CRM_ENCRYPTION_KEY_PREVIOUS'))),
  };
}
