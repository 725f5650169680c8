import { LEDGER } from '../../shared/warehouse/ledger.ts';
import type { Pipeline } from './pipeline.ts';
import { countOf, countsOf, type Row, select, textOf } from './rows.ts';
import { literal } from './sql.ts';

/** One row of the ledger: what became of one generation of a raw object. */
export interface LedgerEntry {
  readonly source: string;
  readonly stream: string;
  readonly rawObject: string;
  readonly generation: string;
  /** RFC 3339, UTC. */
  readonly runTime: string;
  readonly outcome: string;
  readonly message: string | undefined;
  /** Whether the run record is loaded, too: the counts of the transform come from it. */
  readonly isWhole: boolean;
  readonly records: number;
  readonly rows: number;
  readonly rejects: number;
  readonly filtered: number;
  readonly duplicates: number;
  readonly loaded: number;
  readonly superseded: number;
  /** Records by "field: rule". */
  readonly warnings: Readonly<Record<string, number>>;
  /** Records by the name of a field that the contract does not name. */
  readonly drift: Readonly<Record<string, number>>;
}

/** What ends the way of a generation; of the others `transformed` waits for its load, and `emptied` for its next generation. */
const ENDS = new Set(['loaded', 'duplicate', 'superseded', 'refused', 'failed']);

/** Reads the ledger's rows that meet a condition; none where nothing has run yet. */
export async function readLedger(pipeline: Pipeline, where: string): Promise<readonly LedgerEntry[]> {
  if (!(await hasLedger(pipeline))) return [];
  return (await select(pipeline, `SELECT * FROM ops.ledger WHERE ${where}`)).map(entryOf);
}

/** Whether anything has run in this warehouse. */
export async function hasLedger(pipeline: Pipeline): Promise<boolean> {
  return (await pipeline.warehouse.columns(LEDGER)) !== undefined;
}

export function isEnd(outcome: string): boolean {
  return ENDS.has(outcome);
}

/** The condition that a row belongs to one of these streams, `<source>/<stream>`. */
export function ofStreams(ids: readonly string[]): string {
  const one = (id: string) => {
    const [source = '', stream = ''] = id.split('/');
    return `(source = ${literal(source)} AND stream = ${literal(stream)})`;
  };
  return ids.length === 0 ? 'FALSE' : `(${ids.map(one).join(' OR ')})`;
}

function entryOf(row: Row): LedgerEntry {
  return {
    source: textOf(row, 'source') ?? '',
    stream: textOf(row, 'stream') ?? '',
    rawObject: textOf(row, 'raw_object') ?? '',
    generation: textOf(row, 'raw_generation') ?? '',
    runTime: textOf(row, 'run_time') ?? '',
    outcome: textOf(row, 'emptied_at') === undefined ? (textOf(row, 'outcome') ?? '') : 'emptied',
    message: textOf(row, 'message'),
    isWhole: textOf(row, 'records') !== undefined,
    records: countOf(row, 'records'),
    rows: countOf(row, 'rows'),
    rejects: countOf(row, 'rejects'),
    filtered: countOf(row, 'filtered'),
    duplicates: countOf(row, 'duplicates'),
    loaded: countOf(row, 'loaded'),
    superseded: countOf(row, 'superseded'),
    warnings: countsOf(row, 'warnings'),
    drift: countsOf(row, 'drift'),
  };
}
