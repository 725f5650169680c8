import { LOAD_COLUMNS } from './ledger.ts';

/** Of a stream, each as an expression of the engine's SQL. */
export interface StreamExpressions {
  readonly source: string;
  readonly stream: string;
}

/** What the ledger is told when a table is emptied, each as an expression of the engine's SQL. */
export interface EmptiedExpressions extends StreamExpressions {
  readonly codeVersion: string;
  readonly at: string;
}

const NO_ROWS = new Set(['rows', 'duplicates', 'loaded', 'superseded', 'ms']);

/**
 * Selects the loads of a stream whose rows no `empty` has taken away, one row a generation: they alone can be newer than others. No
 * clock decides that, but the ledger's own rows. SQL that GoogleSQL and DuckDB both read.
 */
export function standingLoadsSql(of: StreamExpressions): string {
  return standingSql('raw_object, raw_generation, run_time', of, "'loaded', 'duplicate'");
}

/** Puts a row `emptied` beside the load of every generation that has come to an end in the table; what was refused or failed never has. */
export function recordEmptiedSql(emptied: EmptiedExpressions): string {
  const columns = LOAD_COLUMNS.filter(({ mode, name }) => mode === 'REQUIRED' || name === 'message').map(({ name }) => name);
  const values: Readonly<Record<string, string>> = {
    clean_object: 'MIN(clean_object)',
    outcome: "'emptied'",
    message: "'its table was emptied, to be filled anew'",
    code_version: emptied.codeVersion,
    loaded_at: emptied.at,
  };
  const selected = columns.map((name) => values[name] ?? (NO_ROWS.has(name) ? '0' : name)).join(', ');
  return `INSERT INTO ops.loads (${columns.map((name) => `\`${name}\``).join(', ')}) ${standingSql(selected, emptied, "'loaded', 'duplicate', 'superseded'")}`;
}

function standingSql(selected: string, { source, stream }: StreamExpressions, outcomes: string): string {
  const had = `source = ${source} AND stream = ${stream} AND outcome IN (${outcomes}, 'emptied')`;
  return `SELECT ${selected} FROM ops.loads WHERE ${had} GROUP BY source, stream, raw_object, raw_generation, run_time HAVING COUNTIF(outcome = 'emptied') = 0`;
}
