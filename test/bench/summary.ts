/** The middle and the ends of what was measured. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Sums up at least one value. */
export function summary(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return { median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, min: at(0), max: at(sorted.length - 1) };
}

/** `median (min–max)`. */
export function spread(values: readonly number[], digits: number): string {
  const { median, min, max } = summary(values);
  return `${figure(median, digits)} (${figure(min, digits)}–${figure(max, digits)})`;
}

/** A number for people: thousands apart, so many decimals. */
export function figure(value: number, digits: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
