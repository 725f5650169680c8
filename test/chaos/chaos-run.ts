import type { ChaosBench } from './chaos-bench.ts';
import { violations } from './chaos-checks.ts';
import { type ChaosFigures, NO_FIGURES } from './chaos-figures.ts';
import { goOn, type Run, untilQuiet } from './chaos-moves.ts';
import { chaosPlan } from './chaos-plan.ts';
import { isReconciled } from './chaos-reconcile.ts';
import { openChaosWorld } from './chaos-world.ts';
import { diceOf } from './dice.ts';

/** What came of one seed. */
export interface ChaosResult {
  readonly seed: number;
  readonly figures: ChaosFigures;
  /** What must not be and is; none in a good run. */
  readonly problems: readonly string[];
  /** Every move, in order: the same for every run of the seed. */
  readonly moves: readonly string[];
}

const MAX_FAULTS = 16;
const MAX_RECONCILES = 5;

/** Runs one seed: everything arrives and everything that can go wrong may; then nothing may be lost, doubled or left over. */
export async function runChaos(seed: number, bench: ChaosBench): Promise<ChaosResult> {
  const dice = diceOf(seed * 7_919 + 1);
  const world = await openChaosWorld(bench, seed % 4 === 0 ? 'none' : 'empty');
  const run: Run = {
    dice,
    world,
    arrivals: [...chaosPlan(seed).arrivals],
    actors: new Set(),
    figures: { ...NO_FIGURES },
    problems: [],
    moves: [],
    faults: dice.below(MAX_FAULTS),
  };
  try {
    await untilQuiet(run);
    await bringBack(run);
    await letZombiesGo(run);
    run.problems.push(...(await violations(world)));
  } catch (error) {
    run.problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    await world.close();
  }
  run.figures.events = world.events.length;
  return { seed, figures: run.figures, problems: run.problems, moves: run.moves };
}

/** Reconciles as a person does, until nothing is missing. */
async function bringBack(run: Run): Promise<void> {
  for (let time = 1; time <= MAX_RECONCILES; time += 1) if (await isReconciled(run)) return;
  run.problems.push(`after ${MAX_RECONCILES} reconciles something is missing`);
}

/** The zombies that are left go on, or die at last; what they leave must be right without a reconcile. */
async function letZombiesGo(run: Run): Promise<void> {
  run.faults = 0;
  for (const actor of [...run.actors]) {
    if (run.dice.chance(0.2)) await goOn(run, actor, 'kill before');
    else actor.isLate = true;
  }
  await untilQuiet(run);
  if (!(await isReconciled(run))) run.problems.push('something was missing after the zombies had gone');
}
