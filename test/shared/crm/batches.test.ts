import { describe, expect, test } from '@jest/globals';
import { eachResult } from '../../../shared/crm/answers.ts';
import { inBatches } from '../../../shared/crm/batches.ts';
import type { ItemResult } from '../../../shared/crm/provider.ts';

const DONE: ItemResult = { outcome: 'delivered', statusCode: 200 };
const REFUSED = (statusCode: number): ItemResult => ({ outcome: 'refused', code: 'x', message: 'x', statusCode });
const { signal } = new AbortController();

describe('items in batches', () => {
  test('are never too many, never the same one twice, and answer in their order', async () => {
    const items = [...'aabcabcaxyz'].map((name, at) => ({ name, at }));
    const batches: string[] = [];
    const results = await inBatches(items, { most: 3, nameOf: ({ name }) => name, signal }, async (batch) => {
      batches.push(batch.map(({ name }) => name).join(''));
      return batch.map(({ at }) => ({ ...DONE, crmId: String(at) }));
    });
    expect(batches).toEqual(['abc', 'abc', 'axy', 'az']);
    expect(results.map((result) => (result as { crmId: string }).crmId)).toEqual(items.map(({ at }) => String(at)));
  });

  test.each([1, 2, 3, 7, 64, 100])('lose only the bad ones when a batch of %p is refused as a whole', async (length) => {
    const items = Array.from({ length }, (_, at) => ({ at }));
    const isBad = ({ at }: { at: number }): boolean => at === 0 || at === length - 1;
    const sent = new Set<number>();
    const results = await inBatches(items, { most: 100, nameOf: ({ at }) => String(at), signal }, async (batch) => {
      if (batch.some(isBad)) return { whole: REFUSED(400) };
      for (const { at } of batch) sent.add(at);
      return batch.map(() => DONE);
    });
    expect(results.map(({ outcome }) => outcome)).toEqual(items.map((item) => (isBad(item) ? 'refused' : 'delivered')));
    expect(sent.size).toBe(items.filter((item) => !isBad(item)).length);
  });

  test.each([401, 403, 404])('are not cut up where status %p is about none of them', async (status) => {
    let calls = 0;
    await inBatches([1, 2, 3, 4], { most: 4, nameOf: String, signal }, async () => {
      calls += 1;
      return { whole: REFUSED(status) };
    });
    expect(calls).toBe(1);
  });

  test('are for later where sending throws', async () => {
    const results = await inBatches([1, 2], { most: 4, nameOf: String, signal }, async () => {
      throw new TypeError('secret');
    });
    expect(results).toEqual([1, 2].map(() => ({ outcome: 'later', reason: 'unexpected_TypeError' })));
  });
});

describe('items one by one', () => {
  test('run a few at once, those of one group in their order', async () => {
    let running = 0;
    let most = 0;
    const order: string[] = [];
    await eachResult(['a1', 'b1', 'a2', 'c1', 'a3', 'd1'], { concurrency: 2, groupOf: (item) => item.charAt(0), signal }, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      order.push(item);
      running -= 1;
      return DONE;
    });
    expect(most).toBe(2);
    expect(order.filter((item) => item.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
  });

  test('are not begun once the time is over', async () => {
    const controller = new AbortController();
    const begun: number[] = [];
    const results = await eachResult([1, 2, 3], { concurrency: 1, groupOf: String, signal: controller.signal }, async (item) => {
      begun.push(item);
      controller.abort();
      return DONE;
    });
    expect([begun, results.map(({ outcome }) => outcome)]).toEqual([[1], ['delivered', 'later', 'later']]);
  });
});
