import type { Graph, Model } from '../../infra/curated/graph.ts';
import { macroStatements } from '../../infra/curated/dialect/macros.ts';
import type { Session } from '../../infra/local/duckdb-session.ts';
import { identifier, literal } from '../../infra/local/duckdb-sql.ts';
import type { QueryResult } from '../../shared/warehouse/warehouse.ts';
import { SAMPLE_NOW, type SampleTable } from './sample-data.ts';

/** Digits in which two engines that add in another order agree. */
const FLOAT_DIGITS = 12;
const ROWS_A_STATEMENT = 500;

/** The models with a clock that stands still, so that every engine computes the same. */
export function stopped(graph: Graph): Graph {
  const still = (sql: string) =>
    sql.replaceAll('CURRENT_TIMESTAMP()', `TIMESTAMP '${SAMPLE_NOW}'`).replaceAll('CURRENT_DATE()', `DATE '${SAMPLE_NOW.slice(0, 10)}'`);
  const model = (one: Model): Model => ({ ...one, query: still(one.query), incrementalQuery: still(one.incrementalQuery) });
  return { ...graph, models: graph.models.map(model), assertions: graph.assertions.map((one) => ({ ...one, query: still(one.query) })) };
}

/** Puts the sample into the tables of DuckDB, which are there. */
export async function insertSample(session: Session, tables: readonly SampleTable[]): Promise<void> {
  for (const statement of macroStatements) await session.run(statement);
  for (const table of tables) {
    if (table.rows.length === 0) continue;
    const { dataset, table: name, columns } = table.spec;
    const names = columns.map((column) => identifier(column.name)).join(', ');
    for (let at = 0; at < table.rows.length; at += ROWS_A_STATEMENT) {
      const rows = table.rows.slice(at, at + ROWS_A_STATEMENT).map((row) => columns.map((column) => valueSql(row[column.name] ?? null)).join(', '));
      await session.run(`INSERT INTO ${identifier(dataset)}.${identifier(name)} (${names}) VALUES (${rows.join('), (')})`);
    }
  }
}

/** DuckDB makes of a text what its column is. */
function valueSql(value: string | null): string {
  return value === null ? 'NULL' : literal(value);
}

/** A table, without some of its columns, as lines that can be compared between engines: its columns with their types, then its rows in any order, sorted. */
export function comparable({ columns, rows }: QueryResult, without: readonly string[] = []): readonly string[] {
  const places = columns.flatMap(({ name }, place) => (without.includes(name) ? [] : [place]));
  const lines = rows.map((row) => JSON.stringify(places.map((place) => plain(row[place] ?? null, columns[place]?.type))));
  return [places.map((place) => `${columns[place]?.name} ${columns[place]?.type}`).join(', '), ...lines.sort()];
}

/** NUMERIC without zeros at the end; FLOAT64 to so many digits. */
function plain(value: string | number | boolean | null, type: string | undefined): string | null {
  if (value === null) return null;
  if (type === 'FLOAT64') return String(Number(Number(value).toPrecision(FLOAT_DIGITS)));
  if (type === 'NUMERIC') return String(value).includes('.') ? String(value).replace(/\.?0+$/, '') : String(value);
  return String(value);
}
