import { describe, expect, test } from '@jest/globals';
import { jobId, runJob } from '../../functions/load/jobs.ts';
import { PermanentError, TransientError } from '../../shared/errors.ts';
import type { JobOutcome } from '../../shared/warehouse/warehouse.ts';

type Ended = JobOutcome<string> & { readonly state: 'done' | 'failed' };

const done: Ended = { state: 'done', result: 'rows', adopted: false };
const busy: Ended = { state: 'failed', transient: true, reason: 'backendError', message: 'busy', adopted: false };
const invalid: Ended = { state: 'failed', transient: false, reason: 'invalid', message: 'bad row', adopted: false };

/** A warehouse that knows job ids: a new one ends as the next of `ends`, a known one is handed over as it ended. */
function warehouse(...ends: readonly Ended[]) {
  const known = new Map<string, Ended>();
  const upcoming = ends.values();
  const run = async (id: string): Promise<JobOutcome<string>> => {
    const earlier = known.get(id);
    if (earlier !== undefined) return { ...earlier, adopted: true };
    const end = upcoming.next().value ?? done;
    known.set(id, end);
    return end;
  };
  return { known, deliver: () => runJob('stage', 'a1', run) };
}

describe('a job that failed for now', () => {
  test('is tried again by the next delivery, under the next id; the failed id is never used again', async () => {
    const { known, deliver } = warehouse(busy, busy, done);
    await expect(deliver()).rejects.toThrow(TransientError);
    await expect(deliver()).rejects.toThrow(TransientError);
    expect(await deliver()).toBe('rows');
    expect([...known.keys()]).toEqual([1, 2, 3].map((attempt) => jobId('stage', 'a1', attempt)));
    expect(await deliver()).toBe('rows');
    expect(known.size).toBe(3);
  });

  test('is given up after twenty attempts', async () => {
    const { known, deliver } = warehouse(...Array.from({ length: 30 }, () => busy));
    for (let delivery = 1; delivery <= 20; delivery += 1) await expect(deliver()).rejects.toThrow(TransientError);
    await expect(deliver()).rejects.toThrow(PermanentError);
    expect(known.size).toBe(20);
  });
});

test('a job that failed for good is that failure for every delivery', async () => {
  const { known, deliver } = warehouse(invalid, done);
  for (let delivery = 1; delivery <= 3; delivery += 1) await expect(deliver()).rejects.toThrow('the warehouse refused the stage job: bad row');
  expect(known.size).toBe(1);
});
