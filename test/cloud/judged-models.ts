import { type Graph, idOf, type Model } from '../../infra/curated/graph.ts';
import { inOrder, isModel } from '../../infra/curated/order.ts';
import type { SampleTable } from '../curated/sample-data.ts';
import { insertSql } from '../curated/sample-data.ts';
import { LEDGER, LEDGER_SQL } from '../../shared/warehouse/ledger.ts';
import type { Column } from '../../shared/warehouse/table.ts';
import { PROJECT } from './endpoints.ts';
import type { Judge } from './judge.ts';

/** How many tests are asked in one statement. */
const TESTS_A_STATEMENT = 20;

/** Creates the loaded tables with their rows, and the ledger's view. */
export async function createSources({ query, createDataset }: Judge, tables: readonly SampleTable[]): Promise<void> {
  for (const dataset of new Set(tables.map(({ spec }) => spec.dataset))) await createDataset(dataset);
  for (const table of tables) {
    const { spec } = table;
    await query(`CREATE TABLE ${spec.dataset}.${spec.table} (${spec.columns.map(columnSql).join(', ')})`);
    const insert = insertSql(table);
    if (insert !== undefined) await query(insert);
  }
  await query(`CREATE VIEW ${LEDGER.dataset}.${LEDGER.table} AS ${LEDGER_SQL}`);
}

/** Builds every model, each after what it depends on; views and tables from nothing, as on the first day. */
export async function buildModels({ query, createDataset }: Judge, graph: Graph): Promise<void> {
  for (const dataset of new Set(graph.models.map(({ target }) => target.dataset))) await createDataset(dataset);
  for (const model of inOrder(graph).filter(isModel)) await query(script(model.before, createSql(model), graph));
}

/** Merges what the incremental queries give into the tables that are there. */
export async function mergeModels({ query }: Judge, graph: Graph): Promise<void> {
  for (const model of inOrder(graph).filter(isModel)) {
    if (model.kind !== 'incremental' || model.uniqueKey.length === 0) continue;
    const { columns } = await query(`SELECT * FROM ${idOf(model.target)} LIMIT 0`);
    await query(
      script(
        model.incrementalBefore,
        mergeSql(
          model,
          columns.map(({ name }) => name),
        ),
        graph,
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

function createSql({ target, kind, query }: Model): string {
  return `CREATE ${kind === 'view' ? 'VIEW' : 'TABLE'} ${idOf(target)} AS ${query}`;
}

/** The statement that Dataform makes of an incremental table that is there. */
function mergeSql({ target, incrementalQuery, uniqueKey, updatePartitionFilter }: Model, columns: readonly string[]): string {
  const keys = uniqueKey.map((key) => `old.${key} = new.${key}`);
  const filter = updatePartitionFilter === '' ? [] : [`old.${updatePartitionFilter}`];
  return `MERGE ${idOf(target)} AS old USING (${incrementalQuery}) AS new ON ${[...keys, ...filter].join(' AND ')}
    WHEN MATCHED THEN UPDATE SET ${columns.map((column) => `${column} = new.${column}`).join(', ')}
    WHEN NOT MATCHED THEN INSERT (${columns.join(', ')}) VALUES (${columns.map((column) => `new.${column}`).join(', ')})`;
}

function script(before: readonly string[], statement: string, graph: Graph): string {
  return local([...before, statement].join(';\n'), graph);
}

/** The emulator has a project of its own. */
function local(sql: string, { project }: Graph): string {
  return sql.replaceAll(`\`${project}.`, `\`${PROJECT}.`);
}

function columnSql({ name, type }: Column): string {
  return `\`${name}\` ${type}`;
}
