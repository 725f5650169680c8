import type { DuckDbWarehouse } from '../../../infra/local/duckdb-warehouse.ts';
import type { Column } from '../../../shared/warehouse/table.ts';
import type { LedgerRow, LoadPlan } from '../../../shared/warehouse/warehouse.ts';
import { putIn } from './duckdb-temporary.ts';

export const ROWS = 2_000;
export const STEPS = ['stage', 'ready', 'apply', 'record'] as const;

const ROW_COLUMNS: readonly Column[] = [
  { name: 'v', type: 'STRING', mode: 'NULLABLE', description: '' },
  { name: '_raw_object', type: 'STRING', mode: 'REQUIRED', description: '' },
  { name: '_raw_generation', type: 'INT64', mode: 'REQUIRED', description: '' },
  { name: '_row', type: 'INT64', mode: 'REQUIRED', description: '' },
  { name: '_extracted_at', type: 'TIMESTAMP', mode: 'REQUIRED', description: '' },
];
const TIME = '2026-11-20T06:00:00Z';
const TEXT_COLUMNS = ['source', 'stream', 'raw_object', 'clean_object', 'outcome', 'rule', 'message', 'accept', 'code_version'];

/** Puts generation `n` of one object and runs the steps of its load; tells each step that has ended, and whether it was adopted. */
export async function loadGeneration(warehouse: DuckDbWarehouse, dir: string, n: number, told: (step: string, adopted: boolean) => void): Promise<void> {
  const plan = await planOf(dir, n);
  const calls = {
    stage: () => warehouse.stage(`stage_${n}`, plan),
    ready: () => warehouse.ready(`ready_${n}`, plan),
    apply: () => warehouse.apply(`apply_${n}`, plan),
    record: () => warehouse.record(`record_${n}`, ledgerRow(plan)),
  };
  await warehouse.createTable(plan.target);
  await warehouse.createTable(loadsTable());
  for (const step of STEPS) {
    const outcome = await calls[step]();
    if (outcome.state === 'failed') throw new Error(`${step}_${n}: ${outcome.message}`);
    told(`${step}_${n}`, outcome.adopted);
  }
}

async function planOf(dir: string, n: number): Promise<LoadPlan> {
  const origin = { _raw_object: 'a', _raw_generation: n, _extracted_at: TIME };
  const rows = Array.from({ length: ROWS }, (_, index) => JSON.stringify({ ...origin, _row: index + 1, v: `row ${index} of ${n}` }));
  const { generation } = await putIn(dir, 'clean', `object ${n}`, rows.map((row) => `${row}\n`).join(''));
  return {
    source: 'shop',
    stream: 'orders',
    object: { bucket: 'clean', name: `object ${n}`, generation },
    target: spec('crm', 'orders', [...ROW_COLUMNS, { name: 'load_timestamp', type: 'TIMESTAMP', mode: 'REQUIRED', description: '' }]),
    stage: { dataset: 'ops_stage', table: `stage_${n}` },
    ready: { dataset: 'ops_stage', table: `ready_${n}` },
    rowColumns: ROW_COLUMNS,
    spread: [],
    scope: 'table',
    key: ['_row'],
    version: { time: TIME, generation: String(n), rawObject: 'a' },
    loadedAt: TIME,
  };
}

function ledgerRow({ source, stream, version, object }: LoadPlan): LedgerRow {
  const names = { source, stream, raw_object: version.rawObject, raw_generation: version.generation, run_time: version.time, clean_object: object.name };
  const counts = { rows: ROWS, duplicates: 0, loaded: ROWS, superseded: 0, ms: 1 };
  return { ...names, ...counts, outcome: 'loaded', rule: null, message: null, accept: null, code_version: 'test', loaded_at: TIME };
}

function loadsTable(): LoadPlan['target'] {
  const text = TEXT_COLUMNS.map((name): Column => ({ name, type: 'STRING', mode: 'NULLABLE', description: '' }));
  const whole = ['raw_generation', 'rows', 'duplicates', 'loaded', 'superseded', 'ms'].map(
    (name): Column => ({ name, type: 'INT64', mode: 'REQUIRED', description: '' }),
  );
  const times = ['run_time', 'loaded_at'].map((name): Column => ({ name, type: 'TIMESTAMP', mode: 'REQUIRED', description: '' }));
  return spec('ops', 'loads', [...text, ...whole, ...times]);
}

function spec(dataset: string, table: string, columns: readonly Column[]): LoadPlan['target'] {
  return { dataset, table, description: '', columns, partition: '_extracted_at', cluster: [], labels: {} };
}
