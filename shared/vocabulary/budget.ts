/** Header names in lower case; of several values the first. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** How long to wait before the next request to the same account, in milliseconds, as the headers of the last answer tell. */
export type Budget = (headers: Headers, now: Date) => number;

/** The same from what a page says beside its records. */
export type PageBudget = (envelope: unknown, now: Date) => number;

/** What rate limit headers there are, and what the time in `reset` means. */
export interface RateLimitHeaders {
  readonly remaining: string;
  readonly reset: string;
  readonly resetIn: 'seconds' | 'epoch_seconds';
  /** Requests that others may need; 0 where it does not say. */
  readonly reserve?: number;
}

/** Waits until the reset when no more requests remain than the reserve. */
export function rateLimit({ remaining, reset, resetIn, reserve = 0 }: RateLimitHeaders): Budget {
  return (headers, now) => {
    const left = numberIn(headers[remaining]);
    const time = numberIn(headers[reset]);
    if (left === undefined || time === undefined || left > reserve) return 0;
    return Math.max(0, resetIn === 'seconds' ? time * 1000 : time * 1000 - now.getTime());
  };
}

function numberIn(text: string | undefined): number | undefined {
  const number = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}
