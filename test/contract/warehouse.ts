import { afterAll, beforeAll, describe } from '@jest/globals';
import type { OpenedWarehouse } from './warehouse-lab.ts';
import { describeJobs } from './warehouse-jobs.ts';
import { describeOrder } from './warehouse-order.ts';
import { describeRows } from './warehouse-rows.ts';
import { describeSpread } from './warehouse-spread.ts';
import { describeTables } from './warehouse-tables.ts';

/** What every warehouse does; all tests share one, each with tables, objects and job ids of its own. */
export function describeWarehouse(name: string, open: () => Promise<OpenedWarehouse>): void {
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
