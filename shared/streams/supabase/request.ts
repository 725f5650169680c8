import type { SettingValues } from '../../source.ts';
import type { Keyset, Members } from '../../vocabulary/pages.ts';
import type { RequestContext, StreamRequest } from '../../vocabulary/request.ts';
import type { Duration } from '../../vocabulary/window.ts';
import type { supabase } from './source.ts';

type SupabaseSetting = keyof typeof supabase.settings;

/** What Supabase gives at once where nobody has changed its setting; a server that gives less shortens the pages. */
const PAGE_ROWS = 1000;
/** Longer than a transaction lasts: updated_at is when one begins, and its rows are seen when it ends. */
const OVERLAP: Duration = '1h';

/** How a stream asks for the rows that have changed, the oldest change first. A row without updated_at is in no window. */
export function changedRows(table: string, key: string) {
  const order = ['updated_at', key];
  return {
    request: ({ settings, window: { from, to } }: RequestContext<SupabaseSetting>) => {
      const bounds = [...(from === undefined ? [] : [`updated_at.gte.${quoted(from)}`]), `updated_at.lt.${quoted(to)}`];
      return rows(settings, table, order, { and: `(${bounds.join(',')})` });
    },
    pages: behindEachOther(order),
    window: { grain: 'instant', overlap: OVERLAP },
  } as const;
}

/** How a stream asks for the keys of all rows. */
export function allKeys(table: string, key: readonly string[]) {
  return {
    request: ({ settings }: RequestContext<SupabaseSetting>) => rows(settings, table, key, { select: key.join(',') }),
    pages: behindEachOther(key),
  };
}

function rows(settings: SettingValues<SupabaseSetting>, table: string, order: readonly string[], query: Readonly<Record<string, string>>): StreamRequest {
  return {
    path: `/rest/v1/${table}`,
    headers: { 'accept-profile': settings.schema },
    query: { ...query, order: order.map((column) => `${column}.asc`).join(','), limit: String(PAGE_ROWS) },
  };
}

function behindEachOther(order: readonly string[]): Keyset {
  return { type: 'keyset', after: (last) => ({ or: behind(order, last) }), end: 'counted' };
}

/** What stands behind a record in that order: a greater first column, or an equal one and a greater second, and so on. */
function behind(order: readonly string[], last: Members): string {
  const ways = order.map((column, index) => {
    const equal = order.slice(0, index).map((before) => `${before}.eq.${quoted(last[before])}`);
    const greater = `${column}.gt.${quoted(last[column])}`;
    return equal.length === 0 ? greater : `and(${[...equal, greater].join(',')})`;
  });
  return `(${ways.join(',')})`;
}

/** A value as PostgREST reads it inside parentheses: in quotes, where a comma or a parenthesis is part of the value. */
function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : String(JSON.stringify(value));
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
