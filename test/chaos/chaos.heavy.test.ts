import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ChaosBench, openChaosBench } from './chaos-bench.ts';
import { runChaos } from './chaos-run.ts';

/** A few, and those that have found something: `npm run chaos` runs the others, 200 of them in CI. */
const SEEDS = [1, 2, 3, 4, 5, 3579, 3791];

describe('whatever is killed, doubled, lost, late or out of order', () => {
  let bench: ChaosBench;
  beforeAll(async () => {
    bench = await openChaosBench('test');
  });
  afterAll(() => bench.close());

  test.each(SEEDS)('nothing is lost, doubled or left over (npm run chaos -- --seed %i --runs 1)', async (seed) => {
    expect((await runChaos(seed, bench)).problems).toEqual([]);
  });

  test('the same seed makes the same moves', async () => {
    const first = await runChaos(2, bench);
    const second = await runChaos(2, bench);
    expect(first.moves.length).toBeGreaterThan(100);
    expect(second.moves).toEqual(first.moves);
  });
});
