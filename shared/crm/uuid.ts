import { createHash } from 'node:crypto';

/** The namespace of everything this service names (made once, by chance). */
const NAMESPACE = Buffer.from('5f0c3b8e6d1b4f0a9a0e2c7d41b86f35', 'hex');

/** A name-based UUID (RFC 9562, version 5): the same for the same name. */
export function uuidV5(name: string, namespace: Buffer = NAMESPACE): string {
  const bytes = createHash('sha1').update(namespace).update(name, 'utf8').digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
