import { identifier, int64, literal, sqlType, tableName, timestamp } from './bigquery-sql.ts';
import { LOADS } from './ledger.ts';
import { standingLoadsSql } from './ledger-emptied.ts';
import type { Column } from './table.ts';
import type { LedgerRow, LoadPlan, Scope, TableRef } from './warehouse.ts';

/** The days of the ready rows, both included. */
export interface DateRange {
  readonly column: string;
  readonly from: string;
  readonly to: string;
}

const VERSION = ['_extracted_at', '_raw_generation', '_raw_object'] as const;
/** A table that is left behind goes by itself. */
const EXPIRES = 'OPTIONS(expiration_timestamp = TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL 1 DAY))';
const INT64_COLUMNS = new Set(['raw_generation', 'rows', 'duplicates', 'loaded', 'superseded', 'ms']);
const TIMESTAMP_COLUMNS = new Set(['run_time', 'loaded_at']);

/** Makes the ready table, the greatest ordinal of each key only, and then counts what the gates of load need. */
export function readySql(plan: LoadPlan): string {
  const values = readyColumns(plan).map((column) => `${readyValue(plan, column)} AS ${identifier(column.name)}`);
  const keys = plan.key.map(identifier).join(', ');
  const newest = plan.key.length === 0 ? '' : ` WHERE TRUE QUALIFY ROW_NUMBER() OVER (PARTITION BY ${keys} ORDER BY _row DESC) = 1`;
  const older = `SELECT COUNT(*) FROM ${tableName(plan.target)} AS t WHERE ${inScope(plan, 't')} AND ${olderThanPlan(plan, 't')}`;
  return `CREATE OR REPLACE TABLE ${tableName(plan.ready)} ${EXPIRES} AS SELECT ${values.join(', ')} FROM ${tableName(plan.stage)}${newest};
SELECT (SELECT COUNT(*) FROM ${tableName(plan.stage)}) AS staged, (SELECT COUNT(*) FROM ${tableName(plan.ready)}) AS ready, (${older}) AS older, (${newerSql(plan)}) AS newer;`;
}

/**
 * Lists the names in `_extra`. JSON_KEYS writes names with odd characters in a way that cannot be told from other names; here only names
 * are read, so that JavaScript may round the numbers.
 */
export function extraFieldsSql(plan: LoadPlan): string {
  return `CREATE TEMP FUNCTION names_of(extra STRING) RETURNS ARRAY<STRING> LANGUAGE js AS r'''return Object.keys(JSON.parse(extra) || {});''';
SELECT DISTINCT TO_JSON_STRING(name) AS name FROM ${tableName(plan.stage)}, UNNEST(names_of(TO_JSON_STRING(_extra))) AS name WHERE _extra IS NOT NULL;`;
}

/** The columns of the ready table: the target's, and those spread that the target does not declare. */
export function readyColumns(plan: LoadPlan): readonly Column[] {
  const declared = new Set(plan.target.columns.map(({ name }) => name.toLowerCase()));
  const spread = plan.spread.filter(({ column }) => !declared.has(column.toLowerCase()));
  return [...plan.target.columns, ...spread.map(({ column }): Column => ({ name: column, type: 'STRING', mode: 'NULLABLE', description: '' }))];
}

/** Replaces what is older in scope by the ready rows, in one statement, and counts this object's rows. `there` are the columns of the target. */
export function applySql(plan: LoadPlan, there: readonly Column[], range: DateRange | undefined): string {
  const merge = isUpsert(plan) ? upsertSql(plan, there) : replaceSql(plan, range);
  return `${merge};
SELECT COUNT(*) AS loaded FROM ${tableName(plan.target)} AS t WHERE ${ownRows(plan, 't')};`;
}

/** The date column that is the scope and partitions the target, so that a range of days prunes; undefined where there is none. */
export function prunedBy({ scope, target, rowColumns }: LoadPlan): string | undefined {
  const [name = ''] = typeof scope === 'string' ? [] : scope.columns;
  const isDate = rowColumns.some((column) => column.name === name && column.type === 'DATE' && column.mode === 'REQUIRED');
  return isDate && typeof scope !== 'string' && scope.columns.length === 1 && target.partition === name ? name : undefined;
}

