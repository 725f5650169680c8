import type { RunReport } from '../../shared/invocation.ts';
import type { Delivered } from '../local/delivery.ts';
import type { Failed, Watcher } from './pipeline.ts';
import { printable } from './table.ts';

const NAME_WIDTH = 10;
const STREAM_WIDTH = 30;
const numbers = new Intl.NumberFormat('en-US');

/** A number as people read it: 2,684. */
export function grouped(count: number): string {
  return numbers.format(count);
}

/** Bytes as people read them: 412 KB, 1.3 MB. */
export function byteSize(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** `1 row`, `2 rows`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Writes a line for everything that happens; `all`: also for the built-in streams, and with the names of files. */
export function progressWatcher(write: (line: string) => void, { all = false } = {}): Watcher {
  return {
    delivered(delivered) {
      for (const run of delivered.answer.runs) {
        if (all || !isBuiltIn(run)) write(deliveredLine(delivered, run, all));
      }
    },
    failed: (failed) => write(failedLine(failed)),
    trouble: (message) => write(printable(message)),
  };
}

/** What is said of something in the raw folder that is no object. */
export function leftOutLine(bucket: string, path: string, why: string): string {
  return `left out: ${bucket}/${path}: ${why}`;
}

/** One run of an answer: who did what with how much. */
function deliveredLine({ function: name, subject }: Delivered, run: RunReport, withFile: boolean): string {
  const what = run.stream ?? subject;
  const result = run.message === undefined ? `${resultOf(name, run)}, ${grouped(run.ms)} ms` : `${run.outcome}: ${run.message}`;
  const file = withFile && name === 'transform' ? ` (${run.object?.split('/').at(-1)})` : '';
  return printable(`${name.padEnd(NAME_WIDTH)} ${what.padEnd(STREAM_WIDTH)} ${result}${file}`);
}

function failedLine({ function: name, subject, message }: Failed): string {
  return printable(`${name.padEnd(NAME_WIDTH)} ${subject.padEnd(STREAM_WIDTH)} failed, is tried again: ${message}`);
}

function resultOf(name: Delivered['function'], run: RunReport): string {
  if (run.outcome !== 'success' && run.outcome !== 'loaded') return run.outcome;
  if (name === 'extract') return counted(run.records, 'record');
  if (name === 'load') return `${counted(run.loaded, 'row')} loaded`;
  return `${counted(run.records, 'record')} → ${counted(run.rows, 'row')}, ${counted(run.rejects, 'reject')}`;
}

function isBuiltIn({ stream, outcome }: RunReport): boolean {
  return stream?.startsWith('pipeline/') === true || outcome === 'ignored';
}
