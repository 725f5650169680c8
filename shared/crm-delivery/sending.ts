import { setTimeout as wait } from 'node:timers/promises';
import type { Connection, ContactItem, CrmProvider, EventItem, ItemResult } from '../crm/provider.ts';

/** An item as a provider takes it. */
export type Sendable = { readonly kind: 'contact'; readonly item: ContactItem } | { readonly kind: 'event'; readonly item: EventItem };

export interface SendOptions {
  readonly signal: AbortSignal;
  /** Milliseconds of the clock; no try begins later. */
  readonly deadline: number;
  readonly now: () => Date;
  /** From 0 to 1. */
  readonly random: () => number;
  /** How often an item is tried at most; default 6. */
  readonly tries?: number;
  /** The wait before the second try, in milliseconds; default 250, doubled for each further one. */
  readonly firstDelayMs?: number;
}

/** What became of an item, and after how many tries. */
export interface Sent {
  readonly result: ItemResult;
  readonly attempts: number;
}

const TRIES = 6;
const FIRST_DELAY_MS = 250;
const TIME_FOR_A_TRY_MS = 250;
/** A refusal for these reasons is about the connection, or about what each record lacks: parts of the batch would be refused alike. */
const NOT_ABOUT_RECORDS = new Set(['credentials', 'permission', 'address', 'required_fields_missing']);

/** Sends items of one kind to one CRM, in batches, again where that may help and there is time; a batch that is refused whole is halved until the record is found. */
export async function sendAll(provider: CrmProvider, connection: Connection, items: readonly Sendable[], options: SendOptions): Promise<readonly Sent[]> {
  const size = items[0]?.kind === 'event' ? provider.limits.eventsPerBatch : provider.limits.contactsPerBatch;
  const batches = Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
  const sent = await Promise.all(batches.map((batch) => sendBatch(provider, connection, batch, options)));
  return sent.flat();
}

async function sendBatch(provider: CrmProvider, connection: Connection, batch: readonly Sendable[], options: SendOptions): Promise<readonly Sent[]> {
  const { now, deadline, random, tries = TRIES, firstDelayMs = FIRST_DELAY_MS } = options;
  const ended = new Array<Sent | undefined>(batch.length).fill(undefined);
  let open = batch.map((_, index) => index);
  for (let attempt = 1; open.length > 0; attempt += 1) {
    const results = await sendOnce(
      provider,
      connection,
      open.flatMap((index) => batch[index] ?? []),
      options,
    );
    for (const [position, index] of open.entries()) ended[index] = { result: results[position] ?? missing(), attempts: attempt };
    open = open.filter((index) => ended[index]?.result.outcome === 'later');
    const delay = Math.max(...open.map((index) => retryAfter(ended[index])), firstDelayMs * 2 ** (attempt - 1) * (0.5 + random() / 2));
    if (open.length === 0 || attempt >= tries || options.signal.aborted || now().getTime() + delay + TIME_FOR_A_TRY_MS > deadline) break;
    if (!(await paused(delay, options.signal))) break;
  }
  return ended.map((one) => one ?? { result: missing(), attempts: 1 });
}

/** One call, or several where the whole batch is refused: the good records of a batch do not suffer from a bad one. */
async function sendOnce(provider: CrmProvider, connection: Connection, items: readonly Sendable[], options: SendOptions): Promise<readonly ItemResult[]> {
  const results = await call(provider, connection, items, options.signal);
  if (items.length === 1 || options.signal.aborted || !isRefusedWhole(results)) return results;
  const half = Math.ceil(items.length / 2);
  const first = await sendOnce(provider, connection, items.slice(0, half), options);
  return [...first, ...(await sendOnce(provider, connection, items.slice(half), options))];
}

async function call(provider: CrmProvider, connection: Connection, items: readonly Sendable[], signal: AbortSignal): Promise<readonly ItemResult[]> {
  try {
    const contacts = items.flatMap((one) => (one.kind === 'contact' ? [one.item] : []));
    if (contacts.length > 0) return await provider.upsertContacts(connection, contacts, signal);
    return await provider.sendEvents(
      connection,
      items.flatMap((one) => (one.kind === 'event' ? [one.item] : [])),
      signal,
    );
  } catch {
    // What nobody has foreseen may pass; its message could hold anything.
    return items.map(() => ({ outcome: 'later', reason: 'unexpected failure' }));
  }
}

function isRefusedWhole(results: readonly ItemResult[]): boolean {
  return results.every((result) => result.outcome === 'refused' && !NOT_ABOUT_RECORDS.has(result.code));
}

/** False where the time is over before. */
async function paused(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await wait(ms, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}

function retryAfter(sent: Sent | undefined): number {
  return sent?.result.outcome === 'later' ? (sent.result.retryAfterMs ?? 0) : 0;
}

function missing(): ItemResult {
  return { outcome: 'later', reason: 'the CRM gave no result for this item' };
}
