const STEPS = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71].map(Math.sqrt);

/**
 * The n-th of a sequence of numbers in [0, 1) that fills it evenly (multiples of a root, modulo 1), so that nothing here is
 * random. Sequences of different salts are independent enough for attributes to be spread over each other.
 */
export function even(index: number, salt: number): number {
  const step = STEPS[salt];
  if (step === undefined) throw new RangeError(`salt ${salt}: there are ${STEPS.length} sequences`);
  return ((index + 1) * step) % 1;
}

/** The list in an order that has nothing to do with its own; another one for every `turn`, so that lists of one kind differ. */
export function mixed<T>(list: readonly T[], salt: number, turn = 0): readonly T[] {
  return list
    .map((value, index) => ({ value, place: (even(index, salt) + even(turn, salt)) % 1 }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}
