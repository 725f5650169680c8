import { randomUUID } from 'node:crypto';
import type { Answer, FunctionName } from '../../shared/invocation.ts';
import type { ObjectStore } from '../../shared/object-store/object-store.ts';
import { type EventRequest, finalizedEvent, publishedEvent } from './cloud-event.ts';
import { openJournal } from './journal.ts';
import type { Topic } from './topic.ts';

/** An event that was given up after its last try. */
export interface DeadLetter {
  /** What `redeliver` takes: 8 hex digits. */
  readonly id: string;
  readonly function: FunctionName;
  /** The object with its generation, or the message. */
  readonly subject: string;
  readonly attempts: number;
  readonly lastError: string;
  /** RFC 3339, UTC. */
  readonly givenUpAt: string;
}

/** An event that was answered with success. */
export interface Delivered {
  readonly function: FunctionName;
  readonly subject: string;
  readonly answer: Answer;
}

/** An event that failed and will be tried again. */
export interface Waiting {
  readonly function: FunctionName;
  readonly subject: string;
  readonly attempts: number;
  readonly lastError: string;
}

export interface DeliveryOptions {
  readonly file: string;
  readonly stores: readonly { readonly store: ObjectStore; readonly function: FunctionName }[];
  readonly topic: Topic;
  readonly urls: Readonly<Partial<Record<FunctionName, string>>>;
  readonly now: () => Date;
  readonly maxAttempts?: number;
  /** The wait before the second try, in milliseconds; doubled for each further one, at most 600 s as Eventarc does. */
  readonly firstDelayMs?: number;
  /** How long to wait before looking for new objects again, in milliseconds. */
  readonly pollMs?: number;
  /** How many objects are delivered at once. */
  readonly concurrency?: number;
  readonly onDelivered?: (delivered: Delivered) => void;
  /** Is told what keeps the loop itself from its work, once as long as it lasts; the loop tries again. */
  readonly onTrouble?: (message: string) => void;
}

/** Delivers what the objects and messages ask for, at least once, until each is acknowledged. */
export interface DeliveryLoop {
  /** Looks for new objects now. */
  kick(): void;
  /**
   * Resolves when nothing is left but what has failed `tries` times and waits for another try; tells what that is. Rejects where
   * it cannot be told what there is, because listing it fails again and again.
   */
  idle(tries?: number): Promise<readonly Waiting[]>;
  deadLetters(): readonly DeadLetter[];
  /** Whether that generation, `<bucket>/<name>#<generation>`, needs no delivery any more. */
  isAcknowledged(subject: string): boolean;
  /** Brings a dead letter back to life; false where there is none of that id. */
  redeliver(id: string): Promise<boolean>;
  /** Events delivered with success by this process. */
  readonly delivered: number;
  stop(): Promise<void>;
}

interface Pending {
  readonly key: string;
  readonly function: FunctionName;
  readonly request: (delivery: { id: string; time: string }) => EventRequest;
  readonly delivery: { readonly id: string; readonly time: string };
  attempts: number;
  /** In milliseconds of the clock. */
  notBefore: number;
  lastError: string;
}

type Posted = { readonly answer: Answer; readonly error?: never } | { readonly answer?: never; readonly error: string };
type Entry = { readonly ack: string } | { readonly dead: DeadLetter } | { readonly revived: string };

const MAX_DELAY_MS = 600_000;
/** Messages that are delivered at once: they wait for sources, of which a slow one must not stop another, nor any file. */
const EXTRACTS = 8;
/** So many looks fail in a row before nobody is kept waiting for a good one. */
const LOOK_TRIES = 3;

/**
 * Starts the loop. It is a reconcile loop: what is listed minus what is acknowledged is delivered, so a process that was
 * killed loses nothing, and a file that somebody copied in is just one more generation.
 */
