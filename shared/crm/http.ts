/** A call to a CRM. */
export interface CrmRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
}

/** What came back, whatever its status. The body may hold credentials and personal data: it is never logged or quoted. */
export interface CrmAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** `set-cookie` may come several times and holds commas. */
  readonly cookies: readonly string[];
  /** Parsed JSON; undefined where the body is empty or is none. */
  readonly body: unknown;
}

/** The only way out to a CRM. */
export interface CrmHttp {
  /** Sends once, without retries and redirects; throws CrmUnreachable where no whole answer came. */
  send(request: CrmRequest, signal: AbortSignal): Promise<CrmAnswer>;
}

/**
 * Why no answer came: `address` is one that may not be called and was not; `time` is the caller's signal; after `timeout`, `network` and `too_large`
 * the CRM may have done what was asked.
 */
export type Unreachable = 'address' | 'network' | 'timeout' | 'time' | 'too_large';

/** No whole answer came. The message names the host and the reason, never a path, a header or a body. */
export class CrmUnreachable extends Error {
  readonly reason: Unreachable;

  constructor(reason: Unreachable, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'CrmUnreachable';
    this.reason = reason;
  }
}
