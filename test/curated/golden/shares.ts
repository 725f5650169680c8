/** Each key as often as its count says. */
export function repeated<R extends Readonly<Record<string, number>>>(counts: R): readonly `${keyof R & (string | number)}`[] {
  return entriesOf(counts).flatMap(([key, count]) => Array.from({ length: count }, () => key));
}

/** Whole numbers with this sum, at least `least` each, as near to the weights' shares as can be. */
export function shares(total: number, weights: readonly number[], least = 0): readonly number[] {
  const rest = total - least * weights.length;
  if (rest < 0) throw new RangeError(`${total} cannot be shared by ${weights.length} with ${least} each`);
  const sum = weights.reduce((a, b) => a + b, 0);
  const parts = weights.map((weight, index) => ({ index, exact: (rest * weight) / sum, whole: Math.floor((rest * weight) / sum) }));
  const missing = rest - parts.reduce((a, { whole }) => a + whole, 0);
  const up = new Set([...parts].sort((a, b) => b.exact - b.whole - (a.exact - a.whole)).slice(0, missing));
  return parts.map((part) => least + part.whole + (up.has(part) ? 1 : 0));
}

/** `shares` for keys with weights. */
export function sharesOf<K extends string>(total: number, weights: Readonly<Record<K, number>>, least = 0): Readonly<Record<K, number>> {
  const entries = entriesOf(weights);
  const numbers = shares(
    total,
    entries.map(([, weight]) => weight),
    least,
  );
  return recordOf(entries.map(([key], index) => [key, numbers[index] ?? 0])) as Readonly<Record<K, number>>;
}

/** The members of a record, typed by its keys. */
export function entriesOf<R extends object>(record: R): readonly (readonly [`${keyof R & (string | number)}`, R[keyof R]])[] {
  return Object.entries(record) as never;
}

/** The record of such members. */
export function recordOf<K extends string, V>(entries: readonly (readonly [K, V])[]): Readonly<Record<K, V>> {
  return Object.fromEntries(entries) as Record<K, V>;
}

export function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
