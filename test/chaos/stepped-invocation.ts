import { TransientError } from '../../shared/errors.ts';
import type { Answer } from '../../shared/invocation.ts';
import type { Gate, PortCall } from './counted-ports.ts';

/** What becomes of a call: it happens; it looks failed, whether it happened or not; or its process dies before or after it. */
export type Fate = 'pass' | 'fail before' | 'fail after' | 'kill before' | 'kill after';

/** One invocation of a function that goes on only when it is told, one call to a port at a time. */
export interface SteppedInvocation {
  /** The call that waits for its turn; undefined when the invocation is over. */
  readonly waiting: PortCall | undefined;
  /** What it answered; undefined where it failed or was killed before. */
  readonly answer: Answer | undefined;
  /** Lets the waiting call meet its fate, and resolves when the next one waits or all is over. */
  step(fate: Fate): Promise<void>;
}

interface Waiting {
  readonly call: PortCall;
  /** Runs the call and hands its outcome over, or throws the error that ends it. */
  readonly settle: (fate: Fate) => Promise<void>;
}

/** What a killed process meets at every port. */
class KilledError extends Error {
  constructor() {
    super('this process is dead');
    this.name = 'KilledError';
  }
}

/** Begins an invocation and resolves when its first call waits, or it is over already. */
export async function beginInvocation(run: (gate: Gate) => Promise<Answer>): Promise<SteppedInvocation> {
  let turn = Promise.withResolvers<void>();
  let waiting: Waiting | undefined;
  let answered: Answer | undefined;
  let isDead = false;

  // A dead process goes no further: what unwinds in it afterwards reaches no port, and nobody hears its answer.
  const gate: Gate = (call, work) => {
    if (isDead) return Promise.reject(new KilledError());
    if (waiting !== undefined) throw new Error(`${call.name} is called while ${waiting.call.name} waits: the order would not be the seed's`);
    const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<typeof work>>>();
    const settle = async (fate: Fate) => {
      isDead = isDeadly(fate);
      try {
        const result = happens(fate, call) ? await work() : undefined;
        if (fate === 'kill after' && call.name === 'answer') answered = result as Answer;
        if (fate !== 'pass') throw isDead ? new KilledError() : new TransientError('injected', `${call.name}: ${fate}`);
        resolve(result as Awaited<ReturnType<typeof work>>);
      } catch (error) {
        reject(error);
      }
    };
    waiting = { call, settle };
    turn.resolve();
    return promise;
  };

  run(gate)
    .then((answer) => {
      if (!isDead) answered = answer;
    })
    .catch(() => {})
    .finally(() => turn.resolve());
  await turn.promise;

  return {
    get waiting() {
      return waiting?.call;
    },
    get answer() {
      return answered;
    },
    async step(fate) {
      if (waiting === undefined) throw new Error('the invocation is over');
      const { settle } = waiting;
      waiting = undefined;
      turn = Promise.withResolvers();
      await settle(fate);
      await turn.promise;
    },
  };
}

function isDeadly(fate: Fate): boolean {
  return fate === 'kill before' || fate === 'kill after';
}

/** What changes nothing has no after: its result would have to be closed by nobody. */
function happens(fate: Fate, { isEffect }: PortCall): boolean {
  return fate === 'pass' || (isEffect && (fate === 'kill after' || fate === 'fail after'));
}
