import { setTimeout as wait } from 'node:timers/promises';
import type { TransientError } from '../../shared/errors.ts';
import { deadline, workMs } from '../../shared/invocation.ts';

/** What is left of one invocation's time. */
export interface TimeLeft {
  /** Aborted when it is over. */
  readonly signal: AbortSignal;
  readonly leftMs: () => number;
  /** Whether what begins now has about as much time as an invocation can give. */
  readonly isNearlyWhole: () => boolean;
}

/** A wait must leave so much time for what comes behind it. */
const RESERVE_MS = 30_000;

/** What others may have taken of an invocation that still counts as a whole one. */
const TAKEN_SHARE = 0.1;

/** Starts the clock of an invocation that the platform ends after `timeoutMs`. */
export function timeLeft(timeoutMs: number, now: () => Date): TimeLeft {
  const whole = workMs(timeoutMs);
  const end = now().getTime() + whole;
  const leftMs = () => end - now().getTime();
  return { signal: deadline(timeoutMs), leftMs, isNearlyWhole: () => leftMs() >= whole * (1 - TAKEN_SHARE) };
}

/** Waits, or throws the TransientError at once where the invocation would not live to see the end of the wait. */
export async function waitWithin(time: TimeLeft, ms: number, tooLong: () => TransientError): Promise<void> {
  if (ms <= 0) return;
  if (ms > time.leftMs() - RESERVE_MS) throw tooLong();
  await wait(ms, undefined, { signal: time.signal }).catch(() => {
    throw tooLong();
  });
}
