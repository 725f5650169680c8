import { createHash } from 'node:crypto';
import { PermanentError, TransientError } from '../../shared/errors.ts';
import type { Column } from '../../shared/warehouse/table.ts';
import type { LoadPlan, Warehouse } from '../../shared/warehouse/warehouse.ts';

/** A field that no declaration names, and the column that holds it. */
export interface UnknownColumn {
  readonly field: string;
  readonly column: Column;
  readonly isNew: boolean;
}

const COLUMN_ATTEMPTS = 3;
/** Of one object. */
const MAX_FIELDS = 2_000;
/** BigQuery's limit for the columns of a table. */
const MAX_COLUMNS = 10_000;
const MAX_NAME = 280;
const MAX_DESCRIPTION = 1_000;
/** BigQuery keeps these beginnings for itself. */
const RESERVED = /^(?:_TABLE_|_FILE_|_PARTITION|_ROW_TIMESTAMP|__ROOT__|_COLIDENTIFIER|_CHANGE_)/i;

/** Adds a column for every undeclared field; another load may add some at the same moment, so the table is read again. */
export async function spreadFields(warehouse: Warehouse, plan: LoadPlan): Promise<LoadPlan> {
  const fields = await warehouse.extraFields(plan);
  for (let attempt = 1; attempt <= COLUMN_ATTEMPTS; attempt += 1) {
    const table = (await warehouse.columns(plan.target)) ?? [];
    const found = unknownColumns(fields, table);
    const added = found.filter(({ isNew }) => isNew).map(({ column }) => column);
    if (added.length === 0) {
      const columns = found.map(({ column }) => column);
      const spread = found.map(({ field, column }) => ({ field, column: column.name }));
      return { ...plan, spread, target: { ...plan.target, columns: [...plan.target.columns, ...columns] } };
    }
    await warehouse.addColumns(plan.target, added);
  }
  throw new TransientError('columns', 'another load is adding columns to the same table');
}

/**
 * Finds a STRING column for every field: the one that was made for it earlier (its description tells), else a new one
 * named after it. Names are `[A-Za-z0-9_]`, do not begin with a digit and differ without regard to case: a clash gets `_2`.
 */
export function unknownColumns(fields: readonly string[], table: readonly Column[]): readonly UnknownColumn[] {
  const known = new Map(table.map((column) => [column.description, column]));
  const taken = new Set(table.map((column) => column.name.toLowerCase()));
  if (fields.length > MAX_FIELDS) throw tooMany(`${fields.length} fields are not declared, of which at most ${MAX_FIELDS} may become columns`);
  const found = fields.map((field): UnknownColumn => {
    const description = describe(field);
    const existing = known.get(description);
    if (existing !== undefined) return { field, column: existing, isNew: false };
    const name = freeName(columnName(field), taken);
    taken.add(name.toLowerCase());
    return { field, column: { name, type: 'STRING', mode: 'NULLABLE', description }, isNew: true };
  });
  const columns = table.length + found.filter(({ isNew }) => isNew).length;
  if (columns > MAX_COLUMNS) throw tooMany(`the table would have ${columns} columns, of which BigQuery takes at most ${MAX_COLUMNS}`);
  return found;
}

function tooMany(why: string): PermanentError {
  const advice = "take unknown: 'columns' out of the stream's declaration and deploy, then run this again: they travel in the column _extra";
  return new PermanentError('columns', `${why}. Nothing was loaded; the raw object has all of them. To load it, ${advice}`);
}

function columnName(field: string): string {
  const name = field.replaceAll(/[^A-Za-z0-9_]/g, '_').slice(0, MAX_NAME) || '_';
  if (/^\d/.test(name)) return `_${name}`;
  return RESERVED.test(name) ? `x${name}` : name;
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let number = 2; taken.has(free.toLowerCase()); number += 1) free = `${name}_${number}`;
  return free;
}

/**
 * The original name is kept in the description: it is what finds the column again tomorrow. One that is too long ends in a
 * digest of all of it, or fields that begin alike would be taken for one.
 */
function describe(field: string): string {
  const whole = `Field ${JSON.stringify(field)} of the source`;
  if (whole.length <= MAX_DESCRIPTION) return whole;
  const end = `… (SHA-256 ${createHash('sha256').update(field).digest('hex')})`;
  return `${whole.slice(0, MAX_DESCRIPTION - end.length).toWellFormed()}${end}`;
}
