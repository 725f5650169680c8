import type { DuckColumn } from '../../local/duckdb-session.ts';

/** A part of a plan, as `json_serialize_plan` writes it. */
export type Node = Readonly<Record<string, unknown>>;

/** Types that DESCRIBE calls by the same name. */
const PLAIN = new Set([
  ...['BOOLEAN', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'UHUGEINT', 'FLOAT', 'DOUBLE'],
  ...['VARCHAR', 'DATE', 'TIME', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE'],
]);

/** What a query is planned in: the columns of a query that joins others (UNION ALL) or sorts are told only by one that selects from it. */
export const SELECTED = { before: 'SELECT * FROM (', after: ')' };

/**
 * The columns of a query from its plan within SELECTED, which saves planning it again to DESCRIBE them; undefined where the plan
 * does not tell all names and types: a column without a name goes by something that the query does not say, the second of
 * two of one name by that name and `_1`.
 */
export function planColumns(plan: Node, duckSql: string): readonly DuckColumn[] | undefined {
  const [node] = listOf(plan['plans']);
  if (!isNode(node) || node['type'] !== 'LOGICAL_PROJECTION') return undefined;
  const columns = listOf(node['expressions']).flatMap((expression) => columnOf(expression) ?? []);
  const names = new Set(columns.map(({ name }) => name.toLowerCase()));
  const isOwn = ({ name }: DuckColumn) => duckSql.includes(name) && !names.has(/^(.+)_\d+$/.exec(name.toLowerCase())?.[1] ?? '');
  return columns.every(isOwn) && columns.length === listOf(node['expressions']).length ? columns : undefined;
}

/** The name of a type. */
export function typeIn(type: unknown): string {
  return isNode(type) ? String(type['id']) : 'UNKNOWN';
}

/** The type of what an expression gives. */
export function typeOf(node: Node): string {
  return typeIn(node['return_type'] ?? (isNode(node['value']) ? node['value']['type'] : undefined));
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function columnOf(expression: unknown): DuckColumn | undefined {
  if (!isNode(expression) || typeof expression['alias'] !== 'string') return undefined;
  const type = describedType(expression['return_type'] ?? (isNode(expression['value']) ? expression['value']['type'] : undefined));
  return type === undefined ? undefined : { name: expression['alias'], type };
}

function describedType(type: unknown): string | undefined {
  if (!isNode(type) || type['alias'] !== undefined) return undefined;
  const { type_info: info } = type;
  if (typeIn(type) === 'DECIMAL' && isNode(info)) return `DECIMAL(${String(info['width'])},${String(info['scale'] ?? 0)})`;
  return info === undefined && PLAIN.has(typeIn(type)) ? typeIn(type) : undefined;
}
