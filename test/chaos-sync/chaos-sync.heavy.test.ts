import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { printedSeed } from '../support/random.ts';
import { runChaosSync } from './run.ts';
import { openWorld, type World } from './world.ts';

jest.setTimeout(600_000);

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

test('each contact and event reaches each CRM exactly once while answers fail and processes are killed (npm run chaos:sync)', async () => {
  const seed = printedSeed('chaos:sync');
  const { problems, kills, queued } = await runChaosSync(world, { seed, people: 25, failing: 0.3, killEveryMs: 4_000 });
  expect(problems).toEqual([]);
  expect(queued).toBeGreaterThan(0);
  expect(kills.sync + kills.deliver).toBeGreaterThan(0);
});
