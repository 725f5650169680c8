import { sum } from './shares.ts';

/** A value at a share of the ranks: 0.5 is the median. */
export type Point = readonly [share: number, value: number];

/** How many ranks about a point have its value, so that every way of taking a quantile gives it. */
const PLATEAU = 3;

/**
 * Whole numbers in rising order whose quantiles lie at the points, with this sum: what is missing to it is made up, by ones,
 * between the first two points.
 */
export function numbersWith(count: number, total: number, points: readonly Point[]): readonly number[] {
  const numbers = Array.from({ length: count }, (_, rank) => valueAt(rank, count, points));
  const end = Math.floor((points[1]?.[0] ?? 1) * count) - PLATEAU - 1;
  const start = Math.floor(end / 4);
  const open = total - sum(numbers);
  if (Math.abs(open) > 5 * (end - start)) throw new RangeError(`${open} is too much to make up in ${end - start} numbers: move the second point`);
  for (let step = 0; step < Math.abs(open); step += 1) {
    const rank = start + (step % (end - start));
    numbers[rank] = (numbers[rank] ?? 0) + Math.sign(open);
  }
  return numbers;
}

function valueAt(rank: number, count: number, points: readonly Point[]): number {
  const placed = points.map(([share, value]) => [share * (count - 1), value] as const);
  const near = placed.slice(1, -1).find(([place]) => Math.abs(place - rank) <= PLATEAU);
  if (near !== undefined) return near[1] % 1 === 0 ? near[1] : rank < near[0] ? Math.floor(near[1]) : Math.ceil(near[1]);
  const next = Math.max(
    1,
    placed.findIndex(([place]) => place >= rank),
  );
  const [from, to] = [placed[next - 1] ?? [0, 0], placed[next] ?? [1, 0]];
  return Math.round(from[1] + ((to[1] - from[1]) * (rank - from[0])) / (to[0] - from[0]));
}

/** Swaps numbers between groups until each has its sum; together they have the sums' total. */
export function balance(groups: readonly number[][], sums: readonly number[]): void {
  for (;;) {
    const open = groups.map((group, index) => (sums[index] ?? 0) - sum(group));
    const [over, under] = [open.indexOf(Math.min(...open)), open.indexOf(Math.max(...open))];
    const most = Math.min(-(open[over] ?? 0), open[under] ?? 0);
    if (most <= 0) {
      if (open.some((rest) => rest !== 0)) throw new RangeError(`the groups' sums differ from what they hold together by ${sum(open)}`);
      return;
    }
    swap(groups[over] ?? [], groups[under] ?? [], most);
  }
}

/** Swaps the two numbers whose difference is the largest that is not more than `most`. */
function swap(over: number[], under: number[], most: number): void {
  let best = { difference: 0, a: -1, b: -1 };
  const places = new Map(under.map((value, index) => [value, index]));
  for (const [a, value] of over.entries())
    for (let difference = most; difference > best.difference; difference -= 1) {
      const b = places.get(value - difference);
      if (b !== undefined) best = { difference, a, b };
    }
  if (best.difference === 0) throw new RangeError(`no two numbers differ by at most ${most}`);
  const given = over[best.a] ?? 0;
  over[best.a] = under[best.b] ?? 0;
  under[best.b] = given;
}