export function rangeSql(plan: LoadPlan, column: string): string {
  const day = identifier(column);
  return `SELECT MIN(${day}) AS first, MAX(${day}) AS last FROM ${tableName(plan.ready)}`;
}

/** Counts the rows that are not of the greatest version in their scope value, or are older than a load in the ledger, and copies of others. */
export function violationsSql(plan: LoadPlan): string {
  return `${rankedSql(plan)}
SELECT COALESCE(SUM(IF(outdated, row_count, 0)), 0) AS outdated, COALESCE(SUM(IF(outdated, 0, row_count - ordinals)), 0) AS copies FROM judged`;
}

/** What is outdated once stays so: it can be written down in `list` first and be deleted by that. */
export function deleteOutdatedSql(plan: LoadPlan, list: TableRef): string {
  return `CREATE OR REPLACE TABLE ${tableName(list)} ${EXPIRES} AS ${rankedSql(plan)}
SELECT version_id FROM judged WHERE outdated;
DELETE FROM ${tableName(plan.target)} AS t WHERE ${versionId(plan, 't')} IN (SELECT version_id FROM ${tableName(list)});`;
}

/** Puts one row in the place of those that are copies of each other; nothing tells copies apart, so they all go and one comes back from `list`. */
export function deleteCopiesSql(plan: LoadPlan, list: TableRef, there: readonly Column[]): string {
  const target = tableName(plan.target);
  const copies = tableName(list);
  const names = there.map(({ name }) => identifier(name));
  const same = 'PARTITION BY _raw_object, _raw_generation, _row, _extracted_at';
  return `CREATE OR REPLACE TABLE ${copies} ${EXPIRES} AS SELECT * FROM ${target} WHERE TRUE
QUALIFY ROW_NUMBER() OVER (${same} ORDER BY _row) = 1 AND COUNT(*) OVER (${same}) > 1;
MERGE ${target} AS t USING ${copies} AS s ON FALSE
WHEN NOT MATCHED BY SOURCE AND ${rowId('t')} IN (SELECT ${rowId('c')} FROM ${copies} AS c) THEN DELETE
WHEN NOT MATCHED BY TARGET THEN INSERT (${names.join(', ')}) VALUES (${names.map((name) => `s.${name}`).join(', ')});`;
}

export function recordSql(row: LedgerRow): string {
  const entries = Object.entries(row);
  const names = entries.map(([name]) => identifier(name)).join(', ');
  const values = entries.map(([name, value]) => ledgerValue(name, value)).join(', ');
  return `INSERT INTO ${tableName(LOADS)} (${names}) VALUES (${values})`;
}

/** One row per key and one key per scope value: rows can be updated where they are. */
function isUpsert({ scope, key }: LoadPlan): boolean {
  return typeof scope !== 'string' && key.length === scope.columns.length && key.every((name) => scope.columns.includes(name));
}

function upsertSql(plan: LoadPlan, there: readonly Column[]): string {
  const ready = new Set(readyColumns(plan).map(({ name }) => name.toLowerCase()));
  const same = plan.key.map((name) => `t.${identifier(name)} = s.${identifier(name)}`).join(' AND ');
  const set = there.map(({ name }) => `${identifier(name)} = ${ready.has(name.toLowerCase()) ? `s.${identifier(name)}` : 'NULL'}`).join(', ');
  return `MERGE ${tableName(plan.target)} AS t USING ${tableName(plan.ready)} AS s ON ${same}
WHEN MATCHED AND ${olderThanPlan(plan, 't')} THEN UPDATE SET ${set}
WHEN NOT MATCHED BY TARGET THEN ${insertSql(plan)}`;
}

