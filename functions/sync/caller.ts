import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HttpError } from './http-error.ts';

const MAX_USER_ID = 255;

/**
 * Throws HttpError unless the caller is proven: by the service's API key where there is one, else by the identity token that IAM has
 * checked before the request came here.
 */
export function proveCaller({ headers }: IncomingMessage, apiKey: string | undefined): void {
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const key = headers['x-api-key'];
  if (apiKey === undefined) {
    if (bearer === undefined && headers['x-serverless-authorization'] === undefined) throw missing('an identity token (Authorization: Bearer)');
    return;
  }
  const given = typeof key === 'string' ? key : bearer;
  if (given === undefined) throw missing('the API key (X-Api-Key)');
  if (!timingSafeEqual(digest(given), digest(apiKey))) throw new HttpError('AUTH_INVALID_TOKEN', 'The API key is not the one of this service');
}

/** The user that a proven caller acts for: an opaque id. Throws HttpError. */
export function userOf(request: IncomingMessage): string {
  const header = request.headers['x-user-id'];
  const id = typeof header === 'string' ? header.trim() : '';
  if (id === '') throw noUser('is missing', 'missing');
  if (id.length > MAX_USER_ID) throw noUser(`has more than ${MAX_USER_ID} characters`, 'maxLength');
  // Node joins them with a comma: that would be a third user.
  if (id.includes(',') && (request.headersDistinct['x-user-id'] ?? []).length > 1) throw noUser('is there more than once', 'maxItems');
  return id;
}

function noUser(problem: string, type: string): HttpError {
  return new HttpError('VAL_INVALID_INPUT', 'Validation error', { validation_errors: [{ field: 'header.X-User-Id', message: `X-User-Id ${problem}`, type }] });
}

function missing(what: string): HttpError {
  return new HttpError('AUTH_MISSING_TOKEN', `The caller is not proven: send ${what}`, undefined, { 'www-authenticate': 'Bearer' });
}

/** Equal lengths, and a time that tells nothing about where they differ. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
