import type { DuckColumn, Session } from '../../local/duckdb-session.ts';
import { isNode, listOf, type Node, typeOf } from './plan-columns.ts';

/** What gives a number beyond every FLOAT64, or a day outside the years 1 to 9999, without failing. */
const ARITHMETIC = /^(?:[-+*/]|sum|corr)$/;
/** The macro that fails there, by the type of a column. */
const CHECKS: Readonly<Record<string, string>> = { DOUBLE: 'finite', DATE: 'a_day' };

/** The columns of a query. */
export async function describedColumns(session: Session, duckSql: string): Promise<readonly DuckColumn[]> {
  const { rows } = await session.query(`DESCRIBE ${duckSql}`);
  return rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
}

/** The type that a part of a plan may overflow where BigQuery fails; undefined where it cannot. */
export function openType(node: Node): string | undefined {
  const type = typeOf(node);
  if (!(type in CHECKS) || !ARITHMETIC.test(String(node['name']))) return undefined;
  return type === 'DATE' && !listOf(node['children']).some((child) => isNode(child) && typeOf(child) === 'DATE') ? undefined : type;
}

/** A query that fails where a column of one of the types has a value that BigQuery has not; checked where it ends, which costs less than at each step. */
export function withinLimits(duckSql: string, columns: readonly DuckColumn[], open: ReadonlySet<string>): string {
  if (!columns.some(({ type }) => open.has(type))) return duckSql;
  const checked = columns.map(({ name, type }, place) => {
    const column = `c${place}`;
    return `${open.has(type) ? `bigquery.${CHECKS[type]}(${column})` : column} AS "${name.replaceAll('"', '""')}"`;
  });
  return `SELECT ${checked.join(', ')} FROM (${duckSql}) AS _q(${columns.map((_column, place) => `c${place}`).join(', ')})`;
}
