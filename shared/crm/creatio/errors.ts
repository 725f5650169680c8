import type { Reading } from '../answers.ts';
import type { CrmAnswer } from '../http.ts';
import { at, isObject, textAt } from '../json.ts';

/** Says whether a body is an error, whatever its status: an `error`, or a `Message` that is no column of a record. */
export function isErrorBody(body: unknown): boolean {
  if (!isObject(body)) return false;
  if (isObject(body['error'])) return true;
  return 'Message' in body && !('@odata.context' in body) && !('Id' in body);
}

/** The meaning of an error; its messages hold host names and values and are only looked into for what is known. */
export function creatioReading({ status, body }: CrmAnswer): Reading {
  const field = unknownProperty(body);
  if (field !== undefined) return { means: 'refused', codes: ['UNKNOWN_COLUMN'], fields: [field], hint: 'Creatio has no such column' };
  // The model of a new column or entity is rebuilt for a minute or two.
  if (status === 404 && (textAt(body, 'MessageDetail') ?? '').startsWith('No type was found')) return { means: 'later' };
  return status < 300 ? { means: 'later', codes: ['ERROR_WITH_SUCCESS_STATUS'] } : {};
}

/** The column that an error says does not exist. */
export function unknownProperty(body: unknown): string | undefined {
  const message = [
    textAt(body, 'error', 'message'),
    textAt(body, 'error', 'innererror', 'message'),
    textAt(body, 'Message'),
    textAt(body, 'ExceptionMessage'),
  ].join(' ');
  return /property '(\w{1,100})' does not exist/i.exec(message)?.[1] ?? /Column by path (\w{1,100}) not found/.exec(message)?.[1];
}

/** The records of a read; undefined where the answer is none. */
export function recordsOf({ status, body }: CrmAnswer): readonly unknown[] | undefined {
  const value = at(body, 'value');
  return status === 200 && Array.isArray(value) ? value : undefined;
}
