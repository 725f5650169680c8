import LinkHeader from 'http-link-header';
import { PermanentError, TransientError } from '../../shared/errors.ts';
import { pointerPath, textAt, valueAt } from '../../shared/json/pointer.ts';
import type { ContentRanges, Cursors, Keyset, Members, NextUrls, Offsets, PageNumbers, Pages } from '../../shared/vocabulary/pages.ts';
import type { Page } from './page.ts';

/** What one page's request has beyond the stream's own. */
export interface Step {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: Readonly<Record<string, unknown>>;
  /** The whole address, where the source gives it. */
  readonly url?: string;
}

/** Where the pages of one answer lead. */
export interface Follower {
  readonly first: Step;
  /** The step behind a page, with the number of records so far, that page's included; undefined behind the last one. */
  next(page: Page, received: number): Step | undefined;
  /** How many records there are in all, as that page says; undefined where pages declare no total, NaN where this one should. */
  total(page: Page): number | undefined;
  /** The same for two pages in a row where the second is the first again: the records, and the way on where the source names it. */
  sign(page: Page): string;
}

const noTotal = () => undefined;
const sameRecords = ({ digest }: Page) => digest;
const COUNTED = { prefer: 'count=exact' };

/** The follower of a declared kind of pages. */
export function follower(pages: Pages): Follower {
  switch (pages.type) {
    case 'none':
      return { first: {}, next: () => undefined, total: noTotal, sign: sameRecords };
    case 'page_number':
      return pageNumbers(pages);
    case 'offset':
      return offsets(pages);
    case 'cursor':
      return cursors(pages);
    case 'next_url':
      return nextUrls(pages);
    case 'content_range':
      return contentRanges(pages);
    case 'keyset':
      return keyset(pages);
  }
}

function pageNumbers({ parameter, first = 1, total, totalPages }: PageNumbers): Follower {
  let number = first;
  const step = (): Step => ({ query: { [parameter]: String(number) } });
  const isLast = (page: Page, received: number): boolean => {
    if (totalPages !== undefined) return number - first + 1 >= pagesInAll(page, totalPages);
    return page.count === 0 || (total !== undefined && received >= wholeNumber(page, total));
  };
  return {
    first: step(),
    next(page, received) {
      if (isLast(page, received)) return undefined;
      number += 1;
      return step();
    },
    total: (page) => (total === undefined ? undefined : wholeNumber(page, total)),
    sign: sameRecords,
  };
}

/** An answer without records that has no array of them may have no total either; any other one that has none would be asked on for ever. */
function pagesInAll(page: Page, totalPages: string): number {
  const total = wholeNumber(page, totalPages);
  if (!Number.isNaN(total)) return total;
  if (page.isEmpty === true) return 0;
  throw new PermanentError('total', `the source does not say at ${totalPages} how many pages there are`);
}

function offsets({ offset, limit, size, total, in: place = 'query' }: Offsets): Follower {
  const step = (start: number): Step =>
    place === 'query' ? { query: { [offset]: String(start), [limit]: String(size) } } : { json: { [offset]: start, [limit]: size } };
  return {
    first: step(0),
    next: (page, received) => (page.count === 0 || received >= wholeNumber(page, total) ? undefined : step(received)),
    // An answer without records that has no array of them has no total either; one that counts some is behind the last, or wrong.
    total: (page) => (page.isEmpty === true && valueAt(page.envelope, pointerPath(total)) === undefined ? 0 : wholeNumber(page, total)),
    sign: sameRecords,
  };
}

function cursors({ parameter, next, more }: Cursors): Follower {
  let last: string | undefined;
  return {
    first: {},
    next({ envelope }) {
      const cursor = textAt(envelope, next);
      const saysMore = more === undefined ? undefined : isMore(valueAt(envelope, pointerPath(more)));
      if (saysMore === true && cursor === undefined) throw new PermanentError('cursor', `the source says that there is more, and names no cursor at ${next}`);
      if (cursor === undefined || saysMore === false) return undefined;
      if (cursor === last) throw new PermanentError('page_repeated', 'the source names the same cursor twice: it would never end');
      last = cursor;
      return { query: { [parameter]: cursor } };
    },
    total: noTotal,
    sign: ({ digest, envelope }) => `${digest} ${textAt(envelope, next)}`,
  };
}

function isMore(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value !== '');
}

function nextUrls({ in: place }: NextUrls): Follower {
  const linkOf = ({ envelope, headers }: Page) => (place === 'link_header' ? nextLink(headers['link'] ?? '') : textAt(envelope, place.body));
  const urlOf = (page: Page) => {
    const link = linkOf(page);
    // Relative to the page that names it (RFC 3986, 8288); what is no address at all is refused like another host.
    return link === undefined ? undefined : (URL.parse(link, page.url)?.href ?? link);
  };
  return {
    first: {},
    next(page) {
      const url = urlOf(page);
      return url === undefined ? undefined : { url };
    },
    total: noTotal,
    sign: (page) => `${page.digest} ${urlOf(page)}`,
  };
}

function nextLink(header: string): string | undefined {
  try {
    return LinkHeader.parse(header).rel('next')[0]?.uri;
  } catch (error) {
    throw new PermanentError('link', 'the source sent a header Link that is none (RFC 8288)', { cause: error });
  }
}

function contentRanges({ size }: ContentRanges): Follower {
  const step = (start: number): Step => ({ headers: { 'range-unit': 'items', range: `${start}-${start + size - 1}`, ...COUNTED } });
  return {
    first: step(0),
    next: (page, received) => (page.count === 0 || received >= rangeTotal(page) ? undefined : step(received)),
    total: rangeTotal,
    sign: sameRecords,
  };
}

function keyset({ after, end }: Keyset): Follower {
  let step: Step = {};
  return {
    first: step,
    next(page) {
      const { last } = page;
      if (page.count === 0) {
        if (end === undefined || isCountedEnd(step, page)) return undefined;
        step = { ...step, headers: COUNTED };
        return step;
      }
      if (typeof last !== 'object' || last === null) throw new PermanentError('records', 'a page ends with something that is no record');
      step = { query: after(last as Members) };
      return step;
    },
    total: noTotal,
    sign: sameRecords,
  };
}

/** Whether an empty page was counted; throws where it is empty although there are records. */
function isCountedEnd({ headers }: Step, page: Page): boolean {
  if (headers === undefined) return false;
  if (rangeTotal(page) === 0) return true;
  throw new TransientError('total', 'the source sent an empty page and does not say that there are no more records');
}

/** NaN where the answer was not counted. */
function rangeTotal({ headers }: Page): number {
  return Number(/\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1] ?? Number.NaN);
}

/** NaN where there is none. */
function wholeNumber({ envelope }: Page, pointer: string): number {
  const value = valueAt(envelope, pointerPath(pointer));
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return Number.isSafeInteger(number) ? Number(number) : Number.NaN;
}
