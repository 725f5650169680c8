import { fieldTables } from './tables/field.ts';
import { marketingTables } from './tables/marketing.ts';
import { shopTables } from './tables/shop.ts';
import type { Table } from './tables/table.ts';

/** Every table that the model reads from the warehouse. */
export const modelTables: readonly Table[] = [...marketingTables, ...shopTables, ...fieldTables];

/** The columns that the model reads, by view: whoever changes one of these views must know. */
export function columnsRead(): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(modelTables.map(({ view, columns, without }) => [view, [...Object.keys(columns), ...(without === undefined ? [] : [without])]]));
}