/** BigQuery allows no correlated subquery in a WHEN clause: these read their own table only. */
function replaceSql(plan: LoadPlan, range: DateRange | undefined): string {
  const target = tableName(plan.target);
  const left = (where: string) => `(SELECT COUNT(*) FROM ${target} AS o WHERE ${where}NOT ${olderThanPlan(plan, 'o')}) = 0`;
  const free = byScope(plan.scope, {
    table: () => left(''),
    object: () => left(`${inScope(plan, 'o')} AND `),
    generation: () => left(`${inScope(plan, 'o')} AND `),
    columns: (names) =>
      `${scopeValue(names, 's')} NOT IN (SELECT ${scopeValue(names, 'o')} FROM ${target} AS o WHERE ${inRange(range, 'o')}NOT ${olderThanPlan(plan, 'o')})`,
  });
  return `MERGE ${target} AS t USING ${tableName(plan.ready)} AS s ON FALSE
WHEN NOT MATCHED BY SOURCE AND ${inRange(range, 't')}${inScope(plan, 't')} AND ${olderThanPlan(plan, 't')} THEN DELETE
WHEN NOT MATCHED BY TARGET AND ${free} AND (${newerSql(plan)}) = 0 THEN ${insertSql(plan)}`;
}

function inRange(range: DateRange | undefined, alias: string): string {
  return range === undefined ? '' : `${alias}.${identifier(range.column)} BETWEEN DATE ${literal(range.from)} AND DATE ${literal(range.to)} AND `;
}

function insertSql(plan: LoadPlan): string {
  const names = readyColumns(plan).map(({ name }) => identifier(name));
  return `INSERT (${names.join(', ')}) VALUES (${names.map((name) => `s.${name}`).join(', ')})`;
}

function readyValue(plan: LoadPlan, { name, type, precision = 18 }: Column): string {
  if (name === 'load_timestamp') return timestamp(plan.loadedAt);
  const spread = plan.spread.find(({ column }) => column.toLowerCase() === name.toLowerCase());
  if (spread !== undefined) return memberSql(spread.field);
  const isStaged = plan.rowColumns.some((column) => column.name === name) && !(name === '_extra' && plan.spread.length > 0);
  return isStaged ? identifier(name) : `CAST(NULL AS ${sqlType({ type, precision })})`;
}

/** A text as it is, null as null, any other value as JSON; a subscript reaches every name and keeps every digit. */
function memberSql(field: string): string {
  const member = `_extra[${literal(field)}]`;
  return `CASE WHEN ${member} IS NULL THEN NULL WHEN JSON_TYPE(${member}) = 'null' THEN NULL WHEN JSON_TYPE(${member}) = 'string' THEN STRING(${member}) ELSE TO_JSON_STRING(${member}) END`;
}

/** The time is that of the name, and prunes partitions. */
function ownRows(plan: LoadPlan, alias: string): string {
  return `${ofObject(plan, alias)} AND ${alias}._raw_generation = ${int64(plan.version.generation)}`;
}

function ofObject({ version }: LoadPlan, alias: string): string {
  return `${alias}._extracted_at = ${timestamp(version.time)} AND ${alias}._raw_object = ${literal(version.rawObject)}`;
}

function inScope(plan: LoadPlan, alias: string): string {
  return byScope(plan.scope, {
    table: () => 'TRUE',
    object: () => ofObject(plan, alias),
    generation: () => ownRows(plan, alias),
    columns: (names) => `${scopeValue(names, alias)} IN (SELECT ${scopeValue(names, 'r')} FROM ${tableName(plan.ready)} AS r)`,
  });
}

/** One value for the columns of a scope, comparable also where they are null. */
function scopeValue(names: readonly string[], alias: string): string {
  return `TO_JSON_STRING([${names.map((name) => `CAST(${alias}.${identifier(name)} AS STRING)`).join(', ')}])`;
}

function rowId(alias: string): string {
  return `TO_JSON_STRING([${alias}._raw_object, CAST(${alias}._raw_generation AS STRING), CAST(${alias}._row AS STRING)])`;
}

/** The columns whose values a version is alone in. */
function scopeColumns(scope: Scope): readonly string[] {
  if (typeof scope !== 'string') return scope.columns;
  return { table: [], object: ['_raw_object'], generation: ['_raw_object', '_raw_generation'] }[scope];
}

function versionId(plan: LoadPlan, alias: string): string {
  return scopeValue([...new Set([...scopeColumns(plan.scope), ...VERSION])], alias);
}

