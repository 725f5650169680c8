import { format } from 'node:util';
import { test as plain } from '@jest/globals';

/** A test that an implementation which is not ours does not pass, and why. It must still fail, else the suite does. */
export interface KnownGap {
  readonly tests: RegExp;
  readonly because: string;
}

type Test = Pick<typeof plain, 'each'> & ((name: string, run: () => Promise<void>) => void);

let gaps: readonly KnownGap[] = [];

export function setKnownGaps(known: readonly KnownGap[]): void {
  gaps = known;
}

/** `test` and `test.each`, which expect a test with a known gap to fail. */
export const test = Object.assign((name: string, run: () => Promise<void>) => runOne(name, run), {
  each: (table: readonly unknown[]) => (name: string, run: (...row: readonly unknown[]) => Promise<void>) => {
    for (const entry of table) {
      const row = Array.isArray(entry) ? entry : [entry];
      const values = row.slice(0, name.match(/%[sjp]/g)?.length ?? 0);
      runOne(format(name.replaceAll('%p', '%j'), ...values), () => run(...row));
    }
  },
}) as unknown as Test;

function runOne(name: string, run: () => Promise<void>): void {
  const gap = gaps.find(({ tests }) => tests.test(name));
  const title = gap === undefined ? name : `${name} (gap: ${gap.because})`;
  if (gap === undefined) plain(title, run);
  else plain.failing(title, run);
}
