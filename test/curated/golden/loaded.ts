import type { Stream } from '../../../shared/stream.ts';
import { streams } from '../../../shared/streams/index.ts';
import { streamTable } from '../../../shared/warehouse/stream-table.ts';
import type { TableSpec } from '../../../shared/warehouse/table.ts';
import { exportedOn, type Tables } from './data-set.ts';

/** A table as it is after the load; a value is text, null where there is none. */
export interface LoadedTable {
  readonly spec: TableSpec;
  readonly rows: readonly Readonly<Record<string, string | null>>[];
}

/** What transform and load make of the tables, for engines that are given rows instead of files. */
export function loadedTables(tables: Tables): readonly LoadedTable[] {
  return Object.entries(tables).map(([table, rows]) => {
    const midnight = `${exportedOn(table)} 00:00:00+00`;
    const origin = { _raw_object: objectOf(table), _raw_generation: '1', _extracted_at: midnight, _extra: null, load_timestamp: midnight };
    const texts = rows.map((row, index) => {
      const own = Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)] as const);
      return { ...Object.fromEntries(own), ...origin, _row: String(index + 1) };
    });
    return { spec: streamTable(streamOf(table)), rows: texts };
  });
}

/** The raw object that a table's export is. */
export function objectOf(table: string): string {
  return `${streamOf(table).id}/${exportedOn(table)}/golden.csv`;
}

/** The stream that fills a table. */
export function streamOf(table: string): Stream {
  const found = streams.find((stream) => `${stream.table.dataset}.${stream.table.name}` === table);
  if (found === undefined) throw new RangeError(`no stream fills ${table}`);
  return found;
}