/** Every version in its scope value with its rows, its different ordinals and whether it is outdated, as `judged`. */
function rankedSql(plan: LoadPlan): string {
  const scope = scopeColumns(plan.scope).map(identifier);
  const names = [...new Set([...scope, ...VERSION.map(identifier)])].join(', ');
  const per = scope.length === 0 ? '' : `PARTITION BY ${scope.join(', ')} `;
  const order = VERSION.map((name) => `${name} DESC`).join(', ');
  return `WITH versions AS (SELECT ${names}, ${versionId(plan, 'o')} AS version_id, COUNT(*) AS row_count, COUNT(DISTINCT _row) AS ordinals
  FROM ${tableName(plan.target)} AS o GROUP BY ${names}, version_id),
ranked AS (SELECT *, RANK() OVER (${per}ORDER BY ${order}) AS age FROM versions),
${judgedSql(plan)}`;
}

function judgedSql(plan: LoadPlan): string {
  const plain = 'judged AS (SELECT version_id, row_count, ordinals, age > 1 AS outdated FROM ranked)';
  const late = (newest: readonly [string, string, string]) => `age > 1 OR COALESCE(${compareSql(VERSION, '<', newest)}, FALSE) AS outdated`;
  const newest = (per: string) => `newest AS (SELECT run_time, raw_generation, raw_object FROM (${standingLoads(plan)}) AS load WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (${per}ORDER BY run_time DESC, raw_generation DESC, raw_object DESC) = 1)`;
  return byScope(plan.scope, {
    table: () => {
      const one = (name: string) => `(SELECT ${name} FROM newest)`;
      return `${newest('')},\njudged AS (SELECT version_id, row_count, ordinals, ${late([one('run_time'), one('raw_generation'), one('raw_object')])} FROM ranked)`;
    },
    object: () => `${newest('PARTITION BY raw_object ')},
judged AS (SELECT version_id, row_count, ordinals, ${late(['run_time', 'raw_generation', 'raw_object'])} FROM ranked LEFT JOIN newest ON raw_object = _raw_object)`,
    generation: () => plain,
    columns: () => plain,
  });
}

/** Counts the loads of newer objects in scope; the ledger knows an object without rows of its own, too. */
function newerSql(plan: LoadPlan): string {
  const { time, generation, rawObject } = plan.version;
  const newer = compareSql(['load.run_time', 'load.raw_generation', 'load.raw_object'], '>', [timestamp(time), int64(generation), literal(rawObject)]);
  const scope = byScope(plan.scope, {
    table: () => 'TRUE',
    object: () => `load.raw_object = ${literal(rawObject)}`,
    generation: () => 'FALSE',
    columns: () => 'FALSE',
  });
  return `SELECT COUNT(*) FROM (${standingLoads(plan)}) AS load WHERE ${scope} AND ${newer}`;
}

function standingLoads({ source, stream }: LoadPlan): string {
  return standingLoadsSql({ source: literal(source), stream: literal(stream) });
}

function olderThanPlan({ version }: LoadPlan, alias: string): string {
  const { time, generation, rawObject } = version;
  return compareSql(
    VERSION.map((name) => `${alias}.${name}`),
    '<',
    [timestamp(time), int64(generation), literal(rawObject)],
  );
}

/** Compares expression by expression: the first that differs decides. */
function compareSql(left: readonly string[], operator: '<' | '>', right: readonly string[]): string {
  const [one, ...leftAfter] = left;
  const [other, ...rightAfter] = right;
  const first = `${one} ${operator} ${other}`;
  if (leftAfter.length === 0) return first;
  return `(${first} OR (${one} = ${other} AND ${compareSql(leftAfter, operator, rightAfter)}))`;
}

function byScope(scope: Scope, sql: { table(): string; object(): string; generation(): string; columns(names: readonly string[]): string }): string {
  return typeof scope === 'string' ? sql[scope]() : sql.columns(scope.columns);
}

function ledgerValue(name: string, value: string | number | null): string {
  if (value === null) return 'NULL';
  if (TIMESTAMP_COLUMNS.has(name)) return timestamp(String(value));
  return INT64_COLUMNS.has(name) ? int64(String(value)) : literal(String(value));
}
