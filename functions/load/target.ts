import { PermanentError } from '../../shared/errors.ts';
import type { Column, TableSpec } from '../../shared/warehouse/table.ts';
import type { Warehouse } from '../../shared/warehouse/warehouse.ts';

/** Without these nobody knows which object a row is of, so it could never be replaced. */
const ORIGIN = ['_raw_object', '_raw_generation', '_extracted_at'];

/**
 * Makes the table fit the contract: creates it, adds columns that are missing. Any other difference, and a table that something
 * else filled, is a PermanentError that carries the statements which migrate the table; data is never touched here. Returns the
 * table's columns.
 */
export async function prepareTarget(warehouse: Warehouse, spec: TableSpec): Promise<readonly Column[]> {
  const existing = await warehouse.columns(spec);
  if (existing === undefined) {
    await warehouse.createTable(spec);
    return spec.columns;
  }
  if (isForeign(existing)) throw notOurs(warehouse, spec);
  const byName = new Map(existing.map((column) => [column.name.toLowerCase(), column]));
  const changed = spec.columns.filter((column) => differs(byName.get(column.name.toLowerCase()), column));
  if (changed.length > 0) throw migrationNeeded(warehouse, spec, changed, byName);
  const declared = new Set(spec.columns.map((column) => column.name.toLowerCase()));
  const demanded = existing.filter((column) => column.mode === 'REQUIRED' && !declared.has(column.name.toLowerCase()));
  if (demanded.length > 0) throw neverFilled(warehouse, spec, demanded);
  const missing = spec.columns.filter((column) => !byName.has(column.name.toLowerCase()));
  if (missing.length === 0) return existing;
  await warehouse.addColumns(spec, missing);
  return [...existing, ...missing];
}

function differs(existing: Column | undefined, wanted: Column): boolean {
  return existing !== undefined && (existing.type !== wanted.type || existing.precision !== wanted.precision);
}

function isForeign(existing: readonly Column[]): boolean {
  const names = new Set(existing.map((column) => column.name.toLowerCase()));
  return ORIGIN.some((name) => !names.has(name));
}

function notOurs(warehouse: Warehouse, spec: TableSpec): PermanentError {
  const advice = 'Nothing was loaded. Give it another name, then run this again, which makes a new table:';
  return new PermanentError('schema', `table ${spec.dataset}.${spec.table} was not filled by this pipeline. ${advice}\n${warehouse.setAside(spec)}`);
}

function neverFilled(warehouse: Warehouse, spec: TableSpec, columns: readonly Column[]): PermanentError {
  const names = columns.map(({ name }) => name).join(', ');
  const statements = columns.map(({ name }) => warehouse.allowNull(spec, name));
  return new PermanentError(
    'schema',
    `table ${spec.dataset}.${spec.table} demands columns that its contract does not have (${names}). Nothing was loaded. To migrate it, run:\n${statements.join('\n')}`,
    { field: columns[0]?.name ?? '' },
  );
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
