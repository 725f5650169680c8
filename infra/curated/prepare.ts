import type { Stream } from '../../shared/stream.ts';
import { prepareOps } from '../../shared/warehouse/ledger.ts';
import { streamTable } from '../../shared/warehouse/stream-table.ts';
import type { Warehouse } from '../../shared/warehouse/warehouse.ts';
import { MODEL_RUNS } from './model-runs.ts';

/**
 * Creates the tables that models read and nothing was loaded into yet, empty, so that a source that is off stops no model; a
 * column that was declared since the last load is added, as the next load would.
 */
export async function prepareSources(warehouse: Warehouse, streams: readonly Stream[]): Promise<void> {
  await prepareOps(warehouse);
  await warehouse.createTable(MODEL_RUNS);
  for (const stream of streams) {
    const table = streamTable(stream);
    const there = await warehouse.columns(table);
    if (there === undefined) await warehouse.createTable(table);
    else
      await warehouse.addColumns(
        table,
        table.columns.filter(({ name }) => !there.some((column) => column.name.toLowerCase() === name.toLowerCase())),
      );
  }
}
