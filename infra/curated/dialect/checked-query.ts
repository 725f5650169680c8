import type { DuckColumn, Session } from '../../local/duckdb-session.ts';
import { combinedBy } from './combining.ts';
import { describedColumns, openType, withinLimits } from './limits.ts';
import { checkLiteral } from './literals.ts';
import { isNode, listOf, type Node, planColumns, SELECTED, typeOf } from './plan-columns.ts';
import { type Call, checkCompared, checkFunction, checkTruth, WHOLE } from './plan-functions.ts';
import { checkJoinsAndWindows } from './plan-joins.ts';
import { productCheck } from './products.ts';
import { type Names, quote } from './rendering.ts';
import { queryToDuckDb } from './to-duckdb.ts';
import { refuse } from './unsupported.ts';

interface Cast {
  readonly from: string;
  readonly to: string;
  /** Of a literal, its value. */
  readonly literal: string | undefined;
  /** What the text says where the value stands that is cast. */
  readonly text: string;
}

const NUMBERS = [...WHOLE, 'DECIMAL', 'DOUBLE', 'FLOAT'];
/** Types that a text is read as, where it is a literal, with BigQuery's names. */
const FROM_LITERAL: Readonly<Record<string, string>> = { DATE: 'DATE', TIMESTAMP: 'DATETIME', 'TIMESTAMP WITH TIME ZONE': 'TIMESTAMP', VARCHAR: 'STRING' };
/** DuckDB's own, made for its functions: no column of a model has them. */
const INTERNAL = new Set(['LIST', 'STRUCT', 'ARRAY', 'MAP', 'INTERVAL', 'ANY', 'UNKNOWN', 'LAMBDA', 'TABLE', 'POINTER']);
/** What a call is in a plan: of a function, of an aggregate, of one with OVER. */
const CALLS = new Set(['BOUND_FUNCTION', 'BOUND_AGGREGATE', 'BOUND_WINDOW']);
const SET_OPERATION = /^LOGICAL_(?:UNION|EXCEPT|INTERSECT)$/;
/** What a cast begins with that the text asks for. */
const WRITTEN = /^(?:TRY\()?(?:CAST\(|TRY_CAST\()/i;
const ASKED_FOR = /^(?:TRY\()?(?:CAST\(|TRY_CAST\(|bigquery\.)/i;
/** Blanks before the text of a query: what stands in the text of a macro or a view then has a place before it. A longer margin takes longer to read. */
const MARGIN = 8_192;
/** Blanks before the text of macros and views that is longer than that: what stands there has a place behind every query. */
const FAR = 262_144;
/** Bytes of the text that tell what stands at a place. */
const LOOKED_AT = 200;

/** A query that may be run on DuckDB. */
export interface CheckedQuery {
  readonly duckSql: string;
  /** Where its plan tells them. */
  readonly columns: readonly DuckColumn[] | undefined;
}

/** Statements that make views or macros, so that no place in their text is taken for one in the text of a query that reads them. */
export function keptApart(statements: string): string {
  return Buffer.byteLength(statements) <= MARGIN ? statements : `${' '.repeat(FAR)}${statements}`;
}

/** A query of BigQuery's SQL for DuckDB, refused by name (UnsupportedSql) where it would mean something else there; a mistake is a PermanentError. */
export async function checkedQuery(session: Session, sql: string, names: Names): Promise<CheckedQuery> {
  const duckSql = queryToDuckDb(sql, names);
  const { plan, open } = await checkPlan(session, duckSql);
  const columns = planColumns(plan, duckSql);
  if (open.size === 0) return { duckSql, columns };
  const told = columns ?? (await describedColumns(session, duckSql));
  return { duckSql: withinLimits(duckSql, told, open), columns: told };
}

/**
 * Refuses casts that DuckDB makes by itself where BigQuery makes none: text to number, number to BOOL, DATE to TIMESTAMP, and a
 * NUMERIC that `/` makes a FLOAT64. They are seen in the plan, before the optimizer: where nothing in the text asks for it.
 */
async function checkPlan(session: Session, duckSql: string): Promise<{ readonly plan: Node; readonly open: ReadonlySet<string> }> {
  const text = `${SELECTED.before.padStart(MARGIN)}${duckSql}${SELECTED.after}`;
  const bytes = Buffer.from(text);
  if (bytes.length > FAR) refuse(`a query of more than ${FAR - MARGIN} bytes`);
  const { rows } = await session.query(`SELECT json_serialize_plan(${quote(text)}, skip_null := true, skip_empty := true, optimize := false)`);
  const plan: unknown = JSON.parse(String(rows[0]?.[0] ?? '{}'));
  if (!isNode(plan) || plan['error'] === true) return await explainUnplanned(session, duckSql, plan);
  // What is grouped by is cast by nobody but the text; by an alias, it has the place of the alias.
  const grouped = new Set<unknown>();
  const open = new Set<string>();
  const checkProduct = productCheck();
  walk(plan, (node) => {
    for (const group of listOf(node['groups'])) grouped.add(group);
    if (node['expression_class'] === 'BOUND_CAST' && !grouped.has(node)) checkCast(castOf(node, bytes));
    if (CALLS.has(String(node['expression_class']))) checkFunction(callOf(node, bytes));
    checkLiterals(combinedBy(node), bytes);
    checkSetOperation(node, bytes);
    checkProduct(node);
    const type = openType(node);
    if (type !== undefined) open.add(type);
    checkTruth(node);
    checkCompared(node);
    checkJoinsAndWindows(node);
  });
  return { plan, open };
}

/** A mistake in the query is told better by DuckDB; what has a plan that cannot be read cannot be trusted. */
async function explainUnplanned(session: Session, duckSql: string, plan: unknown): Promise<never> {
  await session.query(`DESCRIBE ${duckSql}`);
  return refuse(`a query whose plan cannot be read: ${isNode(plan) ? String(plan['error_message']) : 'no plan'}`);
}

function checkCast({ from, to, literal, text }: Cast): void {
  if (ASKED_FOR.test(text) || from === to || INTERNAL.has(from) || INTERNAL.has(to)) return;
  if (NUMBERS.includes(from) && NUMBERS.includes(to)) return;
  if (from === 'NULL' || from === 'SQLNULL') return;
  if (from === 'DATE' && to === 'TIMESTAMP') return;
  if (literal !== undefined && (from === 'VARCHAR' || from === 'STRING_LITERAL') && to in FROM_LITERAL) {
    if (to !== 'VARCHAR') checkLiteral(FROM_LITERAL[to] ?? '', literal);
    return;
  }
  refuse(`${from} where ${to} is needed (at ${JSON.stringify(text.slice(0, 30))}): BigQuery does not cast by itself`);
}

/** BigQuery reads a literal such as 0.25 beside a NUMERIC as one; here it would make a FLOAT64 of both. */
function checkLiterals(children: readonly Node[], bytes: Buffer): void {
  // Of a CAST to the type that a literal has, DuckDB leaves the place only.
  const isLiteral = (child: Node) => child['expression_class'] === 'BOUND_CONSTANT' && typeOf(child) === 'DOUBLE' && !WRITTEN.test(textAt(child, bytes));
  if (children.some(isLiteral) && children.some((child) => typeBefore(child, bytes) === 'DECIMAL'))
    refuse("a NUMERIC beside a literal with a point, which BigQuery reads as NUMERIC: write NUMERIC '0.25', or CAST(… AS FLOAT64)");
}

/** BigQuery makes NUMERIC of a literal with a point in the other query; of a column, FLOAT64 of both, as DuckDB does of either. */
function checkSetOperation(node: Node, bytes: Buffer): void {
  if (!SET_OPERATION.test(String(node['type']))) return;
  const joined = listOf(node['children']).filter(isNode);
  const made = joined.flatMap((child) => (child['type'] === 'LOGICAL_PROJECTION' ? listOf(child['expressions']).filter(isNode) : []));
  if (made.some((value) => typeOf(value) === 'DOUBLE' && typeBefore(value, bytes) === 'DECIMAL'))
    refuse("a set operation of NUMERIC and FLOAT64: write NUMERIC '0.25', or CAST(… AS FLOAT64)");
}

/** The type of an expression before DuckDB casts it by itself. */
function typeBefore(node: Node, bytes: Buffer): string {
  if (node['expression_class'] !== 'BOUND_CAST') return typeOf(node);
  // COALESCE has no place in the plan, nor has what DuckDB casts of it; a CAST that is written has one.
  if (isNode(node['child']) && node['child']['type'] === 'OPERATOR_COALESCE' && !hasPlace(node, bytes)) return typeOf(node['child']);
  const { from, text } = castOf(node, bytes);
  return WRITTEN.test(text) ? typeOf(node) : from;
}

function callOf(node: Node, bytes: Buffer): Call {
  const children = listOf(node['children']).filter(isNode);
  return {
    name: String(node['name'] ?? ''),
    result: typeOf(node),
    children,
    types: children.map(typeOf),
    typesBefore: children.map((child) => typeBefore(child, bytes)),
    isAskedFor: ASKED_FOR.test(textAt(node, bytes)),
    isOfParser: Number(node['query_location']) > FAR,
  };
}

function castOf(node: Node, bytes: Buffer): Cast {
  const child = isNode(node['child']) ? node['child'] : {};
  const value = child['expression_class'] === 'BOUND_CONSTANT' && isNode(child['value']) ? child['value']['value'] : undefined;
  const literal = typeof value === 'string' ? value : undefined;
  // A cast that is made by itself has the place of what it casts: on a CAST of the text, that is the place of the CAST.
  const isOnCast = child['expression_class'] === 'BOUND_CAST' && child['query_location'] === node['query_location'];
  return { from: typeOf(child), to: typeOf(node), literal, text: isOnCast ? textAt(node, bytes).replace(ASKED_FOR, '') : textAt(node, bytes) };
}

function textAt(node: Node, bytes: Buffer): string {
  if (!hasPlace(node, bytes)) return 'CAST(';
  const location = Number(node['query_location']);
  return bytes.subarray(location, location + LOOKED_AT).toString('utf8');
}

function hasPlace(node: Node, bytes: Buffer): boolean {
  const location = Number(node['query_location'] ?? Number.NaN);
  return location >= MARGIN && location < bytes.length;
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit);
  if (!isNode(value)) return;
  visit(value);
  for (const member of Object.values(value)) walk(member, visit);
}
