import type { Column } from '../../shared/warehouse/table.ts';
import { standingLoadsSql } from '../../shared/warehouse/ledger-emptied.ts';
import type { LoadPlan, Scope, TableRef } from '../../shared/warehouse/warehouse.ts';
import { columnsSql, duckType, identifier, int64, literal, tableName, timestamp } from './duckdb-sql.ts';

/** Twice the longest record a transform lets through (16 MiB); DuckDB buffers twice this per thread. */
const MAX_ROW_BYTES = 33_554_432;
const FILE_OPTIONS = `format = 'newline_delimited', compression = 'uncompressed', maximum_object_size = ${MAX_ROW_BYTES}`;
/** The spread members of a row while `ready` is made; a name no warehouse column can have. */
const MEMBERS = identifier('*members*');

/** Replaces a table by an empty one. */
export function replaceTableSql(table: TableRef, columns: readonly Column[]): string {
  return `CREATE OR REPLACE TABLE ${tableName(table)} (${columnsSql(columns)})`;
}

/**
 * Reads the rows of an NDJSON file into the stage. A value that does not fit, a repeated member, a line that is no object
 * and a missing required column are errors. Not seen by DuckDB 1.5: a fraction in an INT64 written as a JSON number
 * (12.5 → 12), more than nine decimals of a NUMERIC (rounded), 1e400 in a FLOAT64 (infinite), true in a number (1), a
 * number in a BOOL, a date with a time, `NaN` and a trailing comma as JSON; a number inside JSON is written anew
 * (1e5 → 100000.0, -0 → 0, 1.10 → 1.1, beyond 17 digits of a fraction cut), integers of any length stay exact.
 */
export function stageSql(plan: LoadPlan, file: string): string {
  const columns = plan.rowColumns.map((column) => `${identifier(column.name)}: ${literal(duckType(column))}`).join(', ');
  const rows = `read_json(${pathSql(file)}, ${FILE_OPTIONS}, hive_partitioning = false, columns = {${columns}})`;
  return `INSERT INTO ${tableName(plan.stage)} SELECT * FROM ${rows}`;
}

/** Lists members of the file's rows that no column names: `read_json` drops them silently (0.7 s for 1 M rows of 541 MB). */
export function unknownMembersSql(plan: LoadPlan, file: string): string {
  const known = plan.rowColumns.map((column) => literal(column.name)).join(', ');
  const members = `SELECT DISTINCT unnest(json_keys(json)) AS member FROM read_json_objects(${pathSql(file)}, ${FILE_OPTIONS})`;
  return `SELECT member FROM (${members}) WHERE member NOT IN (${known}) ORDER BY member`;
}

/** Lists the names in `_extra` as JSON text: the client drops a byte order mark at the beginning of a text. */
export function extraFieldsSql(plan: LoadPlan): string {
  return `SELECT to_json(name) FROM (SELECT DISTINCT unnest(json_keys("_extra")) AS name FROM ${tableName(plan.stage)})`;
}

/** The columns of the ready table: the target's, and those spread that the target does not declare. */
export function readyColumns(plan: LoadPlan): readonly Column[] {
  const declared = new Set(plan.target.columns.map(({ name }) => name.toLowerCase()));
  const spread = plan.spread.filter(({ column }) => !declared.has(column.toLowerCase()));
  return [...plan.target.columns, ...spread.map(({ column }): Column => ({ name: column, type: 'STRING', mode: 'NULLABLE', description: '' }))];
}

/** Copies the staged rows into the ready table, the greatest ordinal of each key only; `_extra` is parsed once a row. */
export function readySql(plan: LoadPlan): string {
  const pointers = plan.spread.map(({ field }) => literal(memberPointer(field))).join(', ');
  const members = plan.spread.length === 0 ? '' : `, json_extract_string("_extra", [${pointers}]) AS ${MEMBERS}`;
  const keys = plan.key.map(identifier).join(', ');
  const newest = plan.key.length === 0 ? '' : ` QUALIFY row_number() OVER (PARTITION BY ${keys} ORDER BY "_row" DESC) = 1`;
  const values = readyColumns(plan)
    .map((column) => readyValue(plan, column.name))
    .join(', ');
  return `INSERT INTO ${tableName(plan.ready)} SELECT ${values} FROM (SELECT *${members} FROM ${tableName(plan.stage)}${newest})`;
}

