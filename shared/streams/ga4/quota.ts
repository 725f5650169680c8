import type { PageBudget } from '../../vocabulary/budget.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A report of this size costs about ten tokens; other reports of the property need some, too. */
const RESERVE = 100;
const HOURLY = ['tokensPerHour', 'tokensPerProjectPerHour', 'serverErrorsPerProjectPerHour', 'potentiallyThresholdedRequestsPerHour'];

/** How long to wait, as the quota of a report tells: until the next hour, or the next day, where what remains is needed. */
export const waitForTokens: PageBudget = (envelope, now) => {
  const time = now.getTime();
  // The day ends at midnight in the Pacific zone; to wait for the end of the day in UTC-8 is never too short.
  if (remaining(envelope, 'tokensPerDay') < RESERVE) return DAY_MS - ((time - 8 * HOUR_MS + DAY_MS) % DAY_MS);
  const isSpent = HOURLY.some((name) => remaining(envelope, name) < (name.startsWith('tokens') ? RESERVE : 1));
  return isSpent ? HOUR_MS - (time % HOUR_MS) : 0;
};

/** Infinity where the report says nothing; a status without `remaining` has none left, as zero is left out on the wire. */
function remaining(envelope: unknown, name: string): number {
  const status = member(member(envelope, 'propertyQuota'), name);
  if (status === undefined) return Number.POSITIVE_INFINITY;
  return Number(member(status, 'remaining') ?? 0);
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
