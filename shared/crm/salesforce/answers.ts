import { failureOf, unconfirmed } from '../answers.ts';
import type { CrmAnswer } from '../http.ts';
import { listAt } from '../json.ts';
import type { ItemResult } from '../provider.ts';
import { salesforceReading } from './errors.ts';

/** The result of an answer about one record that does not say that it is done. */
export function notDone(answer: CrmAnswer): ItemResult {
  const errors = listAt(answer.body, 'errors');
  if (answer.status < 300) return errors.length > 0 ? failureOf({ ...answer, status: 400 }, salesforceReading(errors)) : unconfirmed(answer);
  return failed(answer);
}

/** The result of an answer that is an error as a whole. */
export function failed(answer: CrmAnswer): ItemResult {
  return failureOf(answer, salesforceReading(errorsOf(answer)));
}

export function errorsOf({ body }: CrmAnswer): readonly unknown[] {
  return Array.isArray(body) ? body : [];
}
