import { classify, PermanentError, type TransientError } from './errors.ts';
import type { EventContext } from './events.ts';
import type { Log, LogFields } from './log.ts';
import { type Notices, notice } from './notices/notices.ts';

/** The functions of the chain from a source to the warehouse. */
export type ChainFunction = 'extract' | 'transform' | 'load';
/** The functions that events start. */
export type FunctionName = ChainFunction | 'deliver';

/** What a person who calls a function sees of one stream or object. */
export interface RunReport {
  readonly stream: string | null;
  readonly object: string | null;
  readonly outcome: string;
  readonly records: number;
  readonly rows: number;
  readonly rejects: number;
  readonly loaded: number;
  readonly ms: number;
  /** Why it failed. */
  readonly message?: string;
}

/** A function's answer with status 200; a failure that may go away is answered with 500 instead, so that the event comes again. */
export interface Answer {
  readonly status: 'success' | 'partial_failure' | 'failure';
  readonly runs: readonly RunReport[];
}

/** What every function is given from outside. */
export interface Surroundings {
  readonly notices: Notices;
  readonly log: Log;
  readonly now: () => Date;
  readonly codeVersion: string;
  /** How long one invocation may take, in milliseconds, until the platform ends it. */
  readonly timeoutMs: number;
  /** What a re-run command ends with: ` --cloud` on Google Cloud, nothing on one machine. */
  readonly rerunFlag: string;
}

/** What an invocation is about. */
export interface Subject {
  readonly source?: string;
  readonly stream?: string;
  readonly object?: string;
  readonly generation?: string;
  /** The verb and arguments of the command that runs it again. */
  readonly rerun: string;
}

const HOUR_MS = 3_600_000;
const LATE_MS = HOUR_MS;
const GIVE_UP_MS = 6 * HOUR_MS;
const RESERVE_MS = 40_000;
const MIN_TIME_MS = 1_000;

/** How long the work of an invocation may take, in milliseconds: it ends 40 s before the platform does. */
export function workMs(timeoutMs: number): number {
  return Math.max(MIN_TIME_MS, timeoutMs - RESERVE_MS);
}

/** A signal at the end of that time. */
export function deadline(timeoutMs: number): AbortSignal {
  return AbortSignal.timeout(workMs(timeoutMs));
}

/** The answer over all runs. */
export function answer(runs: readonly RunReport[]): Answer {
  const failed = runs.filter((run) => run.message !== undefined).length;
  return { status: failed === 0 ? 'success' : failed < runs.length ? 'partial_failure' : 'failure', runs };
}

/** A report with nothing counted yet. */
export function emptyReport(subject: Subject, outcome: string): RunReport {
  const stream = subject.source === undefined ? null : `${subject.source}/${subject.stream}`;
  return { stream, object: subject.object ?? null, outcome, records: 0, rows: 0, rejects: 0, loaded: 0, ms: 0 };
}

/**
 * Decides what a failure means. What is permanent, or has failed for six hours, ends: one notice goes out, `onEnd` keeps a
 * record of it, in this order because what is on record is never looked at again, and the error is returned. Everything
 * else is thrown, so that the event is delivered again; beyond one hour with a notice.
 */
export async function settle(
  around: Surroundings,
  name: FunctionName,
  event: EventContext,
  subject: Subject,
  error: unknown,
  onEnd: (failure: PermanentError) => Promise<void> = async () => {},
): Promise<PermanentError> {
  const failure = classify(error);
  const age = around.now().getTime() - event.time.getTime();
  const fields = { source: subject.source, stream: subject.stream, object: subject.object, generation: subject.generation, rule: failure.rule };
  const permanent = failure instanceof PermanentError ? failure : age > GIVE_UP_MS ? givenUp(failure) : undefined;
  if (permanent === undefined) {
    if (age > LATE_MS) await tell(around, name, event, subject, failure, 'late');
    around.log('WARNING', `${name}.failed`, { ...fields, class: 'transient', message: failure.message, age_ms: age });
    throw failure;
  }
  // First of all: nobody would know of it where the notice cannot be published.
  around.log('ERROR', `${name}.failed`, { ...fields, class: 'permanent', message: permanent.message, age_ms: age });
  await tell(around, name, event, subject, permanent, 'final');
  await onEnd(permanent);
  return permanent;
}

/** A command's argument as a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function givenUp(failure: TransientError): PermanentError {
  return new PermanentError(failure.rule, `${failure.message} (given up after 6 hours)`, failure.details);
}

async function tell(
  around: Surroundings,
  name: FunctionName,
  event: EventContext,
  subject: Subject,
  failure: TransientError | PermanentError,
  state: 'late' | 'final',
): Promise<void> {
  const { rerun, ...identity } = subject;
  const { field, counts } = failure.details;
  const body = notice({
    function: name,
    ...identity,
    class: failure instanceof PermanentError ? 'permanent' : 'transient',
    state,
    rule: failure.rule,
    ...(field === undefined ? {} : { field }),
    ...(counts === undefined ? {} : { counts }),
    message: failure.message,
    first_seen: event.time.toISOString(),
    code_version: around.codeVersion,
    rerun: `npm run pipeline -- ${rerun}${around.rerunFlag}`,
  });
  await around.notices.publish(body);
  const fields: LogFields = { id: body.id, rule: body.rule, state, object: body.object };
  around.log('INFO', 'notice.published', fields);
}

/**
 * The door of a function: reads the event, then runs. What is no event of the right kind is refused with a notice and
 * acknowledged, because it never will be one.
 */
export function door<E extends EventContext>(
  around: Surroundings,
  name: FunctionName,
  parse: (event: unknown) => E,
  run: (event: E) => Promise<Answer>,
): (event: unknown) => Promise<Answer> {
  return async (event) => {
    let parsed: E;
    try {
      parsed = parse(event);
    } catch (error) {
      const subject: Subject = { rerun: '--help' };
      const failure = await settle(around, name, { id: '', time: around.now() }, subject, error);
      return answer([{ ...emptyReport(subject, 'refused'), message: failure.message }]);
    }
    return await run(parsed);
  };
}
