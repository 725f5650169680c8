/** Counts by name; names beyond the limit share one entry, so that hostile records cannot fill the memory. */
export interface Counter {
  add(name: string, count?: number): void;
  /** Sorted by name. */
  entries(): Readonly<Record<string, number>>;
  readonly size: number;
}

const MAX_NAMES = 500;
const MAX_NAME_LENGTH = 300;
const OTHERS = '(others)';

/** Makes an empty counter. */
export function counter(): Counter {
  const counts = new Map<string, number>();
  return {
    add(name, count = 1) {
      const short = name.length > MAX_NAME_LENGTH ? shortName(name) : name.toWellFormed();
      const known = counts.get(short);
      const entry = known !== undefined || counts.size < MAX_NAMES ? short : OTHERS;
      counts.set(entry, (counts.get(entry) ?? 0) + count);
    },
    entries() {
      const names = [...counts.keys()].sort();
      return Object.fromEntries(names.map((name) => [name, counts.get(name) ?? 0]));
    },
    get size() {
      return counts.size;
    },
  };
}

/** A copy, through bytes: a slice keeps the whole name in memory, and a name may be 16 MB long. */
function shortName(name: string): string {
  return `${Buffer.from(name.slice(0, MAX_NAME_LENGTH)).toString()}…`;
}

/** What happened to the records of one raw object. */
export interface Tally {
  records: number;
  rows: number;
  rejects: number;
  filtered: number;
  readonly rejectRules: Counter;
  readonly warnings: Counter;
  readonly drift: Counter;
  /** Columns of the contract whose field at least one record has. */
  readonly seen: Set<string>;
}

/** Makes an empty tally. */
export function tally(): Tally {
  return { records: 0, rows: 0, rejects: 0, filtered: 0, rejectRules: counter(), warnings: counter(), drift: counter(), seen: new Set() };
}
