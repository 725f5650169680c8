import { PermanentError } from '../../shared/errors.ts';
import type { Session } from '../local/duckdb-session.ts';
import { keptApart } from './dialect/checked-query.ts';
import type { Names } from './dialect/rendering.ts';
import { declarationsToDuckDb, expressionToDuckDb } from './dialect/to-duckdb.ts';
import { idOf, type Model } from './graph.ts';
import { named, relationName, relationSql } from './relation.ts';

const DELTA = 'temp._delta';

/** Tables and views that there are, by `dataset.name`. */
export type Relations = ReadonlyMap<string, 'table' | 'view'>;

/** What there is: asked once for all models, as DuckDB lists every column to answer. */
export async function relationsOf(session: Session): Promise<Relations> {
  const { rows } = await session.query(`SELECT table_schema, table_name, table_type FROM information_schema.tables WHERE table_catalog = current_database()`);
  return new Map(rows.map(([dataset, name, type]) => [idOf({ dataset: String(dataset), name: String(name) }), type === 'VIEW' ? 'view' : 'table']));
}

/**
 * Builds a view, a table, or what is new of an incremental table, where `there` is what was there before; resolves to the rows
 * that it has then, null for a view.
 */
export async function build(session: Session, model: Model, names: Names, there: Relations, fullRefresh: boolean): Promise<number | null> {
  const target = relationName(model.target);
  const before = there.get(idOf(model.target));
  if (model.kind === 'view') {
    if (before === 'table') await session.run(`DROP TABLE ${target}`);
    await session.run(keptApart(`CREATE OR REPLACE VIEW ${target} AS ${await relationSql(session, model.query, names)}`));
    return null;
  }
  if (before === 'view') await session.run(`DROP VIEW ${target}`);
  if (model.kind === 'incremental' && before === 'table' && !fullRefresh) {
    await increment(session, model, names);
    return await countOf(session, `SELECT count(*) FROM ${target}`);
  }
  const declared = await declare(session, model.before, names);
  return await countOf(session, `CREATE OR REPLACE TABLE ${target} AS ${await relationSql(session, model.query, declared)}`);
}

async function countOf(session: Session, sql: string): Promise<number> {
  const { rows } = await session.query(sql);
  return Number(rows[0]?.[0]);
}

/** Merges what the incremental query gives, by the unique key; adds it where there is none. */
async function increment(session: Session, model: Model, names: Names): Promise<void> {
  const declared = await declare(session, model.incrementalBefore, names);
  await session.run(`CREATE OR REPLACE TEMP TABLE _delta AS ${await relationSql(session, model.incrementalQuery, declared)}`);
  const columns = await columnsOf(session, DELTA);
  const there = await columnsOf(session, relationName(model.target));
  if (columns.join() !== there.join()) throw new PermanentError('models', `${idOf(model.target)} has other columns than before: run it with --full-refresh`);
  if (model.uniqueKey.length === 0) await session.run(`INSERT INTO ${relationName(model.target)} SELECT * FROM ${DELTA}`);
  else await merge(session, model, columns.map(named), names);
  await session.run(`DROP TABLE ${DELTA}`);
}

async function merge(session: Session, model: Model, columns: readonly string[], names: Names): Promise<void> {
  const keys = model.uniqueKey.map(named);
  // BigQuery refuses two rows for one; DuckDB takes the last.
  const { rows } = await session.query(`SELECT count(*) FROM (SELECT 1 FROM ${DELTA} GROUP BY ${keys.join(', ')} HAVING count(*) > 1)`);
  if (Number(rows[0]?.[0]) > 0)
    throw new PermanentError('models', `${String(rows[0]?.[0])} keys (${model.uniqueKey.join(', ')}) come more than once in what is merged`);
  const filter = model.updatePartitionFilter === '' ? '' : ` AND old.${expressionToDuckDb(model.updatePartitionFilter, names)}`;
  await session.run(`MERGE INTO ${relationName(model.target)} AS old USING ${DELTA} AS new ON ${keys.map((key) => `old.${key} = new.${key}`).join(' AND ')}${filter}
    WHEN MATCHED THEN UPDATE SET ${columns.map((column) => `${column} = new.${column}`).join(', ')}
    WHEN NOT MATCHED THEN INSERT (${columns.join(', ')}) VALUES (${columns.map((column) => `new.${column}`).join(', ')})`);
}

/** Sets what the scripts declare; the names with these variables. */
async function declare(session: Session, scripts: readonly string[], names: Names): Promise<Names> {
  const variables = scripts.flatMap((script) => declarationsToDuckDb(script, names));
  for (const { statement } of variables) await session.run(statement);
  return { ...names, variables: new Set(variables.map(({ name }) => name)) };
}

async function columnsOf(session: Session, relation: string): Promise<readonly string[]> {
  const { rows } = await session.query(`SELECT column_name FROM (DESCRIBE ${relation})`);
  return rows.map(([name]) => String(name));
}
