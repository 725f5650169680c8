export interface Generations {
  /** A generation greater than every one made or seen, and the moment it was made. */
  next(): { readonly generation: string; readonly created: string };
  /** Takes note of a generation that another process or an earlier one of this machine made. */
  seen(generation: string | undefined): void;
}

/** Makes generations: max(last + 1, now in µs), as decimal text. */
export function createGenerations(now: () => Date): Generations {
  let last = 0n;
  return {
    next: () => {
      const time = now();
      const micros = BigInt(time.getTime()) * 1000n;
      last = micros > last ? micros : last + 1n;
      return { generation: String(last), created: time.toISOString() };
    },
    seen: (generation) => {
      if (generation !== undefined && BigInt(generation) > last) last = BigInt(generation);
    },
  };
}
