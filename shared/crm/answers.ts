import pLimit from 'p-limit';
import { isTransientStatus } from '../errors.ts';
import { CrmError } from './crm-error.ts';
import { type CrmAnswer, type CrmHttp, type CrmRequest, CrmUnreachable } from './http.ts';
import type { ItemResult, Later, Refused } from './provider.ts';

/** Sends one request of one user's connection. */
export type Call = (request: CrmRequest) => Promise<CrmAnswer>;

export function callOf(http: CrmHttp, signal: AbortSignal): Call {
  return (request) => http.send(request, signal);
}

/** How a vendor says what is wrong, beyond the status. */
export interface Reading {
  /** What the answer's own code means; undefined leaves it to the status. */
  readonly means?: 'later' | 'credentials' | 'refused';
  /** Words of the vendor's closed lists; anything else is not quoted, vendors echo what they were sent. */
  readonly codes?: readonly unknown[];
  readonly fields?: readonly string[];
  readonly retryAfterMs?: number;
  readonly hint?: string;
}

/** The result of an answer that is no success. */
export function failureOf(answer: CrmAnswer, reading: Reading = {}): Later | Refused {
  const { status } = answer;
  const code = quotable(reading.codes);
  const means = reading.means ?? meaningOf(status);
  if (means === 'later') {
    const retryAfterMs = reading.retryAfterMs ?? retryAfter(answer);
    return { outcome: 'later', reason: code ?? `http_${status}`, statusCode: status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  if (means === 'credentials')
    return { outcome: 'refused', code: 'credentials', message: 'the CRM does not accept the credentials: connect again', statusCode: status };
  const fields = reading.fields === undefined || reading.fields.length === 0 ? '' : ` (${reading.fields.join(', ')})`;
  const why = reading.hint ?? HINTS[status] ?? 'change the record and send it again';
  return { outcome: 'refused', code: code ?? `http_${status}`, message: `the CRM refused it with ${code ?? status}${fields}: ${why}`, statusCode: status };
}

const HINTS: Readonly<Record<number, string>> = {
  300: 'several records have this value; make the field unique',
  403: 'the credentials lack a permission for it',
  404: 'it knows no such address; check the site and its version',
  413: 'it is too large',
};

/** A 2xx that does not say that anything was done. */
export function unconfirmed({ status }: CrmAnswer): Later {
  return { outcome: 'later', reason: 'unconfirmed', statusCode: status };
}

/** Turns what a call throws into a result; what is unknown counts as passing. */
export function thrownResult(error: unknown): Later | Refused {
  if (error instanceof CrmUnreachable) {
    return error.reason === 'address' ? { outcome: 'refused', code: 'address', message: error.message } : { outcome: 'later', reason: error.reason };
  }
  if (error instanceof CrmError) return crmErrorResult(error);
  return { outcome: 'later', reason: `unexpected_${error instanceof Error ? error.name : typeof error}` };
}

function crmErrorResult({ failure, message, statusCode }: CrmError): Later | Refused {
  const status = statusCode === undefined ? {} : { statusCode };
  return failure === 'unreachable' ? { outcome: 'later', reason: 'unreachable', ...status } : { outcome: 'refused', code: failure, message, ...status };
}

/** The error of a call without items, from an answer that is no success. */
export function errorOf(title: string, answer: CrmAnswer, reading: Reading = {}): CrmError {
  const { status } = answer;
  const means = reading.means ?? meaningOf(status);
  if (status < 300 && reading.means === undefined) {
    return new CrmError('unreachable', `${title} answered ${status} without what was asked for: check the address, or try again later`, status);
  }
  if (means === 'credentials') return new CrmError('credentials', `${title} does not accept the credentials`, status);
  if (status === 403 && means !== 'later')
    return new CrmError('permission', `${title} accepts the credentials, but they lack a permission that is needed`, status);
  if (means === 'later') return new CrmError('unreachable', `${title} answered ${status}: try again later`, status);
  return new CrmError('refused', `${title} answered ${status}: check the address and the credentials`, status);
}

/** As `errorOf`, for what a call throws. */
export function thrownError(title: string, error: unknown): unknown {
  if (!(error instanceof CrmUnreachable)) return error;
  return error.reason === 'address'
    ? new CrmError('address', error.message)
    : new CrmError('unreachable', `${title} cannot be reached (${error.reason}): try again later`);
}

/** One result per item, in order; a few at once, items of the same group one after the other. Nothing is sent once the time is over. */
export async function eachResult<Item>(
  items: readonly Item[],
  { concurrency, groupOf, signal }: { readonly concurrency: number; readonly groupOf: (item: Item) => string; readonly signal: AbortSignal },
  work: (item: Item) => Promise<ItemResult>,
): Promise<readonly ItemResult[]> {
  const limit = pLimit(concurrency);
  const groups = Map.groupBy(items.entries(), ([, item]) => groupOf(item));
  const results = new Map<number, ItemResult>();
  const runs = [...groups.values()].map((group) =>
    limit(async () => {
      for (const [at, item] of group) results.set(at, await resultOf(signal, () => work(item)));
    }),
  );
  await Promise.all(runs);
  return items.map((_, at) => results.get(at) ?? OUT_OF_TIME);
}

/** A result, whatever happens. */
export async function resultOf(signal: AbortSignal, work: () => Promise<ItemResult>): Promise<ItemResult> {
  if (signal.aborted) return OUT_OF_TIME;
  return await work().catch(thrownResult);
}

export const OUT_OF_TIME: Later = { outcome: 'later', reason: 'time' };

/** Locked, and HubSpot's own for an account that moves to another data centre (https://developers.hubspot.com/docs/api-reference/error-handling). */
const PASSING = new Set([423, 477]);

function meaningOf(status: number): 'later' | 'credentials' | 'refused' {
  if (status === 401) return 'credentials';
  return isTransientStatus(status) || PASSING.has(status) ? 'later' : 'refused';
}

/** Seconds, or a date that is compared with the server's own clock. */
function retryAfter({ headers }: CrmAnswer): number | undefined {
  const value = headers['retry-after']?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d{1,7}(?:\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000);
  const wait = Date.parse(value) - Date.parse(headers['date'] ?? '');
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/** Words in capitals or in small letters with underscores; a key or a value does not look like that. */
function quotable(codes: readonly unknown[] = []): string | undefined {
  return codes.find((code): code is string => typeof code === 'string' && /^(?:[A-Z]{2,30}(?:_[A-Z]{1,30}){0,8}|[a-z]{2,30}(?:_[a-z]{1,30}){0,8})$/.test(code));
}
