import type { Ending } from '../../shared/crm-store/item-states.ts';
import type { HttpError } from './http-error.ts';

/** An answer before it is written. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** What has to be in the audit before the answer is given. */
  readonly endings?: readonly Ending[];
}

/** The envelope of a success. */
export function success(message: string, data: unknown, status = 200): Answer {
  return { status, body: { success: true, message, data } };
}

/** The envelope of every error; details are left out where there are none. */
export function failure({ status, code, message, details, headers }: HttpError): Answer {
  return { status, headers, body: { success: false, message, error_code: code, ...(details === undefined ? {} : { details }) } };
}
