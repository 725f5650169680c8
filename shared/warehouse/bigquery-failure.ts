import { isTransientStatus, PermanentError, TransientError } from '../errors.ts';
import type { ErrorProto, JobStatus } from './bigquery-resources.ts';

export interface Failure {
  readonly transient: boolean;
  /** BigQuery's word, but `invalid` for `invalidQuery`. */
  readonly reason: string;
  /** What is wrong and where; never a value. */
  readonly message: string;
}

const MAX_MESSAGE = 500;
/** What the same job will meet again, whenever it runs; every other reason may go away by itself. */
const PERMANENT = new Set([
  'accessDenied',
  'billingNotEnabled',
  'bytesBilledLimitExceeded',
  'conflict',
  'invalid',
  'notFound',
  'notImplemented',
  'required',
  'resourcesExceeded',
  'responseTooLarge',
]);
/** BigQuery calls these `invalidQuery` or `resourcesExceeded`, yet they speak of other statements at the same moment. */
const CONFLICT = /could not serialize access|concurrent update|too many DML statements|transaction is aborted/i;
const REASONS: Readonly<Record<number, string>> = {
  400: 'invalid',
  401: 'authError',
  403: 'accessDenied',
  404: 'notFound',
  409: 'duplicate',
  412: 'conditionNotMet',
};

/** What BigQuery's answer or the lack of one means for the call; what is unknown is transient. */
export function failureOf(error: unknown): Failure {
  if (error instanceof TransientError || error instanceof PermanentError) {
    return { transient: error instanceof TransientError, reason: error.rule, message: error.message };
  }
  const status = statusOf(error);
  const reason = reasonOf(error);
  if (status === undefined && reason === undefined) return { transient: true, reason: 'network', message: 'BigQuery did not answer' };
  const failure = protoFailure({ reason: reason ?? REASONS[status ?? 0] ?? 'unknown', message: messageOf(error) });
  return { ...failure, transient: failure.transient || (status !== undefined && isTransientStatus(status)) };
}

/** What the `errorResult` of a job that is DONE means. */
export function protoFailure({ reason = 'unknown', message = '' }: ErrorProto): Failure {
  const known = reason === 'invalidQuery' ? 'invalid' : reason;
  return { transient: !PERMANENT.has(known) || CONFLICT.test(message), reason: known, message: `BigQuery: ${withoutValues(message) || known}` };
}

/** The failure of a load job: its messages quote values, so only the words before the first one are kept, and the field. */
export function loadFailure(status: JobStatus): Failure {
  const failure = protoFailure(status.errorResult ?? {});
  const texts = [...(status.errors ?? []), status.errorResult ?? {}].map(({ message }) => message ?? '');
  const field = texts.map((text) => /\bfield:? ['"`]?([A-Za-z_]\w*)/i.exec(text)?.[1]).find((name) => name !== undefined);
  const [words = ''] = /^[A-Za-z ,-]*/.exec(status.errorResult?.message ?? '') ?? [];
  return { ...failure, message: `BigQuery: ${words.trim() || failure.reason}${field === undefined ? '' : ` (field ${field})`}` };
}

/** The error class that decides about redelivery, for calls that are no jobs. */
export function thrown(error: unknown): TransientError | PermanentError {
  if (error instanceof TransientError || error instanceof PermanentError) return error;
  const { transient, reason, message } = failureOf(error);
  return transient ? new TransientError(reason, message, { cause: error }) : new PermanentError(reason, message, { cause: error });
}

/** The HTTP status of the client's error; undefined where there was no answer. */
export function statusOf(error: unknown): number | undefined {
  return isRecord(error) && typeof error['code'] === 'number' ? error['code'] : undefined;
}

/** BigQuery's whole message. */
export function messageOf(error: unknown): string {
  const [first] = protosOf(error);
  if (first?.message !== undefined) return first.message;
  return isRecord(error) && typeof error['message'] === 'string' ? error['message'] : 'no error object';
}

function reasonOf(error: unknown): string | undefined {
  return protosOf(error)[0]?.reason;
}

function protosOf(error: unknown): readonly { readonly reason?: string; readonly message?: string }[] {
  const errors = isRecord(error) && Array.isArray(error['errors']) ? error['errors'] : [];
  return errors.filter(isRecord).map(({ reason, message }) => ({
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(typeof message === 'string' ? { message } : {}),
  }));
}

/** Names stand in back-ticks and after words, values in quotes. */
function withoutValues(message: string): string {
  const [line = ''] = message.split('\n', 1);
  return line.replaceAll(/'[^']*'?|"[^"]*"?/g, '…').slice(0, MAX_MESSAGE);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
