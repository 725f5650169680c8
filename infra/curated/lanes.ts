import { idOf } from './graph.ts';
import type { Action } from './order.ts';

/**
 * Does the work of ordered actions on several lanes at once, each action after those that it names, and gives what came of
 * them in their order. Of those that may begin, that comes first which has the longest way after it: a test that nothing waits
 * for leaves its lane to what many wait for. A failure of the work ends it: nothing more begins, what has begun is waited for,
 * and what failed first is thrown: others may have failed because of it.
 */
export async function* ended<Lane, Result>(
  lanes: readonly Lane[],
  actions: readonly Action[],
  work: (lane: Lane, action: Action) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const turns = new Turns(lanes);
  const way = wayAfter(actions);
  const results = new Map<string, Promise<Result>>();
  let end: { readonly reason: unknown } | undefined;
  const inLane = async (action: Action): Promise<Result> => {
    const lane = await turns.take(way.get(idOf(action.target)) ?? 0);
    try {
      if (end !== undefined) throw end.reason;
      return await work(lane, action);
    } catch (reason) {
      end ??= { reason };
      throw reason;
    } finally {
      turns.giveBack(lane);
    }
  };
  for (const action of actions) {
    const before = action.after.flatMap((target) => results.get(idOf(target)) ?? []);
    const result = Promise.all(before).then(() => inLane(action));
    // It is thrown where its turn comes.
    result.catch(() => undefined);
    results.set(idOf(action.target), result);
  }
  try {
    for (const result of results.values()) yield await result;
  } catch (error) {
    throw end?.reason ?? error;
  } finally {
    end ??= { reason: new Error('nobody waits for it') };
    await Promise.allSettled(results.values());
  }
}

/** How many actions come one after the other behind each action, by its id. */
function wayAfter(actions: readonly Action[]): ReadonlyMap<string, number> {
  const way = new Map<string, number>();
  for (const { target, after } of actions.toReversed()) {
    const own = way.get(idOf(target)) ?? 0;
    for (const before of after) way.set(idOf(before), Math.max(way.get(idOf(before)) ?? 0, own + 1));
  }
  return way;
}

/** Lanes, each with one at a time; who comes first is taken first, but for the urgent. */
class Turns<Lane> {
  readonly #free: Lane[];
  readonly #waiting: { readonly urgency: number; readonly begin: (lane: Lane) => void }[] = [];

  constructor(lanes: readonly Lane[]) {
    this.#free = [...lanes];
  }

  /** Waits for a lane, before all that are less urgent. */
  take(urgency: number): Promise<Lane> {
    return new Promise((begin) => {
      const place = this.#waiting.findIndex((other) => other.urgency < urgency);
      this.#waiting.splice(place === -1 ? this.#waiting.length : place, 0, { urgency, begin });
      this.#soon();
    });
  }

  giveBack(lane: Lane): void {
    this.#free.push(lane);
    this.#soon();
  }

  /** What may begin because another has ended comes to wait first: it may be more urgent. */
  #soon(): void {
    setImmediate(() => this.#next());
  }

  #next(): void {
    for (const { begin } of this.#waiting.splice(0, this.#free.length)) begin(this.#free.pop() as Lane);
  }
}
