import { loadedStream, mixedVersions } from './chaos-checks.ts';
import type { ChaosFigures } from './chaos-figures.ts';
import type { Arrival } from './chaos-plan.ts';
import type { ChaosEvent, ChaosWorld } from './chaos-world.ts';
import type { Dice } from './dice.ts';
import { beginInvocation, type Fate, type SteppedInvocation } from './stepped-invocation.ts';

/** An invocation and the event that it is for. */
export interface Actor {
  readonly number: number;
  readonly event: ChaosEvent;
  readonly invocation: SteppedInvocation;
  /** Its event has been given to another delivery, because nobody waits for this one any more. */
  isZombie: boolean;
  /** A zombie that nothing holds back. */
  isLate: boolean;
}

/** One run on its way. */
export interface Run {
  readonly dice: Dice;
  readonly world: ChaosWorld;
  readonly arrivals: Arrival[];
  readonly actors: Set<Actor>;
  readonly figures: ChaosFigures;
  readonly problems: string[];
  readonly moves: string[];
  /** How many more faults there may be. */
  faults: number;
}

interface Move {
  readonly weight: number;
  readonly make: () => Promise<void>;
}

const MAX_MOVES = 20_000;
/** After so many tries an event is given up, as Eventarc does. */
const MAX_ATTEMPTS = 12;
const AT_A_TIME = 4;

/** Makes moves until nothing is on its way: no object to come, no event to deliver, no invocation but sleeping zombies. */
export async function untilQuiet(run: Run): Promise<void> {
  for (;;) {
    const moves = movesOf(run);
    if (moves.length === 0) return;
    if (run.moves.length > MAX_MOVES) throw new Error('the run does not come to rest');
    run.world.tick();
    await pickMove(run.dice, moves).make();
  }
}

function movesOf(run: Run): readonly Move[] {
  const { actors, arrivals, dice, world } = run;
  const awake = [...actors].filter((actor) => !actor.isZombie || actor.isLate);
  const asleep = [...actors].filter((actor) => actor.isZombie && !actor.isLate);
  const inFlight = new Set(awake.map((actor) => actor.event));
  const due = world.events.filter((event) => event.state === 'pending' && !inFlight.has(event));
  if (arrivals.length + awake.length + due.length === 0) return [];
  const moves: Move[] = [];
  const may = (weight: number, isPossible: boolean, make: () => Promise<void>) => isPossible && moves.push({ weight, make });
  may(20, arrivals.length > 0, () => arrive(run));
  may(30, due.length > 0 && awake.length < AT_A_TIME, () => deliver(run, dice.pick(due), 'deliver'));
  may(100, awake.length > 0, () => goOn(run, dice.pick(awake), 'pass'));
  may(6, asleep.length > 0, () => goOn(run, dice.pick(asleep), 'pass'));
  if (run.faults === 0) return moves;
  const known = world.events.filter((event) => event.state !== 'lost');
  const losable = due.filter((event) => event.function !== 'extract');
  may(5, awake.length > 0, () => fault(run, 'kills', () => goOn(run, dice.pick(awake), dice.pick(['kill before', 'kill after']))));
  may(3, awake.length > 0, () => fault(run, 'failures', () => goOn(run, dice.pick(awake), dice.pick(['fail before', 'fail after']))));
  may(3, known.length > 0, () => fault(run, 'duplicates', () => deliver(run, dice.pick(known), 'deliver again')));
  may(4, awake.length > 0, () => fault(run, 'zombies', async () => fallAsleep(run, dice.pick(awake))));
  may(3, losable.length > 0, () => fault(run, 'lost', async () => lose(run, dice.pick(losable))));
  return moves;
}

function pickMove(dice: Dice, moves: readonly Move[]): Move {
  let point = dice.below(moves.reduce((sum, { weight }) => sum + weight, 0));
  const move = moves.find(({ weight }) => {
    point -= weight;
    return point < 0;
  });
  return move ?? dice.pick(moves);
}

async function fault(run: Run, kind: 'kills' | 'failures' | 'duplicates' | 'zombies' | 'lost', make: () => Promise<void>): Promise<void> {
  run.faults -= 1;
  run.figures[kind] += 1;
  await make();
}

async function arrive(run: Run): Promise<void> {
  const arrival = run.arrivals.shift();
  if (arrival === undefined) return;
  run.figures.objects += 1;
  run.moves.push(`arrive ${arrival.upload === undefined ? arrival.message.id : arrival.upload.name}`);
  if (arrival.upload === undefined) run.world.publish(arrival.message);
  else await run.world.upload(arrival.upload);
}

async function deliver(run: Run, event: ChaosEvent, word: string): Promise<void> {
  event.attempts += 1;
  run.figures.deliveries += 1;
  const number = run.figures.deliveries;
  run.moves.push(`${word} ${number}: ${event.function} ${event.subject}`);
  const invocation = await beginInvocation((gate) => run.world.run(event, gate));
  const actor: Actor = { number, event, invocation, isZombie: false, isLate: false };
  run.actors.add(actor);
  endOf(run, actor);
}

/** Lets an invocation make its next call, with that fate. */
export async function goOn(run: Run, actor: Actor, fate: Fate): Promise<void> {
  const call = actor.invocation.waiting;
  run.moves.push(`${fate} ${actor.number}: ${call?.name}`);
  run.figures.calls += 1;
  await actor.invocation.step(fate);
  endOf(run, actor);
  const stream = call?.name === 'job apply' ? loadedStream(actor.event.subject.replace(/^clean\/(.*)#\d+$/, '$1')) : undefined;
  const mixed = stream === undefined ? undefined : await mixedVersions(run.world.parts.warehouse, stream);
  if (mixed !== undefined) run.problems.push(`after move ${run.moves.length}: ${mixed}`);
}

/** What the sender of an event makes of the end of its invocation; of a zombie he hears nothing. */
function endOf(run: Run, actor: Actor): void {
  const { event, invocation } = actor;
  if (invocation.waiting !== undefined) return;
  run.actors.delete(actor);
  if (actor.isZombie || event.state !== 'pending') return;
  if (invocation.answer !== undefined) event.state = 'done';
  else if (event.attempts >= MAX_ATTEMPTS && event.function !== 'extract') event.state = 'lost';
}

function fallAsleep(run: Run, actor: Actor): void {
  run.moves.push(`zombie ${actor.number}`);
  actor.isZombie = true;
  actor.isLate = false;
}

function lose(run: Run, event: ChaosEvent): void {
  run.moves.push(`lose ${event.subject}`);
  event.state = 'lost';
}
