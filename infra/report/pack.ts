import type { QueryResult } from '../../shared/warehouse/warehouse.ts';
import type { ReportColumn } from './report-data.ts';

type Cell = QueryResult['rows'][number][number];

const NUMBERS = new Set(['INT64', 'FLOAT64', 'NUMERIC', 'BIGNUMERIC']);
/** A sum of 100,000 values that are each half a millionth wrong is right to the cent. */
const DECIMALS = 6;

/** Columns of a result, packed: a text that comes again costs the digits of its place. */
export function packColumns({ columns, rows }: QueryResult): Readonly<Record<string, ReportColumn>> {
  return Object.fromEntries(
    columns.map(({ name, type }, place) => [
      name,
      packColumn(
        type,
        rows.map((row) => row[place] ?? null),
      ),
    ]),
  );
}

/** A column that says the same in every row. */
export function constantColumn(word: string, rows: number): ReportColumn {
  return { type: 'text', words: rows === 0 ? [] : [word], values: Array.from({ length: rows }, () => 0) };
}

function packColumn(type: string, cells: readonly Cell[]): ReportColumn {
  if (NUMBERS.has(type)) return { type: 'number', values: cells.map(numberOf) };
  if (type === 'BOOL') return { type: 'boolean', values: cells.map((cell) => (cell === null ? null : cell === true)) };
  const words = new Map<string, number>();
  const values = cells.map((cell) => {
    if (cell === null) return null;
    const word = String(cell);
    const place = words.get(word) ?? words.size;
    words.set(word, place);
    return place;
  });
  return { type: type === 'DATE' ? 'date' : 'text', words: [...words.keys()], values };
}

/** What is not a number (a share of nothing, say) is null: JSON has no word for it. */
function numberOf(cell: Cell): number | null {
  const value = cell === null || cell === '' ? Number.NaN : Number(cell);
  return Number.isFinite(value) ? Number(value.toFixed(DECIMALS)) : null;
}
