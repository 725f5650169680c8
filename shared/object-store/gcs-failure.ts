import { isTransientStatus, PermanentError, TransientError } from '../errors.ts';

const FORBIDDEN = 403;
const MISSING = 404;
const PRECONDITION_LOST = 412;

/** The class of a failed call, with its status but without the answer's text: that may quote names and settings. */
export function storageFailure(error: unknown, what: string): TransientError | PermanentError {
  if (error instanceof TransientError || error instanceof PermanentError) return error;
  const status = statusOf(error);
  const message = `cannot ${what}: ${status === undefined ? `no answer from Cloud Storage (${codeOf(error)})` : `Cloud Storage answered ${status}`}`;
  const isPermanent = status !== undefined && status >= 400 && !isTransientStatus(status);
  return new (isPermanent ? PermanentError : TransientError)('object-store', message, { cause: error });
}

/** True where the object, its generation or its bucket is not there. */
export function isMissing(error: unknown): boolean {
  return statusOf(error) === MISSING;
}

/** True where the account lacks a right. */
export function isForbidden(error: unknown): boolean {
  return statusOf(error) === FORBIDDEN;
}

/** True where somebody else made another generation first. */
export function isPreconditionLost(error: unknown): boolean {
  return statusOf(error) === PRECONDITION_LOST;
}

/** The HTTP status of an error: `code` in most of the client's errors, `status` in those of gaxios. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const candidates = ['status' in error ? error.status : undefined, 'code' in error ? error.code : undefined];
  return candidates.map(Number).find((status) => status >= 100 && status < 600);
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}
