import type { TableSpec } from '../../shared/warehouse/table.ts';
import type { Session } from '../local/duckdb-session.ts';

export type StepKind = 'view' | 'table' | 'incremental' | 'assertion' | 'unit test';
/** `built` is said of models, `passed` of tests; `failed`: a test that has failing rows; `error`: what could not be run. */
export type StepOutcome = 'built' | 'passed' | 'failed' | 'error' | 'skipped';

/** What became of one model or test in a run. */
export interface Step {
  /** `dataset.name`. */
  readonly name: string;
  readonly kind: StepKind;
  readonly outcome: StepOutcome;
  readonly critical: boolean;
  /** Rows of a table once it is built. */
  readonly rows: number | null;
  readonly failing: number | null;
  readonly example: string | null;
  readonly message: string | null;
  readonly ms: number;
}

/** Which run a step belongs to. */
export interface RunIdentity {
  readonly runId: string;
  readonly codeVersion: string;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
}

/** The table of what became of models and tests. */
export const MODEL_RUNS: TableSpec = {
  dataset: 'ops',
  table: 'model_runs',
  description: 'One row for every model and test of a run of the curated layer',
  columns: [
    { name: 'run_id', type: 'STRING', mode: 'REQUIRED', description: 'Names the run' },
    { name: 'model', type: 'STRING', mode: 'REQUIRED', description: 'Dataset and name of the model or test' },
    { name: 'kind', type: 'STRING', mode: 'REQUIRED', description: 'view, table, incremental, assertion or unit test' },
    { name: 'outcome', type: 'STRING', mode: 'REQUIRED', description: 'built, passed, failed (a test with failing rows), error or skipped' },
    { name: 'critical', type: 'BOOL', mode: 'REQUIRED', description: 'Whether a test stops what depends on its model' },
    { name: 'rows', type: 'INT64', mode: 'NULLABLE', description: 'Rows of the table once it was built' },
    { name: 'failing_rows', type: 'INT64', mode: 'NULLABLE', description: 'Rows that fail the test' },
    { name: 'example', type: 'STRING', mode: 'NULLABLE', description: 'Which row fails, as JSON; nothing that is marked pii' },
    { name: 'message', type: 'STRING', mode: 'NULLABLE', description: 'Why it could not be run' },
    { name: 'ms', type: 'INT64', mode: 'REQUIRED', description: 'Duration in milliseconds' },
    { name: 'code_version', type: 'STRING', mode: 'REQUIRED', description: 'Version of the code that ran' },
    { name: 'started_at', type: 'TIMESTAMP', mode: 'REQUIRED', description: 'When the run started' },
  ],
  partition: 'started_at',
  cluster: ['model'],
  labels: { source: 'pipeline', stream: 'model_runs' },
};

/** How many steps are written down together: an INSERT for each of some 250 took a thirtieth of a run. */
const STEPS_TOGETHER = 32;

/** Writes down what becomes of the steps of a run, several at a time; `flush` writes what is left. */
export class RunRecord {
  readonly #session: Session;
  readonly #run: RunIdentity;
  readonly #unwritten: Step[] = [];

  constructor(session: Session, run: RunIdentity) {
    this.#session = session;
    this.#run = run;
  }

  async add(step: Step): Promise<void> {
    this.#unwritten.push(step);
    if (this.#unwritten.length >= STEPS_TOGETHER) await this.flush();
  }

  async flush(): Promise<void> {
    const rows = this.#unwritten.splice(0).map((step) => rowSql(this.#run, step));
    if (rows.length > 0) await this.#session.run(`INSERT INTO ops.model_runs VALUES ${rows.join(', ')}`);
  }
}

function rowSql({ runId, codeVersion, startedAt }: RunIdentity, step: Step): string {
  const values = [
    ...[runId, step.name, step.kind, step.outcome].map(text),
    String(step.critical),
    ...[step.rows, step.failing].map(String),
    ...[step.example, step.message].map(text),
    String(step.ms),
    text(codeVersion),
    `CAST(${text(startedAt)} AS TIMESTAMPTZ)`,
  ];
  return `(${values.join(', ')})`;
}

function text(value: string | null): string {
  return value === null ? 'NULL' : `'${value.replaceAll('\0', ' ').replaceAll("'", "''")}'`;
}
