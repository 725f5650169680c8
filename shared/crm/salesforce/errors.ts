import type { Reading } from '../answers.ts';
import { at, listAt, textAt } from '../json.ts';

/** What goes away by itself, whatever its status (the limit of a day comes as 403). */
const PASSING = new Set([
  'UNABLE_TO_LOCK_ROW',
  'SERVER_UNAVAILABLE',
  'REQUEST_LIMIT_EXCEEDED',
  'REQUEST_RUNNING_TOO_LONG',
  'QUERY_TIMEOUT',
  'CONCURRENT_REQUESTS_LIMIT_EXCEEDED',
  'UNKNOWN_EXCEPTION',
  'API_TEMPORARILY_UNAVAILABLE',
]);
const DAY_LIMIT_WAIT = 900_000;

/** The errors of an answer or of a row: codes and names of fields; their messages repeat values. */
export function salesforceReading(errors: readonly unknown[]): Reading {
  const codes = errors.map((error) => at(error, 'errorCode') ?? at(error, 'statusCode'));
  const fields = errors
    .flatMap((error) => listAt(error, 'fields'))
    .filter((field): field is string => typeof field === 'string' && /^[A-Za-z]\w{0,60}$/.test(field));
  const limit = codes.includes('REQUEST_LIMIT_EXCEEDED') ? { retryAfterMs: DAY_LIMIT_WAIT } : {};
  const hint = codes.map((code) => HINTS[String(code)]).find((text) => text !== undefined);
  return { codes, fields, ...(codes.some((code) => PASSING.has(String(code))) ? { means: 'later', ...limit } : {}), ...(hint === undefined ? {} : { hint }) };
}

const HINTS: Readonly<Record<string, string>> = {
  DUPLICATES_DETECTED: 'a duplicate rule of the org stops it; let the connected user pass the rule, or name an external id field',
  DUPLICATE_VALUE: 'another record has this value of a unique field',
  INVALID_FIELD: 'the org has no such field, or the connected user may not see it',
  NOT_FOUND: 'the org has no such external id field; check the settings',
  REQUIRED_FIELD_MISSING: 'the org requires these fields',
};

/** The fields that errors say do not exist: "No such column 'x__c' on sobject of type Contact". */
export function unknownColumns(errors: readonly unknown[]): readonly string[] {
  return errors
    .filter((error) => (at(error, 'errorCode') ?? at(error, 'statusCode')) === 'INVALID_FIELD')
    .flatMap((error) => [...listAt(error, 'fields'), /No such column '(\w+)'/.exec(textAt(error, 'message') ?? '')?.[1]])
    .filter((name): name is string => typeof name === 'string');
}
