import { type Columns, type Expectations, memberOf } from '../../shared/stream.ts';
import type { Tally } from './tally.ts';

/** What stops an object before bad data is visible. `drop` belongs to load. */
export type Gate = 'min' | 'rejects' | 'columns';

export interface Refusal {
  readonly gate: Gate;
  readonly message: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** The first gate that the records do not pass and nobody has accepted; undefined where all let them through. */
export function refusal(expect: Expectations, tally: Tally, required: readonly string[], accept: readonly string[]): Refusal | undefined {
  return [tooFew(expect, tally), missingColumns(expect, tally, required), tooManyRejects(expect, tally)].find(
    (found) => found !== undefined && !accept.includes(found.gate),
  );
}

/** Adds the warnings that concern the object as a whole. */
export function warnAboutVolume(expect: Expectations, tally: Tally): void {
  if (expect.band === undefined) return;
  const [low, high] = expect.band;
  if (tally.records < low) tally.warnings.add(`records: band: at least ${low}`);
  if (tally.records > high) tally.warnings.add(`records: band: at most ${high}`);
}

/** Adds a warning for each column that no record has, where records have columns at all. */
export function warnAboutColumns(columns: Columns, tally: Tally): void {
  if (tally.seen.size === 0) return;
  for (const [name, column] of Object.entries(columns)) {
    if (column.page === undefined && memberOf(name, column) !== undefined && !tally.seen.has(name)) tally.warnings.add(`${name}: missing`);
  }
}

function tooFew({ min }: Expectations, { records }: Tally): Refusal | undefined {
  if (records >= min) return undefined;
  return { gate: 'min', message: `${records} records where at least ${min} are expected; the table keeps what it has`, counts: { records, min } };
}

function missingColumns({ columns }: Expectations, tally: Tally, required: readonly string[]): Refusal | undefined {
  if (tally.records === 0) return undefined;
  const missing = [...new Set([...required, ...columns])].filter((field) => !tally.seen.has(field));
  if (missing.length === 0) return undefined;
  return {
    gate: 'columns',
    message: `no record has ${missing.join(', ')}; the table keeps what it has`,
    counts: { records: tally.records, missing: missing.length },
  };
}

function tooManyRejects({ rejects: limit }: Expectations, { records, rejects }: Tally): Refusal | undefined {
  if (records === 0 || rejects / records <= limit) return undefined;
  const message = `${rejects} of ${records} records rejected where at most ${limit * 100} % may be; the table keeps what it has`;
  return { gate: 'rejects', message, counts: { records, rejects } };
}
