import { type Graph, idOf, type Model, type Target } from '../../infra/curated/graph.ts';
import { inOrder, isModel, type Selection, selected } from '../../infra/curated/order.ts';
import type { SampleTable } from '../curated/sample-data.ts';
import { rowsSql } from '../curated/sample-data.ts';
import { LEDGER, LEDGER_SQL } from '../../shared/warehouse/ledger.ts';
import type { QueryResult } from '../../shared/warehouse/warehouse.ts';
import type { Column } from '../../shared/warehouse/table.ts';
import { PROJECT } from './endpoints.ts';
import type { Judge } from './judge.ts';

/** What is built, and how. */
export interface BuildOptions {
  readonly selection: Selection;
  /** The emulator joins by trying each pair of rows, and works a view's columns out for each of them: as tables they are worked out once. */
  readonly viewsAsTables: boolean;
  /** The rows of a model that the emulator cannot build. */
  readonly rowsOf: (target: Target) => Promise<QueryResult>;
}

const DECLARATION = /DECLARE\s+(\w+)(?:\s+[A-Z]\w*)?\s+DEFAULT\s+(\([\s\S]*?\))\s*(?:;|$)/g;
/** How many tests are asked in one statement. */
const TESTS_A_STATEMENT = 20;

/** Creates the loaded tables with their rows, and the ledger's view. */
export async function createSources({ query, createDataset, insert }: Judge, tables: readonly SampleTable[]): Promise<void> {
  for (const dataset of new Set(tables.map(({ spec }) => spec.dataset))) await createDataset(dataset);
  for (const table of tables) {
    const { spec, rows } = table;
    await query(`CREATE TABLE ${spec.dataset}.${spec.table} (${spec.columns.map(columnSql).join(', ')})`);
    await insert(spec, rows);
  }
  await query(`CREATE VIEW ${LEDGER.dataset}.${LEDGER.table} AS ${LEDGER_SQL}`);
}

/**
 * Builds the models, each after what it depends on; views and tables from nothing, as on the first day. One that cannot be built is
 * made of the given rows, so that what reads it is judged all the same; resolves to their names with the emulator's words.
 */
export async function buildModels(
  { query, createDataset }: Judge,
  graph: Graph,
  { selection, viewsAsTables, rowsOf }: BuildOptions,
): Promise<Readonly<Record<string, string>>> {
  const failed: Record<string, string> = {};
  for (const dataset of new Set(graph.models.map(({ target }) => target.dataset))) await createDataset(dataset);
  for (const model of selected(inOrder(graph), selection).filter(isModel)) {
    try {
      await query(script(model.before, createSql(model, viewsAsTables), graph));
    } catch (error) {
      failed[idOf(model.target)] = error instanceof Error ? error.message : String(error);
      await query(`CREATE TABLE ${idOf(model.target)} AS ${rowsSql(await rowsOf(model.target))}`);
    }
  }
  return failed;
}

/** Merges what the incremental queries give into the tables that are there. */
export async function mergeModels({ query }: Judge, graph: Graph): Promise<void> {
  for (const model of inOrder(graph).filter(isModel)) {
    if (model.kind !== 'incremental' || model.uniqueKey.length === 0) continue;
    const { columns } = await query(`SELECT * FROM ${idOf(model.target)} LIMIT 0`);
    // The emulator merges from a table only.
    const delta = `${model.target.dataset}._delta_${model.target.name}`;
    await query(script(model.incrementalBefore, `CREATE TABLE ${delta} AS ${model.incrementalQuery}`, graph));
    await query(
      mergeSql(
        model,
        delta,
        columns.map(({ name }) => name),
      ),
    );
  }
}

/** The names of the tests that have failing rows, with their number. */
export async function failingTests({ query }: Judge, graph: Graph): Promise<readonly string[]> {
  const failing: string[] = [];
  for (let at = 0; at < graph.assertions.length; at += TESTS_A_STATEMENT) {
    const counts = graph.assertions
      .slice(at, at + TESTS_A_STATEMENT)
      .map(({ target, query: rows }) => `SELECT '${target.name}' AS test, COUNT(*) AS failing FROM (${rows})`);
    const found = await query(local(counts.join('\nUNION ALL '), graph));
    failing.push(...found.rows.filter(([, count]) => Number(count) > 0).map(([name, count]) => `${name} ${count}`));
  }
  return failing;
}

function createSql({ target, kind, query }: Model, viewsAsTables: boolean): string {
  return `CREATE ${kind === 'view' && !viewsAsTables ? 'VIEW' : 'TABLE'} ${idOf(target)} AS ${query}`;
}

/** The statement that Dataform makes of an incremental table that is there. */
function mergeSql({ target, uniqueKey, updatePartitionFilter }: Model, delta: string, columns: readonly string[]): string {
  const keys = uniqueKey.map((key) => `old.${key} = fresh.${key}`);
  const filter = updatePartitionFilter === '' ? [] : [`old.${updatePartitionFilter}`];
  return `MERGE ${idOf(target)} AS old USING ${delta} AS fresh ON ${[...keys, ...filter].join(' AND ')}
    WHEN MATCHED THEN UPDATE SET ${columns.map((column) => `${column} = fresh.${column}`).join(', ')}
    WHEN NOT MATCHED THEN INSERT (${columns.join(', ')}) VALUES (${columns.map((column) => `fresh.${column}`).join(', ')})`;
}

/** The emulator knows no variable in CREATE TABLE: what DECLARE gives it stands in its place. */
function script(before: readonly string[], statement: string, graph: Graph): string {
  const variables = before.flatMap((text) => [...text.matchAll(DECLARATION)].map(([, name = '', value = '']) => ({ name, value })));
  return local(
    variables.reduce((sql, { name, value }) => sql.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), value), statement),
    graph,
  );
}

/** The emulator has a project of its own. */
function local(sql: string, { project }: Graph): string {
  return sql.replaceAll(`\`${project}.`, `\`${PROJECT}.`);
}

function columnSql({ name, type }: Column): string {
  return `\`${name}\` ${type}`;
}
