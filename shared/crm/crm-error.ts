/** Why a CRM did not do what was asked. */
export type CrmFailure = 'credentials' | 'permission' | 'unreachable' | 'address' | 'refused';

/** A call to a CRM that has no items, such as `validate`, and did not succeed. Its message never holds a value or a credential. */
export class CrmError extends Error {
  readonly failure: CrmFailure;
  readonly statusCode: number | undefined;

  constructor(failure: CrmFailure, message: string, statusCode?: number) {
    super(message);
    this.name = 'CrmError';
    this.failure = failure;
    this.statusCode = statusCode;
  }
}
