import type { Cursors } from '../../vocabulary/pages.ts';
import type { ReportDeclaration, RequestContext } from '../../vocabulary/request.ts';
import { lastDay, type Window } from '../../vocabulary/window.ts';
import type { metaAds } from './source.ts';
import { API_VERSION } from './version.ts';

type MetaSetting = keyof typeof metaAds.settings;

const PAGE_ROWS = '500';
/** Longer windows than the one that is read again each day are made behind the scenes: Meta ends requests that take long. */
const MOST_DAYS_AT_ONCE = 31;
const DAY_MS = 86_400_000;

/** The next page is asked for by its cursor, not by its address: that holds the token. */
export const cursorPages: Cursors = { type: 'cursor', parameter: 'after', next: '/paging/cursors/after', more: '/paging/next' };

/** The query of a list of fields. */
export function listOf(fields: readonly string[]): Readonly<Record<string, string>> {
  return { fields: fields.join(','), limit: PAGE_ROWS };
}

/** The path of an edge of the account. */
export function accountPath(account: string, edge: string): string {
  return nodePath(`act_${account}`, edge);
}

/** How a stream asks for insights, a row per campaign and day: at once, or as a report where the window is long. */
export function dailyInsights(fields: readonly string[]) {
  const query = ({ from, to }: Window) => ({
    ...listOf(fields),
    level: 'campaign',
    time_increment: '1',
    time_range: JSON.stringify({ since: from, until: lastDay({ from, to }) }),
  });
  return {
    request: ({ settings, window, report }: RequestContext<MetaSetting>) =>
      report === undefined
        ? { path: accountPath(settings.account, 'insights'), query: query(window) }
        : { path: nodePath(report, 'insights'), query: { limit: PAGE_ROWS } },
    report: {
      when: ({ from, to }) => Date.parse(to) - Date.parse(from ?? to) > MOST_DAYS_AT_ONCE * DAY_MS,
      submit: ({ settings, window }) => ({ path: accountPath(settings.account, 'insights'), form: query(window) }),
      id: '/report_run_id',
      poll: ({ report }) => ({ path: nodePath(report), query: { fields: 'async_status,async_percent_completion' } }),
      state: stateOf,
    } satisfies ReportDeclaration<MetaSetting>,
    pages: cursorPages,
    records: '/data',
  };
}

/** A report may be called completed before it is whole. */
function stateOf(answer: unknown): 'running' | 'done' | 'failed' {
  const { async_status: status, async_percent_completion: percent } = { ...(answer as Readonly<Record<string, unknown>>) };
  if (status === 'Job Failed' || status === 'Job Skipped') return 'failed';
  return status === 'Job Completed' && Number(percent) === 100 ? 'done' : 'running';
}

function nodePath(node: string, edge?: string): string {
  return `/${API_VERSION.name}/${encodeURIComponent(node)}${edge === undefined ? '' : `/${edge}`}`;
}
