import type { Offsets } from '../../vocabulary/pages.ts';
import type { RequestContext, StreamRequest } from '../../vocabulary/request.ts';
import { lastDay } from '../../vocabulary/window.ts';
import type { ga4 } from './source.ts';

type Ga4Setting = keyof typeof ga4.settings;

/** A row of five dimensions takes about 700 bytes: a page stays below the 32 MiB that one may have. */
const PAGE_ROWS = 25_000;

/** What a report is made of; its rows name dimensions and metrics by their place. */
export interface Report {
  readonly dimensions: readonly string[];
  readonly metrics: readonly string[];
}

/** How a stream asks for a report by day; the API wants dimensions and metrics that go together (checkCompatibility). */
export function dailyReport({ dimensions, metrics }: Report) {
  return {
    request: ({ settings, window }: RequestContext<Ga4Setting>): StreamRequest => ({
      path: `/v1beta/properties/${encodeURIComponent(settings.property)}:runReport`,
      json: {
        dimensions: dimensions.map((name) => ({ name })),
        metrics: metrics.map((name) => ({ name })),
        dateRanges: [{ startDate: window.from, endDate: lastDay(window) }],
        // Pages of an order without ties neither repeat nor skip a row.
        orderBys: dimensions.map((dimensionName) => ({ dimension: { dimensionName } })),
        keepEmptyRows: false,
        returnPropertyQuota: true,
      },
    }),
    pages: { type: 'offset', offset: 'offset', limit: 'limit', size: PAGE_ROWS, total: '/rowCount', in: 'body' } satisfies Offsets,
    records: '/rows',
    // A report without rows has neither rows nor rowCount.
    empty: { at: '/kind', is: 'analyticsData#runReport' },
  } as const;
}

/** Where a row has a dimension or a metric. */
export function placeOf({ dimensions, metrics }: Report, name: string): string {
  const [list, at] = dimensions.includes(name) ? (['dimensionValues', dimensions.indexOf(name)] as const) : (['metricValues', metrics.indexOf(name)] as const);
  return `/${list}/${at}/value`;
}
