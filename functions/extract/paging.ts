import { PermanentError, TransientError } from '../../shared/errors.ts';
import type { Pages } from '../../shared/vocabulary/pages.ts';
import { follower, type Step } from './followers.ts';
import type { Page } from './page.ts';

const DEFAULT_MAX_PAGES = 10_000;

/**
 * Asks for page after page until the last one; holds one page. Throws PermanentError where the source
 * repeats a page, never ends or contradicts the total that it declares, TransientError where that total moved meanwhile.
 */
export async function* readPages(pages: Pages, ask: (step: Step) => Promise<Page>): AsyncGenerator<Page> {
  const follow = follower(pages);
  const most = pages.type === 'none' ? 1 : (pages.maxPages ?? DEFAULT_MAX_PAGES);
  const totals: number[] = [];
  let received = 0;
  let before: string | undefined;
  let step: Step | undefined = follow.first;
  for (let count = 1; step !== undefined; count += 1) {
    if (count > most) throw new PermanentError('page_cap', `the source has more than ${most} pages`);
    const page = await ask(step);
    const sign = follow.sign(page);
    if (page.count > 0 && sign === before)
      throw new PermanentError('page_repeated', `page ${count} is page ${count - 1} again: the source does not heed what it is asked for`);
    const total = follow.total(page);
    if (total !== undefined) totals.push(total);
    received += page.count;
    yield page;
    before = sign;
    step = follow.next(page, received);
  }
  checkTotal(totals, received);
}

function checkTotal(totals: readonly number[], received: number): void {
  const [first] = totals;
  const last = totals.at(-1);
  if (first === undefined || last === undefined || received === last) return;
  if (Number.isNaN(last)) throw new PermanentError('total', 'the source does not say how many records there are');
  const message = `the source declares ${last} records and sent ${received}`;
  throw first === last ? new PermanentError('total', message) : new TransientError('total', `${message}: they moved while they were asked for`);
}
