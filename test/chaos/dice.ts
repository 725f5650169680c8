import { seeded } from '../support/random.ts';

/** Decides everything that is left open in a run; the same seed decides the same. */
export interface Dice {
  /** A whole number from 0 to one less than the limit. */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
}

/** Makes the dice of a seed. */
export function diceOf(seed: number): Dice {
  const random = seeded(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  return {
    below,
    chance: (probability) => random() < probability,
    pick(list) {
      const picked = list[below(list.length)];
      if (picked === undefined) throw new Error('there is nothing to pick from');
      return picked;
    },
  };
}
