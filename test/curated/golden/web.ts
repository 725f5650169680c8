import { mixed } from './even.ts';
import { momentText, type Order, transactionOf, visitorOf } from './orders.ts';
import { WEB } from './published.ts';
import type { Row } from './row.ts';
import { sum } from './shares.ts';

const [LOWEST, HIGHEST] = WEB.valueRange;
const [SMALLEST_RATIO, LARGEST_RATIO] = WEB.ratioRange;
const NAMES = ['(data deleted)', '(direct)', '(organic)', '(referral)', '<Other>'];

/** One transaction for each order, whose value in USD has as little to do with the order's amount as published. */
export function webRows(orders: readonly Order[]): readonly Row[] {
  const values = valuesOf(orders.map(({ amount }) => amount / 100));
  return orders.map((order, index) => ({
    event_date: order.day,
    event_ts: momentText(order),
    transaction_id: transactionOf(index),
    user_pseudo_id: visitorOf(index),
    value: String(values[index]),
    currency: 'USD',
    source: order.source,
    medium: order.source === 'direct' ? '(none)' : 'referral',
    campaign_name: NAMES[index % NAMES.length] ?? null,
    is_sampled: false,
    is_thresholded: false,
  }));
}

/**
 * Whole dollars. Orders are ranked by amount to value; below the median the ratio falls the more steeply, the more value the
 * published total asks for.
 */
function valuesOf(amounts: readonly number[]): readonly number[] {
  const fixed = extremesOf(amounts);
  const ranked = mixed(
    amounts.map((_, index) => index).filter((index) => !fixed.has(index)),
    0,
  );
  const valuesAt = (bend: number): Map<number, number> => {
    const ratios = ranked.map((_, rank) => ratioAt(rank / (ranked.length - 1), bend));
    return new Map([...fixed, ...ranked.map((index, rank) => [index, dollars((amounts[index] ?? 0) / (ratios[rank] ?? 1))] as const)]);
  };
  const values = valuesAt(bendFor((bend) => sum(valuesAt(bend).values())));
  const open = WEB.value - sum(values.values());
  for (const index of ranked.slice(1, 1 + Math.abs(open))) values.set(index, (values.get(index) ?? 0) + Math.sign(open));
  return amounts.map((_, index) => values.get(index) ?? 0);
}

/** The published ends: the least and the greatest value, the smallest and the largest ratio. */
function extremesOf(amounts: readonly number[]): ReadonlyMap<number, number> {
  const lowest = amounts.indexOf(Math.min(...amounts));
  const nearest = amounts.findIndex((amount) => Math.abs(amount / HIGHEST - SMALLEST_RATIO) < 0.001);
  const other = amounts.findIndex((amount, index) => index !== lowest && index !== nearest && amount > LARGEST_RATIO * LOWEST);
  return new Map([
    [lowest, LOWEST],
    [nearest, HIGHEST],
    [other, Math.ceil((amounts[other] ?? 0) / LARGEST_RATIO)],
  ]);
}

function ratioAt(share: number, bend: number): number {
  const [low, high] = [SMALLEST_RATIO + 0.005, LARGEST_RATIO - 0.005];
  return share <= 0.5 ? low + (WEB.medianRatio - low) * (share * 2) ** bend : WEB.medianRatio + (high - WEB.medianRatio) * (share * 2 - 1);
}

function dollars(value: number): number {
  return Math.min(HIGHEST - 1, Math.max(LOWEST + 1, Math.round(value)));
}

/** The bend between 0.2 and 8 that gives the published total, by halving. */
function bendFor(totalAt: (bend: number) => number): number {
  let [low, high] = [0.2, 8];
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (totalAt(middle) < WEB.value) low = middle;
    else high = middle;
  }
  return low;
}
