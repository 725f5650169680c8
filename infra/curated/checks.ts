import type { QueryResult } from '../../shared/warehouse/warehouse.ts';
import type { Session } from '../local/duckdb-session.ts';
import type { Relations } from './build.ts';
import type { Names } from './dialect/rendering.ts';
import { type Assertion, type Graph, idOf, type UnitTest } from './graph.ts';
import { relationName, relationSql } from './relation.ts';

/** What a test found. */
export interface Finding {
  /** Rows that fail; 0 where it passed. */
  readonly failing: number;
  /** Of the first failing row, what tells which one it is; never a column that is marked `pii`. */
  readonly example: string | null;
}

/** Columns that tests make to say what is wrong; every other text that a test makes may hold a value of a person. */
const SAYING = new Set(['failing_condition', 'failing_row_condition', 'missing_column']);
const PLAIN_TYPES = new Set(['INT64', 'FLOAT64', 'NUMERIC', 'BOOL', 'TIMESTAMP', 'DATE']);
const ROWS_TOLD = 2;

/**
 * Runs an assertion, whose rows are the failures. Where there are some it becomes a view, as in Dataform, to look at them; most
 * tests pass, and cost what it takes to plan them: one statement tells the count and the example, and no view is planned once more.
 */
export async function assertRows(session: Session, assertion: Assertion, graph: Graph, names: Names, there: Relations): Promise<Finding> {
  const sql = await relationSql(session, assertion.query, names);
  const { columns, rows } = await session.query(`SELECT *, count(*) OVER () FROM (${sql}) LIMIT 1`);
  const view = relationName(assertion.target);
  const [row] = rows;
  if (row === undefined) {
    if (there.has(idOf(assertion.target))) await session.run(`DROP VIEW ${view}`);
    return { failing: 0, example: null };
  }
  await session.run(`CREATE OR REPLACE VIEW ${view} AS ${sql}`);
  const example = exampleOf({ columns: columns.slice(0, -1), rows }, assertion, graph, await columnsOf(session, assertion));
  return { failing: Number(row.at(-1)), example };
}

/** Runs a unit test: rows that were not expected, and rows that are missing, are failures. */
export async function unitTest(session: Session, test: UnitTest, names: Names): Promise<Finding> {
  const actual = await relationSql(session, test.query, names);
  const expected = await relationSql(session, test.expected, names);
  const differing = await Promise.all([`(${actual}) EXCEPT ALL (${expected})`, `(${expected}) EXCEPT ALL (${actual})`].map((sql) => session.query(sql)));
  const [unexpected = { rows: [] }, missing = { rows: [] }] = differing;
  const failing = unexpected.rows.length + missing.rows.length;
  if (failing === 0) return { failing, example: null };
  // The rows are the test's own.
  return { failing, example: JSON.stringify({ unexpected: unexpected.rows.slice(0, ROWS_TOLD), missing: missing.rows.slice(0, ROWS_TOLD) }) };
}

/** The columns of the model that a test is about: they hold data, whatever they are called in the test. */
async function columnsOf(session: Session, { about }: Assertion): Promise<ReadonlySet<string>> {
  if (about === undefined) return new Set();
  const { rows } = await session.query(`SELECT column_name FROM (DESCRIBE ${relationName(about)})`);
  return new Set(rows.map(([name]) => String(name)));
}

function exampleOf({ columns, rows }: QueryResult, { about }: Assertion, graph: Graph, own: ReadonlySet<string>): string | null {
  const tagged = (tag: string) => (column: { readonly name: string; readonly tags: readonly string[] }) => (column.tags.includes(tag) ? [column.name] : []);
  const pii = new Set([...graph.models, ...graph.sources].flatMap((table) => table.columns.flatMap(tagged('pii'))));
  const model = [...graph.models, ...graph.sources].find(({ target }) => about !== undefined && idOf(target) === idOf(about));
  const keys = new Set(model?.columns.flatMap(tagged('key')));
  const told = columns
    .map(({ name, type }, place) => ({ name, type, value: rows[0]?.[place] ?? null }))
    .filter(({ name, type }) => {
      if (pii.has(name)) return false;
      return keys.has(name) || SAYING.has(name) || (!own.has(name) && PLAIN_TYPES.has(type));
    });
  return told.length === 0 ? null : JSON.stringify(Object.fromEntries(told.map(({ name, value }) => [name, value])));
}
