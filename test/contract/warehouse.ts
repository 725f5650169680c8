import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import { type KnownGap, setKnownGaps } from './known-gaps.ts';
import { describeJobs } from './warehouse-jobs.ts';
import type { OpenedWarehouse } from './warehouse-lab.ts';
import { describeOrder } from './warehouse-order.ts';
import { describeRows } from './warehouse-rows.ts';
import { describeSpread } from './warehouse-spread.ts';
import { describeTables } from './warehouse-tables.ts';

/** For the 16 MiB and the loads in every order, on a machine that is busy. */
const TIMEOUT_MS = 120_000;

/** What every warehouse does; all tests share one, each with tables, objects and job ids of its own. */
export function describeWarehouse(name: string, open: () => Promise<OpenedWarehouse>, gaps: readonly KnownGap[] = []): void {
  setKnownGaps(gaps);
  jest.setTimeout(TIMEOUT_MS);
  describe(`warehouse: ${name}`, () => {
    let opened: OpenedWarehouse | undefined;
    beforeAll(async () => {
      opened = await open();
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
