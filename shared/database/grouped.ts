import { setTimeout as wait } from 'node:timers/promises';
import { DatabaseError } from './database.ts';

export interface GroupOptions<Input> {
  /** Two inputs with a key in common never meet in one statement: the later one follows in a later group. */
  readonly keysOf: (input: Input) => readonly string[];
  /** How many inputs one statement takes; default 50. */
  readonly most?: number;
  /** A group begins this long after the one before, in milliseconds, and never before that has ended; default 25. */
  readonly everyMs?: number;
}

/** Asks the database for many at once; one output per input, in the same order. */
export type AskMany<Input, Output> = (inputs: readonly Input[]) => Promise<readonly Output[]>;

interface Waiting<Input, Output> {
  readonly input: Input;
  readonly keys: readonly string[];
  resolve(output: Output): void;
  reject(error: unknown): void;
}

const MOST = 50;
const EVERY_MS = 25;
/** What the server refuses because of what one of the inputs holds: cardinality, data, integrity, and a transaction that has lost against another. */
const OF_ONE = /^(?:21|22|23|40)/;

/**
 * Puts what several callers ask at about the same time into one statement, hence one commit and one wait for the disk; a caller gets its answer
 * once that is committed. The first one after a pause does not wait. Where a statement is refused because of one input, each is asked alone.
 */
export function grouped<Input, Output>(ask: AskMany<Input, Output>, options: GroupOptions<Input>): (input: Input) => Promise<Output> {
  const { keysOf, most = MOST, everyMs = EVERY_MS } = options;
  let waiting: Waiting<Input, Output>[] = [];
  let isBusy = false;
  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, keys: keysOf(input), resolve, reject });
      if (!isBusy) void work();
    });

  async function work(): Promise<void> {
    isBusy = true;
    while (waiting.length > 0) {
      const { group, rest } = split(waiting, most);
      waiting = rest;
      await Promise.all([answer(group, ask), wait(everyMs)]);
    }
    isBusy = false;
  }
}

function split<Input, Output>(waiting: readonly Waiting<Input, Output>[], most: number) {
  const taken = new Set<string>();
  const group: Waiting<Input, Output>[] = [];
  const rest: Waiting<Input, Output>[] = [];
  for (const one of waiting) {
    const isFree = group.length < most && !one.keys.some((key) => taken.has(key));
    (isFree ? group : rest).push(one);
    // What has to wait keeps its place before later ones of the same key.
    for (const key of one.keys) taken.add(key);
  }
  return { group, rest };
}

async function answer<Input, Output>(group: readonly Waiting<Input, Output>[], ask: AskMany<Input, Output>): Promise<void> {
  try {
    const outputs = await ask(group.map(({ input }) => input));
    for (const [index, one] of group.entries()) one.resolve(outputs[index] as Output);
  } catch (error) {
    if (group.length > 1 && error instanceof DatabaseError && OF_ONE.test(error.code ?? '')) for (const one of group) await answer([one], ask);
    else for (const one of group) one.reject(error);
  }
}
