import { PermanentError } from '../../shared/errors.ts';
import type { Column, TableSpec } from '../../shared/warehouse/table.ts';
import type { Warehouse } from '../../shared/warehouse/warehouse.ts';

/**
 * Makes the table fit the contract: creates it, adds columns that are missing. Any other difference is a PermanentError
 * that carries the statements which migrate the table; data is never touched here. Returns the table's columns.
 */
export async function prepareTarget(warehouse: Warehouse, spec: TableSpec): Promise<readonly Column[]> {
  const existing = await warehouse.columns(spec);
  if (existing === undefined) {
    await warehouse.createTable(spec);
    return spec.columns;
  }
  const byName = new Map(existing.map((column) => [column.name.toLowerCase(), column]));
  const changed = spec.columns.filter((column) => differs(byName.get(column.name.toLowerCase()), column));
  if (changed.length > 0) throw migrationNeeded(warehouse, spec, changed, byName);
  const missing = spec.columns.filter((column) => !byName.has(column.name.toLowerCase()));
  if (missing.length === 0) return existing;
  await warehouse.addColumns(spec, missing);
  return [...existing, ...missing];
}

function differs(existing: Column | undefined, wanted: Column): boolean {
  return existing !== undefined && (existing.type !== wanted.type || existing.precision !== wanted.precision);
}

function migrationNeeded(warehouse: Warehouse, spec: TableSpec, changed: readonly Column[], existing: ReadonlyMap<string, Column>): PermanentError {
  const names = changed.map((column) => `${column.name} is ${existing.get(column.name.toLowerCase())?.type}, declared ${column.type}`);
  const statements = changed.flatMap((column) => warehouse.migration(spec, column));
  return new PermanentError(
    'schema',
    `table ${spec.dataset}.${spec.table} differs from its contract (${names.join('; ')}). Nothing was loaded. To migrate it, run:\n${statements.join('\n')}`,
    { field: changed[0]?.name ?? '' },
  );
}
