import { expect } from '@jest/globals';
import { LOADS_TABLE } from '../../shared/warehouse/ledger.ts';
import type { Column, TableSpec } from '../../shared/warehouse/table.ts';
import type { Emptying, JobOutcome, LedgerRow, LoadPlan, Scope, TableRef, Version, Warehouse } from '../../shared/warehouse/warehouse.ts';

export interface OpenedWarehouse {
  readonly warehouse: Warehouse;
  /** How many of the six orders of three versions are tried, where a load takes seconds. */
  readonly orders?: number;
  /** How many bytes the longest text has; default: 16 MiB, the most that a record may have. */
  readonly longestText?: number;
  /** Puts a clean object where the warehouse finds it. */
  put(bucket: string, name: string, text: string): Promise<{ readonly generation: string }>;
  close(): Promise<void>;
}

/** The members of a clean row beyond those every row has; text is put into the line as it is. */
export type Row = Readonly<Record<string, unknown>> | string;

/** A stream of its own, with its table, in a warehouse that other tests use, too. */
export interface Lab extends OpenedWarehouse {
  readonly target: TableSpec;
  /** `dataset.table` of the target, for SQL. */
  readonly table: string;
  /** Puts a clean object with these rows and plans its load; every plan has a stage of its own. */
  plan(version: Partial<Version>, rows: readonly Row[], changes?: Partial<LoadPlan>): Promise<LoadPlan>;
}

export const COLUMNS: readonly Column[] = [column('id', 'STRING'), column('v', 'STRING')];
export const LOADED_AT = '2026-11-21T07:08:09.5Z';
/** Earlier by its clock: no clock decides what was emptied. */
export const EMPTIED_AT = '2026-11-20T00:00:00Z';
const ORIGIN: readonly Column[] = [
  { ...column('_raw_object', 'STRING'), mode: 'REQUIRED' },
  { ...column('_raw_generation', 'INT64'), mode: 'REQUIRED' },
  { ...column('_row', 'INT64'), mode: 'REQUIRED' },
  { ...column('_extracted_at', 'TIMESTAMP'), mode: 'REQUIRED' },
  column('_extra', 'JSON'),
];
const VERSION: Version = { time: '2026-11-20T06:00:00Z', generation: '1', rawObject: 'shop/orders/2026-11-20/a.json' };
const RUN = Date.now().toString(36);
let serial = 0;

export function column(name: string, type: Column['type'], changes: Partial<Column> = {}): Column {
  return { name, type, mode: 'NULLABLE', description: '', ...changes };
}

/** A name nobody has used, in this run or an earlier one. */
export function unique(prefix: string): string {
  serial += 1;
  return `${prefix}_${RUN}_${serial}`;
}

export function tableSpec(columns: readonly Column[], changes: Partial<TableSpec> = {}): TableSpec {
  const table = unique('t');
  return { dataset: 'crm', table, description: 'A table', columns, partition: '_extracted_at', cluster: [], labels: {}, ...changes };
}

/** Makes a stream with its empty table; `scope` and `key` are those of its plans. */
export async function openLab(
  opened: OpenedWarehouse,
  { scope = 'table', key = ['id'], columns = COLUMNS }: { scope?: Scope; key?: readonly string[]; columns?: readonly Column[] } = {},
): Promise<Lab> {
  const rowColumns = [...columns, ...ORIGIN];
  const target = tableSpec([...rowColumns, column('load_timestamp', 'TIMESTAMP', { mode: 'REQUIRED' })]);
  const stream = unique('stream');
  await opened.warehouse.createTable(LOADS_TABLE);
  await opened.warehouse.createTable(target);
  return {
    ...opened,
    target,
    table: `${target.dataset}.${target.table}`,
    async plan(version, rows, changes = {}) {
      const full = { ...VERSION, ...version };
      const name = unique('shop/orders/2026-11-20/clean');
      const { generation } = await opened.put('clean', name, rows.map((row, index) => lineOf(full, row, index + 1)).join(''));
      const stage = unique('stage');
      return {
        source: 'shop',
        stream,
        object: { bucket: 'clean', name, generation },
        target,
        stage: { dataset: 'ops_stage', table: stage },
        ready: { dataset: 'ops_stage', table: `${stage}_ready` },
        rowColumns,
        spread: [],
        scope,
        key,
        version: full,
        loadedAt: LOADED_AT,
        ...changes,
      };
    },
  };
}

/** The result of a job that must have ended well. */
export function done<Result>(outcome: JobOutcome<Result>): Result {
  if (outcome.state !== 'done') throw new Error(`the job failed: ${outcome.reason} ${outcome.message}`);
  return outcome.result;
}

/** The failure of a job that must have failed for good. */
export function refused(outcome: JobOutcome<unknown>): { reason: string; message: string; adopted: boolean } {
  expect(outcome).toMatchObject({ state: 'failed', transient: false });
  if (outcome.state !== 'failed') throw new Error('the job did not fail');
  return outcome;
}

/** Stages a plan and makes it ready. */
export async function makeReady({ warehouse }: Lab, plan: LoadPlan): Promise<{ rows: number; ready: number; older: number; newer: number }> {
  done(await warehouse.stage(unique('job'), plan));
  return done(await warehouse.ready(unique('job'), plan));
}

/** Stages, makes ready, applies; how many rows of the object are in the table then. */
export async function loadPlan(lab: Lab, plan: LoadPlan): Promise<number> {
  await makeReady(lab, plan);
  return done(await lab.warehouse.apply(unique('job'), plan)).loaded;
}

export async function values(warehouse: Warehouse, sql: string): Promise<readonly (readonly (string | number | boolean | null)[])[]> {
  return (await warehouse.query(sql)).rows;
}

/** The column `v` of the target, in order. */
export async function contents({ warehouse, table }: Lab): Promise<unknown[]> {
  return (await values(warehouse, `SELECT v FROM ${table} ORDER BY v`)).flat();
}

export async function count(warehouse: Warehouse, table: TableRef, where = ''): Promise<unknown> {
  return (await values(warehouse, `SELECT COUNT(*) AS n FROM ${table.dataset}.${table.table} ${where}`))[0]?.[0];
}

/** The emptying of a plan's table, after its load. */
export function emptying({ source, stream, target }: LoadPlan): Emptying {
  return { source, stream, table: { dataset: target.dataset, table: target.table }, at: EMPTIED_AT, codeVersion: "it's" };
}

/** The ledger row of a plan that was loaded. */
export function ledgerRow(plan: LoadPlan, changes: Partial<LedgerRow> = {}): LedgerRow {
  return {
    source: plan.source,
    stream: plan.stream,
    raw_object: plan.version.rawObject,
    raw_generation: plan.version.generation,
    run_time: plan.version.time,
    clean_object: plan.object.name,
    outcome: 'loaded',
    rule: null,
    message: null,
    accept: null,
    rows: 1,
    duplicates: 0,
    loaded: 1,
    superseded: 0,
    ms: 12,
    code_version: 'abc',
    loaded_at: LOADED_AT,
    ...changes,
  };
}

function lineOf(version: Version, row: Row, ordinal: number): string {
  const { rawObject, generation, time } = version;
  const origin = JSON.stringify({ _raw_object: rawObject, _raw_generation: generation, _extracted_at: time });
  const members = typeof row === 'string' ? row : JSON.stringify({ _row: ordinal, ...row }).slice(1, -1);
  return `${origin.slice(0, -1)},${members}}\n`;
}