export function countSql(table: TableRef): string {
  return `SELECT count(*) FROM ${tableName(table)}`;
}

export function countOlderSql(plan: LoadPlan): string {
  return `${countSql(plan.target)} WHERE ${inScope(plan)} AND ${olderThanPlan(plan)}`;
}

/** Counts the loads of newer objects in scope; the ledger knows an object without rows of its own, too. */
export function countNewerSql(plan: LoadPlan): string {
  const { time, generation, rawObject } = plan.version;
  return `SELECT count(*) FROM ${newerLoads(plan, [timestamp(time), int64(generation), literal(rawObject)])}`;
}

export function deleteOlderSql(plan: LoadPlan): string {
  return `DELETE FROM ${tableName(plan.target)} WHERE ${inScope(plan)} AND ${olderThanPlan(plan)}`;
}

/**
 * Inserts the ready rows in whose scope nothing is left: once the older rows are deleted, what is left is the same or newer. That a
 * newer object without rows was loaded is seen in the ledger only.
 */
export function insertReadySql(plan: LoadPlan): string {
  const target = tableName(plan.target);
  const left = byScope(plan.scope, {
    table: `NOT EXISTS (FROM ${target})`,
    object: `NOT EXISTS (FROM ${target} WHERE ${inScope(plan)})`,
    generation: `NOT EXISTS (FROM ${target} WHERE ${inScope(plan)})`,
    columns: (names) => `(${names}) NOT IN (SELECT (${names}) FROM ${target})`,
  });
  return `INSERT INTO ${target} BY NAME SELECT * FROM ${tableName(plan.ready)} WHERE ${left} AND (${countNewerSql(plan)}) = 0`;
}

export function countLoadedSql(plan: LoadPlan): string {
  return `${countSql(plan.target)} WHERE ${ownRows(plan)}`;
}

/**
 * Counts what is wrong, 0 in a sound table: copies of rows, versions in one scope value beside another, and versions that the
 * ledger has a newer load for (0.1 s for 1 M rows).
 */
export function violationsSql(plan: LoadPlan): string {
  const target = tableName(plan.target);
  const version = '"_raw_object", "_raw_generation", "_extracted_at"';
  const versions = `SELECT ${version}, count(*) - count(DISTINCT "_row") AS copies FROM ${target} GROUP BY ${version}`;
  const mixed = ['_extracted_at', '_raw_generation', '_raw_object'].map((name) => `min(${identifier(name)}) <> max(${identifier(name)})`).join(' OR ');
  const beside = byScope(plan.scope, {
    table: 'greatest(count(*) - 1, 0)',
    object: 'count(*) - count(DISTINCT "_raw_object")',
    generation: '0',
    columns: (names) => `(SELECT count(*) FROM (SELECT 1 FROM ${target} GROUP BY ${names} HAVING ${mixed}))`,
  });
  const late = `(SELECT count(*) FROM versions AS late WHERE ${isLate(plan)})`;
  return `WITH versions AS MATERIALIZED (${versions}) SELECT CAST(coalesce(sum(copies), 0) + ${beside} + ${late} AS BIGINT) FROM versions`;
}

