import { PermanentError } from '../errors.ts';

/** A field that a contract reads. */
export interface CsvField {
  readonly name: string;
  /** Without its column no record is valid. */
  readonly required: boolean;
}

/** Other names that the column of a field may have, by the field. */
export type Aliases = Readonly<Record<string, readonly string[]>>;

/** BigQuery's limit for the columns of a table. */
const MAX_COLUMNS = 10_000;

/**
 * The names of a record's members, one for each cell of the header line. The column of a field has its name: exactly, or else
 * without regard to case, and with spaces or dashes for `_`, or else an alias. Of the other columns a doubled name gets `_2`, a
 * missing one becomes `column_<n>`. Throws PermanentError where a field has two columns, or a required one none.
 */
export function columnNames(header: readonly string[], fields: readonly CsvField[], aliases: Aliases = {}): readonly string[] {
  if (header.length > MAX_COLUMNS) throw new PermanentError('header', `the header has more than ${MAX_COLUMNS} columns`);
  const cells = header.map((cell) => cell.trim());
  const owners = ownersOf(cells, fields, aliases);
  const found = new Set(owners.map((owner) => owner?.name));
  const missing = fields.filter(({ name, required }) => required && !found.has(name)).map(({ name }) => name);
  const [field] = missing;
  if (field !== undefined) throw new PermanentError('header', `the header has no column ${missing.join(', ')}`, { field });
  const taken = new Set(fields.map(({ name }) => name));
  const next = new Map<string, number>();
  return cells.map((cell, index) => owners[index]?.name ?? freeName(cell === '' ? `column_${index + 1}` : cell, taken, next));
}

/** The field that each cell names. */
function ownersOf(cells: readonly string[], fields: readonly CsvField[], aliases: Aliases): readonly (CsvField | undefined)[] {
  const owners: (CsvField | undefined)[] = cells.map(() => undefined);
  const claim = (keyOf: (name: string) => string, namesOf: (field: CsvField) => readonly string[]) => {
    const free = Map.groupBy(
      [...cells.keys()].filter((index) => owners[index] === undefined),
      (index) => keyOf(cells[index] ?? ''),
    );
    for (const field of fields) {
      if (owners.some((owner) => owner?.name === field.name)) continue;
      const [first, second] = [...new Set(namesOf(field).map(keyOf))].flatMap((key) => free.get(key) ?? []);
      if (second !== undefined) throw new PermanentError('header', `the header names ${field.name} twice`, { field: field.name });
      if (first !== undefined) owners[first] ??= field;
    }
  };
  claim(
    (name) => name,
    ({ name }) => [name.trim()],
  );
  claim(folded, ({ name }) => [name]);
  claim(folded, ({ name }) => aliases[name] ?? []);
  return owners;
}

/** Makes the function that builds a record: one object literal, so that all have the same hidden class. */
export function recordBuilder(names: readonly string[]): (cells: readonly string[]) => unknown {
  // Computed, this one is a member like any other; all computed, a record takes two to ten times as long (measured).
  const members = names.map((name, index) => `${name === '__proto__' ? '["__proto__"]' : JSON.stringify(name)}: cells[${index}]`);
  return new Function('cells', `return { ${members.join(', ')} };`) as (cells: readonly string[]) => unknown;
}

function folded(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');
}

function freeName(wanted: string, taken: Set<string>, next: Map<string, number>): string {
  let free = wanted;
  for (let number = next.get(wanted) ?? 2; taken.has(free); number += 1) {
    free = `${wanted}_${number}`;
    next.set(wanted, number + 1);
  }
  taken.add(free);
  return free;
}
