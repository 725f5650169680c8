import { OUT_OF_TIME, thrownResult } from './answers.ts';
import type { ItemResult } from './provider.ts';

/** A batch that was refused as a whole because of some of its items: it is cut in half until they are alone. */
export interface WholeRefused {
  readonly whole: ItemResult;
}

export interface BatchOptions<Item> {
  readonly most: number;
  /** Items with the same name never meet in one batch; the later one follows in a later batch. */
  readonly nameOf: (item: Item) => string;
  readonly signal: AbortSignal;
}

/** Sends items in batches, one after the other, and gives one result per item, in the order of the items. */
export async function inBatches<Item>(
  items: readonly Item[],
  options: BatchOptions<Item>,
  send: (batch: readonly Item[]) => Promise<readonly ItemResult[] | WholeRefused>,
): Promise<readonly ItemResult[]> {
  const results = new Map<Item, ItemResult>();
  for (const batch of batchesOf(items, options)) await sendHalving(batch, options.signal, send, results);
  return items.map((item) => results.get(item) ?? OUT_OF_TIME);
}

function batchesOf<Item>(items: readonly Item[], { most, nameOf }: BatchOptions<Item>): Item[][] {
  const batches: Item[][] = [];
  const lastOf = new Map<string, number>();
  let firstOpen = 0;
  for (const item of items) {
    const name = nameOf(item);
    let at = Math.max(firstOpen, (lastOf.get(name) ?? -1) + 1);
    while ((batches[at]?.length ?? 0) >= most) at += 1;
    batches[at] ??= [];
    batches[at]?.push(item);
    lastOf.set(name, at);
    while ((batches[firstOpen]?.length ?? 0) >= most) firstOpen += 1;
  }
  return batches;
}

async function sendHalving<Item>(
  batch: readonly Item[],
  signal: AbortSignal,
  send: (batch: readonly Item[]) => Promise<readonly ItemResult[] | WholeRefused>,
  results: Map<Item, ItemResult>,
): Promise<void> {
  const answer = signal.aborted ? { whole: OUT_OF_TIME } : await send(batch).catch((error: unknown) => ({ whole: thrownResult(error) }));
  if (!('whole' in answer)) {
    for (const [at, item] of batch.entries()) results.set(item, answer[at] ?? { outcome: 'later', reason: 'unanswered' });
    return;
  }
  if (batch.length === 1 || answer.whole.outcome !== 'refused' || !isAboutItems(answer.whole.statusCode)) {
    for (const item of batch) results.set(item, answer.whole);
    return;
  }
  const middle = batch.length >> 1;
  await sendHalving(batch.slice(0, middle), signal, send, results);
  await sendHalving(batch.slice(middle), signal, send, results);
}

/** What is wrong with the credentials or the address is wrong with every item. */
function isAboutItems(status: number | undefined): boolean {
  return status !== undefined && ![401, 403, 404, 405].includes(status);
}
