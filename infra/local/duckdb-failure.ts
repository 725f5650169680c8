import { types } from 'node:util';
import { PermanentError, TransientError } from '../../shared/errors.ts';
import { macroFailures } from '../curated/dialect/macros.ts';

export interface Failure {
  readonly transient: boolean;
  /** A short word, BigQuery's where it has one. */
  readonly reason: string;
  /** What is wrong and where; never a value. */
  readonly message: string;
}

/** What DuckDB calls an error, and the reason that becomes. */
const REASONS: Readonly<Record<string, string>> = {
  Binder: 'invalid',
  Catalog: 'invalid',
  Constraint: 'invalid',
  Conversion: 'invalid',
  'Invalid Input': 'invalid',
  'Mismatch Type': 'invalid',
  'Out of Range': 'invalid',
  Parser: 'invalid',
  IO: 'io',
  INTERRUPT: 'interrupted',
  'Out of Memory': 'outOfMemory',
};
const MISSING = /does not exist|No files found that match/;
/** These speak of names and SQL, the others of values. */
const ABOUT_NAMES = new Set(['Binder', 'Catalog', 'IO', 'INTERRUPT', 'Out of Memory', 'Parser']);
const PERMANENT = new Set(['invalid', 'notFound']);

/** Says what a thrown thing means for the job that threw it; what is unknown is transient. */
export function failureOf(error: unknown): Failure {
  if (error instanceof TransientError) return { transient: true, reason: error.rule, message: error.message };
  if (error instanceof PermanentError) return { transient: false, reason: error.rule === 'notFound' ? 'notFound' : 'invalid', message: error.message };
  const text = messageOf(error);
  const fatal = fatalWords(text);
  if (fatal !== undefined) return { transient: true, reason: 'unknown', message: `DuckDB gave its file up; run the command again: ${fatal}` };
  const [, kind = '', rest = ''] = /^([A-Za-z ]+) Error: (.*)$/s.exec(text) ?? [];
  const missing = (kind === 'Catalog' || kind === 'IO') && MISSING.test(rest);
  const reason = missing ? 'notFound' : (REASONS[kind] ?? 'unknown');
  const message = kind === '' ? `DuckDB: ${firstLine(text)}` : `DuckDB: ${ABOUT_NAMES.has(kind) ? firstLine(rest) : withoutValues(kind, rest)}`;
  return { transient: isTransient(reason), reason, message };
}

/** The message of an error; DuckDB's are of another realm where the code runs in a vm (Jest), so that `instanceof` misses them. */
export function messageOf(error: unknown): string {
  return types.isNativeError(error) ? error.message : 'no error object';
}

export function isTransient(reason: string): boolean {
  return !PERMANENT.has(reason);
}

/** The error class that decides about redelivery, for calls that are no jobs. */
export function thrown(error: unknown): TransientError | PermanentError {
  if (error instanceof TransientError || error instanceof PermanentError) return error;
  const { transient, reason, message } = failureOf(error);
  return transient ? new TransientError(reason, message, { cause: error }) : new PermanentError(reason, message, { cause: error });
}

/** What a fatal error was, up to the first value; later statements are told of it, too. Undefined where it is none. */
function fatalWords(text: string): string | undefined {
  if (!/^(?:FATAL|INTERNAL) Error: /.test(text)) return undefined;
  const original = text.split('Original error: "').at(-1) ?? text;
  const [words = ''] = /^[A-Za-z ,:-]*/.exec(original) ?? [];
  return words.trim();
}

/** What a macro says, which is no value; else the words before the first value, the line of the file and the column; DuckDB puts values anywhere else. */
function withoutValues(kind: string, text: string): string {
  const own = macroFailures.find((words) => text.includes(`'${words}'`) || text.includes(`"${words}"`));
  if (own !== undefined) return `${kind}: ${own}`;
  const [, nullColumn] = /^NOT NULL constraint failed: (.*)$/m.exec(text) ?? [];
  if (nullColumn !== undefined) return `a required value is missing: ${nullColumn}`;
  const [, place, line, inFile] = /^(?:[A-Za-z ]+) in file ".*?", (?:in|at byte \d+ in) (line) (\d+): (.*)$/s.exec(text) ?? [];
  const [words = ''] = /^[A-Za-z ,-]*/.exec(inFile ?? text) ?? [];
  return `${kind}: ${words.trim()}${place === undefined ? '' : ` (${place} ${line} of the file)`}`;
}

function firstLine(text: string): string {
  return text.split('\n', 1).join('');
}
