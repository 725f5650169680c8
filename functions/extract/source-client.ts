import { PermanentError, TransientError } from '../../shared/errors.ts';
import { type HttpCall, type HttpOptions, type HttpRequest, type ReadAnswer, type Refusal, send } from '../../shared/http.ts';
import { pointerPath, valueAt } from '../../shared/json/pointer.ts';
import { retryAfterMs } from '../../shared/retry-after.ts';
import type { SettingValues, Source } from '../../shared/source.ts';
import type { Headers } from '../../shared/vocabulary/budget.ts';
import type { FailureRule } from '../../shared/vocabulary/failures.ts';
import type { StreamRequest } from '../../shared/vocabulary/request.ts';
import { credentials, tokenAuth } from './auth.ts';
import { AS_IT_IS, type Redaction, redaction, secretsOf, withoutSecrets } from './secrets.ts';
import { type TimeLeft, waitWithin } from './time-left.ts';
import { tokens } from './tokens.ts';

/** A request of a stream, or the next page's address as the source gave it. */
export type SourceRequest = StreamRequest & { readonly url?: string };

/** What a call may say about itself. */
export interface AskOptions {
  /** A request that must not be sent twice, as one that submits a report. */
  readonly once?: boolean;
  /** Ends the tries at the first failure of that kind. */
  readonly isFinal?: HttpCall['isFinal'];
}

/** One account of a source during one invocation: address, credentials, and how soon it may be asked again. */
export interface SourceClient {
  readonly source: Source;
  readonly settings: SettingValues;
  /** Sends a request and hands the 2xx answer to `read`; throws TransientError or PermanentError, as `send` does. */
  ask<Result>(request: SourceRequest, read: ReadAnswer<Result>, options?: AskOptions): Promise<Result>;
  /** Takes note of what a page says beside its records about the next request. */
  onPage(envelope: unknown): void;
  /** A page as it may be stored: without the secrets that a source repeats. */
  storable(bytes: Buffer): Buffer;
  /** The same of a document that is stored while it comes. */
  storing(): Redaction;
  /** What a complete answer means that is not what was asked for; undefined where the source's error map has no line for it. */
  meaningOf(body: unknown): TransientError | PermanentError | undefined;
}

/** Some vendors refuse callers without a name. */
const USER_AGENT = 'crm-data-pipeline';

/** Opens the way to a source; throws PermanentError where it is off. */
export function sourceClient(source: Source, settings: SettingValues | undefined, http: HttpOptions, time: TimeLeft): SourceClient {
  if (settings === undefined || source.baseUrl === undefined) throw off(source);
  const base = settings[source.baseUrl] ?? '';
  const auth = tokenAuth(source);
  const rules = source.failures ?? [];
  const access = auth === undefined ? undefined : tokens(auth, settings, () => callOf({}));
  const secrets = secretsOf(source, settings);
  let notBefore = 0;

  function callOf({ once, isFinal }: AskOptions): HttpCall {
    const call = { ...http, ...(once === true ? { tries: 1 } : {}), ...(isFinal === undefined ? {} : { isFinal }) };
    return { ...call, restMs, maxDelayMs: Math.min(http.maxDelayMs, Math.max(0, time.leftMs())), signal: time.signal };
  }

  function judge(refusal: Refusal) {
    spend(refusal.headers);
    // It is said to the account, not to the one request.
    waitFor(retryAfterMs(refusal.headers['retry-after'], http.now()));
    const known = ruleFor(rules, refusal);
    return known ?? (refusal.status === 401 && access !== undefined ? { means: 'token' as const } : undefined);
  }

  function restMs(): number {
    return notBefore - http.now().getTime();
  }

  function waitFor(ms: number | undefined): void {
    notBefore = Math.max(notBefore, http.now().getTime() + (ms ?? 0));
  }

  function spend(headers: Headers): void {
    notBefore = http.now().getTime() + (source.budget?.(headers, http.now()) ?? 0);
  }

  async function sendOnce<Result>(request: SourceRequest, read: ReadAnswer<Result>, options: AskOptions): Promise<Result> {
    const waitMs = restMs();
    await waitWithin(time, waitMs, () => new TransientError('budget', `${source.title} gives no more answers for ${Math.ceil(waitMs / 1000)} s`));
    const full = fullRequest(source, base, request, await credentials(source, settings ?? {}, access));
    return await send(full, { ...callOf(options), judge }, async (answer) => {
      spend(answer.headers);
      return await read(answer);
    });
  }

  return {
    source,
    settings,
    async ask(request, read, options = {}) {
      try {
        return await sendOnce(request, read, options);
      } catch (error) {
        if (!(error instanceof PermanentError) || error.rule !== 'token' || access === undefined) throw error;
        access.renew();
        return await sendOnce(request, read, options);
      }
    },
    onPage: (envelope) => waitFor(source.pageBudget?.(envelope, http.now())),
    storable: (bytes) => (source.echoesSecrets === true ? withoutSecrets(bytes, secrets) : bytes),
    storing: () => (source.echoesSecrets === true ? redaction(secrets) : AS_IT_IS),
    meaningOf(body) {
      const rule = ruleFor(rules, { status: 200, body });
      if (rule === undefined) return undefined;
      const message = `${source.title} answered 200 with an error${rule.hint === undefined ? '' : `: ${rule.hint}`}`;
      return rule.means === 'transient'
        ? new TransientError('answer', message)
        : new PermanentError(rule.means === 'permanent' ? 'answer' : rule.means, message);
    },
  };
}

/** The first line of an error map that fits a refusal. */
export function ruleFor(rules: readonly FailureRule[], { status, body }: Pick<Refusal, 'status' | 'body'>): FailureRule | undefined {
  return rules.find((rule) => {
    if (rule.status !== undefined && rule.status !== status) return false;
    if (rule.at === undefined) return rule.status !== undefined;
    const value = valueAt(body, pointerPath(rule.at));
    return value !== undefined && (rule.is === undefined || rule.is.some((one) => one === value));
  });
}

/** A source without settings. */
export function off(source: Source): PermanentError {
  const variables = Object.values(source.settings).map((setting) => setting.env);
  return new PermanentError('off', `${source.title} is off: set ${variables.join(', ')}`);
}

function fullRequest(
  source: Source,
  base: string,
  request: SourceRequest,
  { headers, query }: { headers: object; query: Readonly<Record<string, string>> },
): HttpRequest {
  const { json, form } = request;
  const body = json === undefined ? (form === undefined ? {} : { form }) : { json };
  const common = { ...body, headers: { accept: 'application/json', 'user-agent': USER_AGENT, ...request.headers, ...headers } };
  if (request.url === undefined) return { ...common, url: `${base}${request.path ?? ''}`, query: { ...request.query, ...query } };
  const next = URL.parse(request.url, base);
  // The credentials go where the declaration says, and nowhere else.
  if (next === null || next.origin !== new URL(base).origin) throw new PermanentError('next_url', `${source.title} names a next page on another host`);
  for (const [name, value] of Object.entries(query)) next.searchParams.set(name, value);
  return { ...common, url: `${next.origin}${next.pathname}`, query: next.searchParams };
}
