import { afterAll, beforeEach, describe, jest } from '@jest/globals';
import { type KnownGap, setKnownGaps } from './known-gaps.ts';
import { describeJobs } from './warehouse-jobs.ts';
import type { OpenedWarehouse } from './warehouse-lab.ts';
import { describeOrder } from './warehouse-order.ts';
import { describeRows } from './warehouse-rows.ts';
import { describeSpread } from './warehouse-spread.ts';
import { describeTables } from './warehouse-tables.ts';

/** For the 16 MiB and the loads in every order, on a machine that is busy. */
const TIMEOUT_MS = 120_000;

/** What every warehouse does; tests share one, or so many of them, each with tables, objects and job ids of its own. */
export function describeWarehouse(
  name: string,
  open: () => Promise<OpenedWarehouse>,
  { gaps = [], shared = Number.POSITIVE_INFINITY }: { gaps?: readonly KnownGap[]; shared?: number } = {},
): void {
  setKnownGaps(gaps);
  jest.setTimeout(TIMEOUT_MS);
  describe(`warehouse: ${name}`, () => {
    let opened: OpenedWarehouse | undefined;
    let tests = 0;
    beforeEach(async () => {
      if (opened === undefined || tests % shared === 0) {
        await opened?.close();
        opened = await open();
      }
      tests += 1;
    });
    afterAll(() => opened?.close());
    const current = (): OpenedWarehouse => {
      if (opened === undefined) throw new Error('the warehouse did not open');
      return opened;
    };

    describeTables(current);
    describeRows(current);
    describeSpread(current);
    describeJobs(current);
    describeOrder(current);
  });
}
