import type { QueryResult, Warehouse } from '../../shared/warehouse/warehouse.ts';
import { catalogue } from '../curated/docs/catalogue.ts';
import { constantColumn, packColumns } from './pack.ts';
import type { PageTable } from './page-table.ts';
import type { ReportTable } from './report-data.ts';
import { type Shape, shapes } from './shape.ts';
import { tableSql } from './table-sql.ts';

type Row = QueryResult['rows'][number];

/** A shape and its rows, of which there may be one more than wanted. */
interface Read {
  readonly shape: Shape;
  readonly result: QueryResult;
}

/** Reads a table in the finest shape that has no more than so many rows. */
export async function readTable(warehouse: Warehouse, table: PageTable, most: number): Promise<ReportTable> {
  const read = async (shape: Shape): Promise<Read> => ({ shape, result: await warehouse.query(tableSql(table, shape, most + 1)) });
  const [finest, ...others] = shapes(table);
  if (finest === undefined) throw new Error(`${table.name} has no shape`);
  const whole = await read(finest);
  const found = fits(whole, most) ? whole : await firstThatFits(others, read, most);
  return packTable(table, found ?? cut(await read(others.at(-1) ?? finest), table, most));
}

/** Of shapes that have fewer and fewer rows; by halves, because each of them reads all that its view is made of. */
async function firstThatFits(coarser: readonly Shape[], read: (shape: Shape) => Promise<Read>, most: number): Promise<Read | undefined> {
  let [low, high] = [0, coarser.length];
  let best: Read | undefined;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const shape = coarser[middle];
    if (shape === undefined) break;
    const found = await read(shape);
    if (fits(found, most)) [best, high] = [found, middle];
    else low = middle + 1;
  }
  return best;
}

function fits({ result }: Read, most: number): boolean {
  return result.rows.length <= most;
}

function cut({ shape, result }: Read, { keys }: PageTable, most: number): Read {
  return { shape: { ...shape, told: [...shape.told, `the first ${most} rows only, by ${keys[0]}`] }, result: { ...result, rows: result.rows.slice(0, most) } };
}

function packTable(table: PageTable, { shape, result }: Read): ReportTable {
  const { name, keys, figures, date, population } = table;
  const { grain, dropped, told } = shape;
  const rows = result.rows.toSorted(byCells);
  const { as_of: moments, ...columns } = packColumns({ ...result, rows });
  const given = Object.fromEntries(dropped.map((key) => [key, constantColumn('all', rows.length)]));
  const named = { ...columns, ...given };
  const places = [...keys, ...figures, 'completeness'];
  return {
    rows: rows.length,
    columns: Object.fromEntries(Object.entries(named).sort(([a], [b]) => places.indexOf(a) - places.indexOf(b))),
    ...(told.length === 0 ? {} : { coarsened: told.join('; ') }),
    ...(date === undefined || grain === undefined ? {} : { grain }),
    ...(dropped.length === 0 ? {} : { dropped }),
    population: population ?? catalogue[name]?.population ?? '',
    caveats: catalogue[name]?.caveats ?? [],
    asOf: moments?.type === 'text' ? (moments.words.toSorted().at(-1) ?? null) : null,
  };
}

/** The keys come first in a row; the same rows make the same page. */
function byCells(a: Row, b: Row): number {
  const place = a.findIndex((cell, at) => cell !== b[at]);
  return place === -1 ? 0 : String(a[place] ?? '') < String(b[place] ?? '') ? -1 : 1;
}
