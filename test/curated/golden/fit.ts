import { entriesOf, sum } from './shares.ts';

/** A row whose amount, in pence, is to be found: a multiple of `unit` between two bounds; equal bounds fix it. */
export interface Fitted {
  readonly unit: number;
  readonly low: number;
  readonly high: number;
  amount: number;
}

/** What the amounts of the rows must add up to, by one attribute. */
export interface Margin<R> {
  readonly name: string;
  readonly of: (row: R) => string;
  /** Pence by value of the attribute; together the same in every margin. */
  readonly totals: Readonly<Record<string, number>>;
}

const ROUNDS = 20;

/**
 * Changes the amounts until every margin holds to the penny: first in proportion (iterative proportional fitting), then what
 * rounding left is moved, margin by margin, between rows that all margins before see as the same.
 */
export function fitToMargins<R extends Fitted>(rows: readonly R[], margins: readonly Margin<R>[]): void {
  for (const margin of margins) expectSameSum(margins[0] ?? margin, margin);
  for (let round = 0; round < ROUNDS; round += 1) for (const margin of margins) scale(rows, margin);
  for (const row of rows) row.amount = within(row, Math.round(row.amount / row.unit) * row.unit);
  for (const [index, margin] of margins.entries()) settle(rows, margin, margins.slice(0, index));
}

function expectSameSum<R>(first: Margin<R>, margin: Margin<R>): void {
  const [a, b] = [first, margin].map(({ totals }) => sum(Object.values(totals)));
  if (a !== b) throw new RangeError(`${first.name} adds up to ${a}, ${margin.name} to ${b}`);
}

function scale<R extends Fitted>(rows: readonly R[], { of, totals }: Margin<R>): void {
  const sums = new Map<string, { free: number; fixed: number }>();
  for (const row of rows) {
    const sumOf = sums.get(of(row)) ?? { free: 0, fixed: 0 };
    if (row.low === row.high) sumOf.fixed += row.amount;
    else sumOf.free += row.amount;
    sums.set(of(row), sumOf);
  }
  for (const row of rows) {
    const { free, fixed } = sums.get(of(row)) ?? { free: 0, fixed: 0 };
    if (free > 0) row.amount = within(row, (row.amount * ((totals[of(row)] ?? 0) - fixed)) / free);
  }
}

function within({ low, high }: Fitted, amount: number): number {
  if (amount < low) return low;
  return amount > high ? high : amount;
}

/** Rows that can give or take a penny, by what the margins before see of them and then by value of this margin. */
type Alike<R> = readonly ReadonlyMap<string, readonly R[]>[];

function settle<R extends Fitted>(rows: readonly R[], margin: Margin<R>, before: readonly Margin<R>[]): void {
  const open = missing(rows, margin);
  if (before.length === 0) {
    for (const [value, pence] of open)
      spread(
        rows.filter((row) => margin.of(row) === value),
        pence,
        `${margin.name} ${value}`,
      );
    return;
  }
  const alike = groups(rows, margin, before);
  for (;;) {
    const from = largest(open, -1);
    const to = largest(open, 1);
    if (from === undefined || to === undefined) return;
    const pence = Math.min(-(open.get(from) ?? 0), open.get(to) ?? 0);
    const path = pathBetween(alike, from, to);
    if (path === undefined) throw new RangeError(`${margin.name}: no rows to move ${pence} pence from ${from} to ${to} by`);
    for (let step = 1; step < path.length; step += 1) move(alike, path[step - 1] ?? '', path[step] ?? '', pence);
    open.set(from, (open.get(from) ?? 0) + pence);
    open.set(to, (open.get(to) ?? 0) - pence);
  }
}

/** Pence that each value of a margin lacks. */
function missing<R extends Fitted>(rows: readonly R[], { of, totals }: Margin<R>): Map<string, number> {
  const open = new Map(entriesOf(totals));
  for (const row of rows) open.set(of(row), (open.get(of(row)) ?? 0) - row.amount);
  return open;
}

function largest(open: ReadonlyMap<string, number>, sign: 1 | -1): string | undefined {
  const candidates = [...open].filter(([, pence]) => pence * sign > 0).sort((a, b) => sign * (b[1] - a[1]));
  return candidates[0]?.[0];
}

function groups<R extends Fitted>(rows: readonly R[], margin: Margin<R>, before: readonly Margin<R>[]): Alike<R> {
  const found = new Map<string, Map<string, R[]>>();
  for (const row of rows.filter(({ unit, low, high }) => unit === 1 && low < high)) {
    const seen = before.map(({ of }) => of(row)).join('|');
    const byValue = found.get(seen) ?? new Map<string, R[]>();
    found.set(seen, byValue);
    byValue.set(margin.of(row), [...(byValue.get(margin.of(row)) ?? []), row]);
  }
  return [...found.values()].filter(({ size }) => size > 1);
}

/** The shortest way from one value to another over rows that are alike. */
function pathBetween<R>(alike: Alike<R>, from: string, to: string): readonly string[] | undefined {
  const ways = new Map<string, readonly string[]>([[from, [from]]]);
  for (const [value, way] of ways) {
    if (value === to) return way;
    const next = alike.filter((group) => group.has(value)).flatMap((group) => [...group.keys()]);
    for (const reached of next) if (!ways.has(reached)) ways.set(reached, [...way, reached]);
  }
  return ways.get(to);
}

/** Moves pence between two values, over as many pairs of rows as it takes. */
function move<R extends Fitted>(alike: Alike<R>, from: string, to: string, pence: number): void {
  let rest = pence;
  for (const group of alike) {
    const givers = group.get(from) ?? [];
    const takers = group.get(to) ?? [];
    for (const giver of givers)
      for (const taker of takers) {
        const part = Math.min(rest, giver.amount - giver.low, taker.high - taker.amount);
        giver.amount -= part;
        taker.amount += part;
        rest -= part;
      }
    if (rest === 0) return;
  }
  throw new RangeError(`${rest} of ${pence} pence cannot be moved from ${from} to ${to} within the bounds`);
}

/** Adds pence to rows that can take them. */
function spread<R extends Fitted>(rows: readonly R[], pence: number, name: string): void {
  let rest = pence;
  for (const row of rows.filter(({ unit }) => unit === 1)) {
    const amount = within(row, row.amount + rest);
    rest -= amount - row.amount;
    row.amount = amount;
  }
  if (rest !== 0) throw new RangeError(`${name}: ${rest} of ${pence} pence find no row within the bounds`);
}
