import { createHash } from 'node:crypto';
import { PermanentError, TransientError } from '../../shared/errors.ts';
import type { JobOutcome, Warehouse } from '../../shared/warehouse/warehouse.ts';

const MAX_ATTEMPTS = 20;

/** The steps of a load that are jobs of the warehouse. */
export type Step = 'stage' | 'claim' | 'ready' | 'apply' | 'record';

/** Names the jobs and tables of one generation of a clean object: 32 hex digits. */
export function objectHash(name: string, generation: string): string {
  return createHash('sha256')
    .update(JSON.stringify([name, generation]))
    .digest('hex')
    .slice(0, 32);
}

/** The id of a job: the same for every delivery, another one for every attempt, because a failed id can never be used again. */
export function jobId(step: Step, hash: string, attempt: number): string {
  return `${step}_${hash}_${attempt}`;
}

/**
 * Runs a step at most once, however often its event is delivered: a job that is already known is waited for and its
 * outcome is taken over. A permanent failure is that failure for every delivery; only a transient one gets the next attempt.
 */
export async function runJob<Result>(step: Step, hash: string, run: (id: string) => Promise<JobOutcome<Result>>): Promise<Result> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const outcome = await run(jobId(step, hash, attempt));
    if (outcome.state === 'done') return outcome.result;
    if (!outcome.transient) throw new PermanentError(`${step}_${outcome.reason}`, `the warehouse refused the ${step} job: ${outcome.message}`);
    if (!outcome.adopted) throw new TransientError(`${step}_${outcome.reason}`, `the ${step} job failed for now: ${outcome.message}`);
  }
  throw new PermanentError(`${step}_attempts`, `the ${step} job failed ${MAX_ATTEMPTS} times`);
}

/** True where an earlier delivery has come to the end of this step, good or bad, so that what it worked on may be gone already. */
export async function isEnded(warehouse: Warehouse, step: Step, hash: string): Promise<boolean> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const outcome = await warehouse.job(jobId(step, hash, attempt));
    if (outcome === undefined) return false;
    if (outcome.state === 'done' || !outcome.transient) return true;
  }
  return false;
}
