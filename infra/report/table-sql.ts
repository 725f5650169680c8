import { type PageTable, columnsRead } from './page-table.ts';
import type { Shape } from './shape.ts';

/** Stands for all members of a key that are not told one by one. */
export const OTHERS = '(others)';

/** What is kept of a date's text, and what follows it: `||`, because CONCAT makes something of a null on DuckDB. */
const MONTH = { length: 7, end: '-01' };
const YEAR = { length: 4, end: '-01-01' };

/** Reads a table in a shape, `limit` rows at most; the same text is right on BigQuery and on DuckDB. */
export function tableSql(table: PageTable, shape: Shape, limit: number): string {
  return table.isAdditive ? addedSql(table, shape, limit) : wholeSql(table, shape, limit);
}

function wholeSql(table: PageTable, { where }: Shape, limit: number): string {
  const order = table.keys.map((_key, place) => place + 1).join(', ');
  const columns = columnsRead(table).map((column) => `shown.${column}`);
  return `SELECT ${columns.join(', ')} FROM ${viewOf(table)} AS shown ${whereSql(where)} ORDER BY ${order} LIMIT ${limit}`;
}

/**
 * What is told of all rows of a group: its sums, its completeness (a key), the newest as_of. Without an order: to sort a million groups
 * of which the first few are wanted takes as long as to make them.
 */
function addedSql(table: PageTable, shape: Shape, limit: number): string {
  const keys = [...table.keys.filter((key) => !shape.dropped.includes(key)), 'completeness'];
  const places = keys.map((_key, place) => place + 1).join(', ');
  const columns = [
    ...keys.map((key) => `${keySql(table, shape, key)} AS ${key}`),
    ...table.figures.map((figure) => `SUM(shown.${figure}) AS ${figure}`),
    'MAX(shown.as_of) AS as_of',
  ];
  const from = [`${viewOf(table)} AS shown`, ...shape.top.map((step) => topSql(table, step))].join(' ');
  return `SELECT ${columns.join(', ')} FROM ${from} ${whereSql(shape.where)} GROUP BY ${places} LIMIT ${limit}`;
}

function keySql({ date }: PageTable, { grain, top }: Shape, key: string): string {
  if (key === date?.key && grain !== date.grain) {
    const { length, end } = grain === 'year' ? YEAR : MONTH;
    return `CAST(SUBSTR(CAST(shown.${key} AS STRING), 1, ${length}) || '${end}' AS DATE)`;
  }
  return top.some((step) => step.key === key) ? `COALESCE(top_${key}.member, '${OTHERS}')` : `shown.${key}`;
}

/** The largest members as a table: a list in the text would have to be read first, and quoted. */
function topSql(table: PageTable, { key, by, count }: Shape['top'][number]): string {
  const largest = `SELECT shown.${key} AS member FROM ${viewOf(table)} AS shown GROUP BY shown.${key} ORDER BY SUM(shown.${by}) DESC, shown.${key} LIMIT ${count}`;
  return `LEFT JOIN (${largest}) AS top_${key} ON top_${key}.member = shown.${key}`;
}

function viewOf({ name }: PageTable): string {
  return `analytics.v_${name}`;
}

function whereSql(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.map((condition) => `(${condition})`).join(' AND ')}`;
}
