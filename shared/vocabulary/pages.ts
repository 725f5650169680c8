import { pointerProblem } from '../json/pointer.ts';

/** A record as it came: JSON.stringify writes each value as the source did, numbers that a double would change too. */
export type Members = Readonly<Record<string, unknown>>;

/** How the pages of an answer follow each other; pointers are JSON pointers (RFC 6901) into a page. */
export type Pages = NoPages | PageNumbers | Offsets | Cursors | NextUrls | ContentRanges | Keyset;

interface Paged {
  /** More pages than this are an error: a source that never ends would fill the bucket. 10,000 where it does not say. */
  readonly maxPages?: number;
}

/** One answer is all there is; it is stored while it comes, however long. */
export interface NoPages {
  readonly type: 'none';
}

/** `page=1`, `page=2`, … until `totalPages`, until as many records as `total` says, or until an empty page. */
export interface PageNumbers extends Paged {
  readonly type: 'page_number';
  readonly parameter: string;
  /** 1 where it does not say. */
  readonly first?: number;
  readonly total?: string;
  readonly totalPages?: string;
}

/** `offset` and `limit` in the query, or in the JSON body of a POST, until as many records have come as `total` says. */
export interface Offsets extends Paged {
  readonly type: 'offset';
  readonly offset: string;
  readonly limit: string;
  readonly size: number;
  readonly total: string;
  readonly in?: 'query' | 'body';
}

/** Each page names the cursor of the next one; the last one names none, or says that there is no more. */
export interface Cursors extends Paged {
  readonly type: 'cursor';
  readonly parameter: string;
  readonly next: string;
  /** Points to a boolean, false on the last page, or to a text, which the last page lacks. */
  readonly more?: string;
}

/** Each page holds the address of the next one, in its body or in the header Link (RFC 8288); it stays on the source's own host. */
export interface NextUrls extends Paged {
  readonly type: 'next_url';
  readonly in: 'link_header' | { readonly body: string };
}

/** `Range: 0-999` in items; `Content-Range: 0-999/2684` tells the total (PostgREST). A server may cap a page below what was asked. */
export interface ContentRanges extends Paged {
  readonly type: 'content_range';
  readonly size: number;
}

/**
 * The next page begins behind the last record of this one, until an empty page. Nothing is skipped or doubled where rows
 * come and go meanwhile, if the records are ordered by what `after` looks at and no two are equal in it.
 */
export interface Keyset extends Paged {
  readonly type: 'keyset';
  /** Query parameters that ask for what stands behind that record. */
  readonly after: (last: Members) => Readonly<Record<string, string>>;
  /**
   * An empty page is asked for again with `Prefer: count=exact`, and is the end only where `Content-Range` tells 0 records
   * (PostgREST): an empty answer for any other reason would end the run early, and the cursor would pass what it lacks.
   */
  readonly end?: 'counted';
}

/** What is wrong with declared pages; undefined where nothing is. */
export function pagesProblem(pages: Pages): string | undefined {
  if ('size' in pages && !isCount(pages.size)) return `pages.size is ${pages.size}: write how many records a page has, 1 or more`;
  if ('maxPages' in pages && !isCount(pages.maxPages)) return `pages.maxPages is ${pages.maxPages}: write a whole number from 1`;
  return pointersOf(pages).flatMap(([name, pointer]) => pointerProblem(`pages.${name}`, pointer) ?? [])[0];
}

function pointersOf(pages: Pages): readonly (readonly [string, string | undefined])[] {
  switch (pages.type) {
    case 'page_number':
      return [
        ['total', pages.total],
        ['totalPages', pages.totalPages],
      ];
    case 'offset':
      return [['total', pages.total]];
    case 'cursor':
      return [
        ['next', pages.next],
        ['more', pages.more],
      ];
    case 'next_url':
      return pages.in === 'link_header' ? [] : [['in.body', pages.in.body]];
    default:
      return [];
  }
}

function isCount(number: number | undefined): boolean {
  return Number.isSafeInteger(number) && Number(number) >= 1;
}
