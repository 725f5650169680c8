import pLimit from 'p-limit';
import { idOf } from './graph.ts';
import type { Action } from './order.ts';

/**
 * Does the work of ordered actions on several lanes at once, each action after those that it names, and gives what came of
 * them in their order. A failure of the work ends it: nothing more begins, what has begun is waited for, and what failed first is
 * thrown: others may have failed because of it.
 */
export async function* ended<Lane, Result>(
  lanes: readonly Lane[],
  actions: readonly Action[],
  work: (lane: Lane, action: Action) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const free = [...lanes];
  const limit = pLimit(lanes.length);
  const results = new Map<string, Promise<Result>>();
  let end: { readonly reason: unknown } | undefined;
  const inLane = async (action: Action): Promise<Result> => {
    if (end !== undefined) throw end.reason;
    const lane = free.pop();
    if (lane === undefined) throw new Error('more work than lanes');
    try {
      return await work(lane, action);
    } catch (reason) {
      end ??= { reason };
      throw reason;
    } finally {
      free.push(lane);
    }
  };
  for (const action of actions) {
    const before = action.after.flatMap((target) => results.get(idOf(target)) ?? []);
    const result = Promise.all(before).then(() => limit(inLane, action));
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
