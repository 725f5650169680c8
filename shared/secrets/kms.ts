import { ConfigError } from '../errors.ts';
import type { KmsDecrypt } from './key-settings.ts';

export interface KmsOptions {
  /** Another place of the API, as `http://127.0.0.1:<port>`; nothing is authenticated there. */
  readonly apiEndpoint?: string;
}

const ENDPOINT = 'https://cloudkms.googleapis.com';
const SCOPE = 'https://www.googleapis.com/auth/cloudkms';
const TIMEOUT_MS = 10_000;

/** Cloud KMS by its REST API, with the credentials of the environment; the client of the other Google libraries is imported when it is first used. */
export function cloudKms({ apiEndpoint }: KmsOptions = {}): KmsDecrypt {
  return async (kmsKey, ciphertext) => {
    const { GoogleAuth, gaxios } = await import('google-auth-library');
    const request = {
      url: `${apiEndpoint ?? ENDPOINT}/v1/${kmsKey}:decrypt`,
      method: 'POST',
      data: { ciphertext: ciphertext.toString('base64') },
      timeout: TIMEOUT_MS,
    } as const;
    try {
      const client = apiEndpoint === undefined ? new GoogleAuth({ scopes: SCOPE }) : new gaxios.Gaxios();
      const { data } = await client.request<{ plaintext?: string }>(request);
      return Buffer.from(data.plaintext ?? '', 'base64');
    } catch (error) {
      // The client's own error holds the request, ciphertext and token included.
      const status = typeof error === 'object' && error !== null && 'status' in error ? ` with ${String(error.status)}` : '';
      throw new ConfigError([
        `CRM_ENCRYPTION_KEY_KMS: Cloud KMS did not decrypt the key${status}; does this service account have roles/cloudkms.cryptoKeyDecrypter?`,
      ]);
    }
  };
}
