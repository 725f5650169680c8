import { createCipheriv, createDecipheriv, createHash, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';

/** A key of AES-256 with the name that ciphertexts give it. */
export interface Key {
  /** 8 hex digits of the key's digest. */
  readonly id: string;
  /** Not its bytes: Node would make this of them for each cipher, which takes four times as long as the cipher, and nothing prints it. */
  readonly secret: KeyObject;
}

/** The key that encrypts, and those that only decrypt until a rotation is done. */
export interface KeyRing {
  readonly current: Key;
  readonly previous: readonly Key[];
}

/** Whose credentials they are: a ciphertext that is moved to another row does not decrypt there. */
export interface Owner {
  readonly userId: string;
  readonly crmType: string;
}

/** The bytes are no envelope of this owner and these keys; the message tells no more. */
export class EnvelopeError extends Error {
  constructor(why: string, cause?: unknown) {
    super(why, { cause });
    this.name = 'EnvelopeError';
  }
}

/** The key that sealed it is none of these: once it is set, too, the same bytes open. */
export class UnknownKeyError extends EnvelopeError {
  constructor(why: string) {
    super(why);
    this.name = 'UnknownKeyError';
  }
}

const VERSION = 1;
const OPENPGP_BIT = 0x80;
const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + KEY_ID_BYTES + NONCE_BYTES + TAG_BYTES;
const CIPHER = 'aes-256-gcm';

/** Names a key of 32 bytes. */
export function keyOf(bytes: Buffer): Key {
  return {
    id: createHash('sha256')
      .update('key id')
      .update(bytes)
      .digest('hex')
      .slice(0, 2 * KEY_ID_BYTES),
    secret: createSecretKey(bytes),
  };
}

/** Encrypts JSON: version, key id, random nonce, tag, ciphertext; bound to its owner. */
export function seal(value: unknown, { current }: KeyRing, owner: Owner): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const prefix = Buffer.concat([Buffer.of(VERSION), Buffer.from(current.id, 'hex')]);
  const cipher = createCipheriv(CIPHER, current.secret, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData(prefix, owner));
  const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return Buffer.concat([prefix, nonce, cipher.getAuthTag(), text]);
}

/** Decrypts what `seal` made for that owner; throws EnvelopeError, where it is another key's an UnknownKeyError. */
export function unseal(envelope: Buffer, keys: KeyRing, owner: Owner): unknown {
  if (isOpenPgp(envelope)) throw new UnknownKeyError('the credentials are as the replaced service has left them: npm run migrate takes them over');
  if (!isEnvelope(envelope)) throw new EnvelopeError('these are no credentials of this service');
  const prefix = envelope.subarray(0, 1 + KEY_ID_BYTES);
  const id = keyIdOf(envelope);
  const key = [keys.current, ...keys.previous].find((candidate) => candidate.id === id);
  if (key === undefined) throw new UnknownKeyError(`the credentials were encrypted with the key ${id}: set it as CRM_ENCRYPTION_KEY_PREVIOUS`);
  try {
    const decipher = createDecipheriv(CIPHER, key.secret, envelope.subarray(prefix.length, prefix.length + NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(associatedData(prefix, owner));
    decipher.setAuthTag(envelope.subarray(prefix.length + NONCE_BYTES, HEAD_BYTES));
    return JSON.parse(Buffer.concat([decipher.update(envelope.subarray(HEAD_BYTES)), decipher.final()]).toString('utf8'));
  } catch (cause) {
    throw new EnvelopeError('the credentials were changed, or belong to another user or CRM', cause);
  }
}

/** Whether the bytes look like an envelope. */
export function isEnvelope(bytes: Buffer): boolean {
  return bytes[0] === VERSION && bytes.length > HEAD_BYTES;
}

/** Whether they look like a message of OpenPGP, which the replaced service kept: it begins with a bit that no version of an envelope has (RFC 9580, 4.2). */
export function isOpenPgp(bytes: Buffer): boolean {
  return ((bytes[0] ?? 0) & OPENPGP_BIT) !== 0;
}

/** The key that an envelope names. */
export function keyIdOf(envelope: Buffer): string {
  return envelope.subarray(1, 1 + KEY_ID_BYTES).toString('hex');
}

function associatedData(prefix: Buffer, { userId, crmType }: Owner): Buffer {
  return Buffer.concat([prefix, Buffer.from(JSON.stringify([userId, crmType]))]);
}
