import { defineStream, replace, type Stream } from '../../stream.ts';
import { allKeys } from './request.ts';
import { supabase } from './source.ts';

/** The sweep over the keys of a stream's table: a row whose key is not in it any more has been deleted at the source. */
export function keysOf({ name, key, columns, table }: Stream): Stream {
  const keyColumns = Object.entries(columns).filter(([column]) => key.includes(column));
  return defineStream({
    source: supabase,
    name: `${name}_keys`,
    description: `Keys of all ${name.replaceAll('_', ' ')} that there are, as of the last sweep; what is not among them has been deleted`,
    ...allKeys(name, key),
    columns: Object.fromEntries(keyColumns.map(([column, declared]) => [column, { ...declared, required: true as const }])),
    key,
    write: replace(),
    schedule: { cron: '45 1 * * 0', timeZone: 'America/Toronto' },
    table: { dataset: table.dataset, name: `${table.name}_keys` },
  });
}
