import type { Columns } from '../../stream.ts';

/** What every table has: a trigger sets it on each change, and it is never NULL. */
export const changed = {
  updated_at: { type: 'TIMESTAMP', required: true, description: 'When the row was last changed, by the clock of the database' },
} as const satisfies Columns;
