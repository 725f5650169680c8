import type { Budget } from '../../vocabulary/budget.ts';

const MINUTE_MS = 60_000;
/** Meta throttles at 100 % of what an account may use; behind that it takes minutes until it answers again. */
const FULL = 95;
const FULL_WAIT_MS = 5 * MINUTE_MS;
const HEADERS = ['x-business-use-case-usage', 'x-ad-account-usage', 'x-app-usage', 'x-fb-ads-insights-throttle'];
const SHARES = new Set(['call_count', 'total_time', 'total_cputime', 'acc_id_util_pct', 'app_id_util_pct']);

/** How long to wait, as the usage headers tell: as long as they say, or five minutes where an account is nearly used up. */
export const waitForUsage: Budget = (headers) => Math.max(0, ...HEADERS.flatMap((name) => usagesIn(headers[name])).map(waitOf));

function waitOf(usage: Readonly<Record<string, unknown>>): number {
  const minutes = Number(usage['estimated_time_to_regain_access'] ?? 0);
  if (minutes > 0) return minutes * MINUTE_MS;
  return Object.entries(usage).some(([name, share]) => SHARES.has(name) && Number(share) >= FULL) ? FULL_WAIT_MS : 0;
}

/** The usages in a header: one, or a list for each business. */
function usagesIn(header: string | undefined): readonly Readonly<Record<string, unknown>>[] {
  try {
    const parsed: unknown = JSON.parse(header ?? '{}');
    return isMembers(parsed) ? [parsed, ...Object.values(parsed).flat().filter(isMembers)] : [];
  } catch {
    return [];
  }
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
