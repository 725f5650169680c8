import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Once } from '../../shared/crm-store/admission.ts';
import type { KeyRing } from '../../shared/secrets/envelope.ts';
import { invalid } from './schema.ts';

const KEY = /^[\x21-\x7e]{1,255}$/;

/** The Idempotency-Key of a request, with what says that two requests are the same one; undefined without one. Throws HttpError where the header is no key. */
export function onceOf({ headers }: IncomingMessage, asked: unknown, keys: KeyRing): Pick<Once, 'key' | 'digests'> | undefined {
  const header = headers['idempotency-key'];
  if (header === undefined) return undefined;
  const key = typeof header === 'string' ? header.trim() : '';
  if (!KEY.test(key)) throw invalid([{ field: 'header.Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters', type: 'pattern' }]);
  return { key, digests: digestsOf(JSON.stringify(asked), keys) };
}

/** Keyed, because a body may hold a password, and a plain digest can be guessed at; by every key, because the first request may have come before a rotation. */
function digestsOf(asked: string, { current, previous }: KeyRing): readonly string[] {
  return [current, ...previous].map(({ secret }) => createHmac('sha256', secret).update(asked).digest('base64url'));
}
