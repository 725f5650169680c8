import { createHash } from 'node:crypto';

/** Any UUID does, so long as it stays: names below it are told apart from names of others. */
const NAMESPACE = '6f1d4d0c-4d1b-5f5e-9c53-0b8a4f2b7d3e';
const VERSION_5 = 0x50;
const VARIANT = 0x80;

/** The UUID of a name, version 5 of RFC 9562: the same name has the same one forever, so that a change of the project shows only what changed. */
export function identityOf(...names: readonly string[]): string {
  const hash = createHash('sha1')
    .update(Buffer.from(NAMESPACE.replaceAll('-', ''), 'hex'))
    .update(names.join('\u0000'))
    .digest()
    .subarray(0, 16);
  hash[6] = ((hash[6] ?? 0) & 0x0f) | VERSION_5;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | VARIANT;
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
