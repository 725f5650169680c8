import type { RowsDeclaration } from '../../vocabulary/rows.ts';
import type { WindowDeclaration } from '../../vocabulary/window.ts';

/** What has changed since the last run. updated_at is when a transaction begins, and its rows are seen when it ends: the overlap is longer than any of them. */
export function changedRows(rows: Omit<RowsDeclaration, 'changed'>) {
  const window: WindowDeclaration = { grain: 'instant', overlap: '15m' };
  return { rows: { ...rows, changed: 'updated_at' }, window, schedule: { cron: '20 * * * *', timeZone: 'Etc/UTC' } } as const;
}