export async function startDelivery(options: DeliveryOptions): Promise<DeliveryLoop> {
  const { now, maxAttempts = 10, firstDelayMs = 1_000, pollMs = 500, concurrency = 2 } = options;
  const { journal, acked, dead, apply } = await openState(options.file);
  const pending = new Map<string, Pending>();
  const inFlight = new Set<Promise<void>>();
  const busy = new Map<string, FunctionName>();
  const waiters = new Set<{ readonly tries: number; readonly resolve: () => void; readonly reject: (error: unknown) => void }>();
  let wake: () => void = () => {};
  let kicked = false;
  let stopped = false;
  let delivered = 0;
  let failedLooks = 0;
  let trouble: string | undefined;

  function note(key: string, name: FunctionName, request: Pending['request']): void {
    if (acked.has(key) || dead.has(key) || pending.has(key)) return;
    const delivery = { id: randomUUID(), time: now().toISOString() };
    pending.set(key, { key, function: name, request, delivery, attempts: 0, notBefore: 0, lastError: '' });
  }

  async function look(): Promise<void> {
    for (const message of options.topic.messages()) {
      const key = `message ${message.id}`;
      // The id decides the raw object's name, so a message keeps its own; its time is when it was published.
      note(key, 'extract', () => publishedEvent(message, message));
    }
    for (const { store, function: name } of options.stores) {
      for await (const object of store.list('')) {
        note(`${store.bucket}/${object.name}#${object.generation}`, name, (delivery) => finalizedEvent(store.bucket, object, delivery));
      }
    }
  }

  function hasRoom({ function: name }: Pending): boolean {
    const extracting = [...busy.values()].filter((one) => one === 'extract').length;
    return name === 'extract' ? extracting < EXTRACTS : busy.size - extracting < concurrency;
  }

  function startDue(): void {
    for (const item of pending.values()) {
      if (busy.has(item.key) || item.notBefore > now().getTime() || !hasRoom(item)) continue;
      busy.set(item.key, item.function);
      const flight = attempt(item).finally(() => {
        busy.delete(item.key);
        inFlight.delete(flight);
        kick();
      });
      inFlight.add(flight);
    }
  }

  /** Never rejects: what cannot be written down is tried again like what failed, and happens twice then. */
  async function attempt(item: Pending): Promise<void> {
    item.attempts += 1;
    const result = await post(options.urls[item.function] ?? '', item.request(item.delivery));
    try {
      await end(item, result);
      setTrouble(undefined);
    } catch (error) {
      setTrouble(messageOf(error));
      delay(item, messageOf(error));
    }
  }

  async function end(item: Pending, result: Posted): Promise<void> {
    if (stopped && result.answer === undefined) return;
    if (result.answer !== undefined) {
      await journal.append({ ack: item.key });
      apply({ ack: item.key });
      pending.delete(item.key);
      delivered += 1;
      options.onDelivered?.({ function: item.function, subject: item.key, answer: result.answer });
      return;
    }
    delay(item, result.error);
    if (item.attempts < maxAttempts) return;
    const letter: DeadLetter = {
      id: randomUUID().slice(0, 8),
      function: item.function,
      subject: item.key,
      attempts: item.attempts,
      lastError: result.error,
      givenUpAt: now().toISOString(),
    };
    await journal.append({ dead: letter });
    apply({ dead: letter });
    pending.delete(item.key);
  }

  function delay(item: Pending, error: string): void {
    item.lastError = error;
    item.notBefore = now().getTime() + Math.min(MAX_DELAY_MS, firstDelayMs * 2 ** (item.attempts - 1));
  }

  function setTrouble(message: string | undefined): void {
    if (message !== undefined && message !== trouble) options.onTrouble?.(message);
    trouble = message;
  }

  function kick(): void {
    kicked = true;
    wake();
  }

  async function run(): Promise<void> {
    while (!stopped) {
      kicked = false;
      const hasSeen = await tryLook();
      startDue();
      if (!kicked && hasSeen) releaseWaiters();
      if (!kicked) await pause();
    }
  }

  /** Looks; false where that fails, which is told and tried again. */
  async function tryLook(): Promise<boolean> {
    try {
      await look();
      failedLooks = 0;
      return true;
    } catch (error) {
      failedLooks += 1;
      setTrouble(messageOf(error));
      if (failedLooks >= LOOK_TRIES) refuseWaiters(error);
      return false;
    }
  }

  function refuseWaiters(error: unknown): void {
    for (const { reject } of waiters) reject(error);
    waiters.clear();
  }

  function releaseWaiters(): void {
    const tried = Math.min(...[...pending.values()].map((item) => (busy.has(item.key) ? 0 : item.attempts)));
    for (const waiter of waiters) {
      if (tried < waiter.tries) continue;
      waiters.delete(waiter);
      waiter.resolve();
    }
  }

  /** Until the next retry is due, the next poll, or a kick. */
  async function pause(): Promise<void> {
    const waiting = [...pending.values()].filter((item) => !busy.has(item.key) && hasRoom(item)).map((item) => item.notBefore - now().getTime());
    const delay = Math.max(0, Math.min(pollMs, ...waiting));
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delay);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  const running = run();
  return {
    kick,
    async idle(tries = maxAttempts) {
      await new Promise<void>((resolve, reject) => {
        waiters.add({ tries, resolve, reject });
        kick();
      });
      return [...pending.values()].map(({ function: name, key, attempts, lastError }) => ({ function: name, subject: key, attempts, lastError }));
    },
    deadLetters: () => [...dead.values()],
    isAcknowledged: (subject) => acked.has(subject),
    async redeliver(id) {
      const letter = [...dead.values()].find((candidate) => candidate.id === id);
      if (letter === undefined) return false;
      await journal.append({ revived: letter.subject });
      apply({ revived: letter.subject });
      kick();
      return true;
    },
    get delivered() {
      return delivered;
    },
    async stop() {
      stopped = true;
      kick();
      await running;
      await Promise.all(inFlight);
      for (const { resolve } of waiters) resolve();
    },
  };
}

/** The dead letters in the file of a loop that is not running. */
export async function readDeadLetters(file: string): Promise<readonly DeadLetter[]> {
  return [...(await openState(file)).dead.values()];
}

async function openState(file: string) {
  const acked = new Set<string>();
  const dead = new Map<string, DeadLetter>();
  const apply = (entry: Entry) => {
    if ('ack' in entry) acked.add(entry.ack);
    else if ('dead' in entry) dead.set(entry.dead.subject, entry.dead);
    else dead.delete(entry.revived);
  };
  return { journal: await openJournal<Entry>(file, apply), acked, dead, apply };
}

async function post(url: string, request: EventRequest): Promise<Posted> {
  try {
    const response = await fetch(url, { method: 'POST', headers: request.headers, body: request.body });
    const text = await response.text();
    return response.ok ? { answer: JSON.parse(text) as Answer } : { error: `${response.status} ${text.slice(0, 2_000)}` };
  } catch (error) {
    return { error: error instanceof Error ? error.message : 'no answer' };
  }
}

/** Not by `instanceof`, which Jest's realm breaks for errors of Node. */
function messageOf(error: unknown): string {
  const { message = String(error) } = error as Partial<Error>;
  return message;
}
