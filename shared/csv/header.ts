import { PermanentError } from '../errors.ts';
import { UnreadableRecord } from '../json/elements.ts';

type Cells = readonly string[];

/** The header line: how the cells of a line become a record. */
export interface Header {
  readonly names: readonly string[];
  /** The record; surplus cells are allowed where they are empty. */
  record(cells: Cells): unknown;
}

/**
 * Reads a header. A name is matched with the fields of the contract without regard to case and to white space around it; throws
 * PermanentError where it names such a field twice. Another doubled name gets `_2`, a missing one becomes `column_<n>`.
 */
export function headerOf(cells: Cells, fields: readonly string[]): Header {
  const known = new Map(fields.map((field) => [field.trim().toLowerCase(), field]));
  const names: string[] = [];
  for (const [index, cell] of cells.entries()) names.push(nameOf(cell.trim(), index, known, names));
  const build = recordBuilder(names);
  return {
    names,
    record(line) {
      const isWhole = line.length === names.length || (line.length > names.length && line.slice(names.length).every((cell) => cell === ''));
      if (isWhole) return build(line);
      return new UnreadableRecord('columns', `${names.length} cells (it has ${line.length})`, JSON.stringify(line));
    },
  };
}

function nameOf(cell: string, index: number, known: ReadonlyMap<string, string>, names: readonly string[]): string {
  const field = known.get(cell.toLowerCase());
  if (field !== undefined && names.includes(field)) throw new PermanentError('header', `the header names ${JSON.stringify(field)} twice`, { field });
  const wanted = field ?? (cell === '' ? `column_${index + 1}` : cell);
  let free = wanted;
  for (let number = 2; names.includes(free) || (free !== wanted && known.has(free.toLowerCase())); number += 1) free = `${wanted}_${number}`;
  return free;
}

/** One object literal, so that all records have the same hidden class; a computed name is a member even where it is `__proto__`. */
function recordBuilder(names: readonly string[]): (cells: Cells) => unknown {
  const members = names.map((name, index) => `[${JSON.stringify(name)}]: cells[${index}]`);
  return new Function('cells', `return { ${members.join(', ')} };`) as (cells: Cells) => unknown;
}