/** Deletes every row that is a copy of another, in its scope value not of the greatest version, or older than a load in the ledger. */
export function repairSql(plan: LoadPlan): string {
  const target = tableName(plan.target);
  const per = byScope(plan.scope, {
    table: '',
    object: 'PARTITION BY "_raw_object" ',
    generation: 'PARTITION BY "_raw_object", "_raw_generation" ',
    columns: (names) => `PARTITION BY ${names} `,
  });
  const copy = 'row_number() OVER (PARTITION BY "_raw_object", "_raw_generation", "_row" ORDER BY rowid)';
  const rank = `rank() OVER (${per}ORDER BY "_extracted_at" DESC, "_raw_generation" DESC, "_raw_object" DESC)`;
  const ranked = `SELECT rowid AS id, "_extracted_at", "_raw_generation", "_raw_object", ${copy} AS copy, ${rank} AS age FROM ${target}`;
  return `DELETE FROM ${target} WHERE rowid IN (SELECT id FROM (${ranked}) AS late WHERE copy > 1 OR age > 1 OR ${isLate(plan)})`;
}

/** `read_json` takes its path as a pattern; a class of one character stands for that character. */
function pathSql(file: string): string {
  return literal(file.replaceAll(/[[*?]/g, '[$&]'));
}

/** A JSON pointer (RFC 6901) to a member; unlike a path it reaches every name, the empty one too. */
function memberPointer(field: string): string {
  return `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function readyValue(plan: LoadPlan, column: string): string {
  if (column === 'load_timestamp') return timestamp(plan.loadedAt);
  if (column === '_extra' && plan.spread.length > 0) return 'NULL';
  const member = plan.spread.findIndex((spread) => spread.column.toLowerCase() === column.toLowerCase());
  if (member >= 0) return `${MEMBERS}[${member + 1}]`;
  return plan.rowColumns.some(({ name }) => name === column) ? identifier(column) : 'NULL';
}

function ownRows(plan: LoadPlan): string {
  return `"_raw_object" = ${literal(plan.version.rawObject)} AND "_raw_generation" = ${int64(plan.version.generation)}`;
}

function inScope(plan: LoadPlan): string {
  return byScope(plan.scope, {
    table: 'true',
    object: `"_raw_object" = ${literal(plan.version.rawObject)}`,
    generation: ownRows(plan),
    columns: (names) => `(${names}) IN (SELECT DISTINCT (${names}) FROM ${tableName(plan.ready)})`,
  });
}

/** What a scope is in SQL; `columns` is given their names, quoted, with commas between. */
function byScope(scope: Scope, sql: { table: string; object: string; generation: string; columns: (names: string) => string }): string {
  return typeof scope === 'string' ? sql[scope] : sql.columns(scope.columns.map(identifier).join(', '));
}

/** The loads, `AS load`, that have replaced all older rows in scope, and are newer than this time, generation and object. */
function newerLoads(plan: LoadPlan, [time, generation, rawObject]: readonly [string, string, string]): string {
  const scope = byScope(plan.scope, { table: 'true', object: `load.raw_object = ${rawObject}`, generation: 'false', columns: () => 'false' });
  const newer = compareSql(['load.run_time', 'load.raw_generation', 'load.raw_object'], '>', [time, generation, rawObject]);
  return `(${standingLoadsSql({ source: literal(plan.source), stream: literal(plan.stream) })}) AS load WHERE ${scope} AND ${newer}`;
}

/** Whether a row or version, called `late`, is older than a load in the ledger that has replaced its scope. */
function isLate(plan: LoadPlan): string {
  const version = ['late."_extracted_at"', 'late."_raw_generation"', 'late."_raw_object"'] as const;
  return `EXISTS (FROM ${newerLoads(plan, version)})`;
}

function olderThanPlan(plan: LoadPlan): string {
  const { time, generation, rawObject } = plan.version;
  return compareSql(['"_extracted_at"', '"_raw_generation"', '"_raw_object"'], '<', [timestamp(time), int64(generation), literal(rawObject)]);
}

/** Compares expression by expression: the first that differs decides. */
function compareSql(left: readonly string[], operator: '<' | '>', right: readonly string[]): string {
  const [one, ...leftAfter] = left;
  const [other, ...rightAfter] = right;
  const first = `${one} ${operator} ${other}`;
  if (leftAfter.length === 0) return first;
  return `(${first} OR (${one} = ${other} AND ${compareSql(leftAfter, operator, rightAfter)}))`;
}
