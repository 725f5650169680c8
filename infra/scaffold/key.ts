import { castFor } from '../../functions/transform/cast.ts';
import { type Columns, fieldOf } from '../../shared/stream.ts';
import type { Members } from '../../shared/vocabulary/pages.ts';
import { ID_NAME } from './column-type.ts';

/** Columns that could be a key or a cursor, with the reason; none is an answer, too. */
export interface Proposed {
  readonly columns: readonly string[];
  readonly reason: string;
}

const KEY_TYPES = new Set(['STRING', 'INT64', 'DATE']);
const SCORE_OWN = 4;
const SCORE_ID = 3;
const SCORE_FIRST = 1;
const MAX_COMPOSITE = 3;
const MAX_PARTS = 8;
const CHANGED_NAME = /(?:^|_)(?:updated|modified|changed|edited|synced|last_?(?:update|change|modified))/i;
const CREATED_NAME = /(?:^|_)(?:created|inserted|added|ordered|signup|order|purchase)|(?:date|_at|_ts|time|timestamp)$/i;

/** The column whose name is likeliest to be a key, if no two records have the same value; else two or three columns together. */
export function proposeKey(stream: string, columns: Columns, records: readonly Members[]): Proposed {
  const filled = Object.keys(columns).filter((name) => columns[name]?.required === true && KEY_TYPES.has(columns[name]?.type ?? ''));
  const scored = filled.map((name) => ({ name, score: scoreOf(stream, name, filled.indexOf(name)) })).filter(({ score }) => score > 0);
  const [single] = scored.filter(({ name }) => isUnique([name], columns, records)).sort((a, b) => b.score - a.score);
  const all = records.length === 1 ? 'the only record has it' : `all ${records.length} records have one and no two the same`;
  if (single !== undefined)
    return { columns: [single.name], reason: `${all}${single.score === SCORE_FIRST ? '; it is the first field, not named like a key' : ''}` };
  const parts = records.length === 1 ? [] : filled.slice(0, MAX_PARTS);
  const together = combinations(parts).find((names) => isUnique(names, columns, records));
  if (together !== undefined) return { columns: together, reason: `${all} together; no single column is unique` };
  return { columns: [], reason: 'no columns that every record has are unique: each file replaces the table' };
}

/** A column that tells when a row last changed, or else when it was made. */
export function proposeCursor(columns: Columns): Proposed {
  const times = Object.keys(columns).filter((name) => ['TIMESTAMP', 'DATETIME', 'DATE'].includes(columns[name]?.type ?? ''));
  const changed = times.find((name) => CHANGED_NAME.test(name) && columns[name]?.required === true) ?? times.find((name) => CHANGED_NAME.test(name));
  if (changed !== undefined)
    return { columns: [changed], reason: `tells when a row last changed${columns[changed]?.required === true ? '' : ', but not every record has it'}` };
  const created = times.find((name) => CREATED_NAME.test(name) && columns[name]?.required === true);
  if (created !== undefined)
    return { columns: [created], reason: 'tells when a row was made, but no later change: rows that change need an overlap, or the full set' };
  return { columns: [], reason: 'no column tells when a row changed: ask for the full set' };
}

function scoreOf(stream: string, name: string, index: number): number {
  const lower = name.toLowerCase();
  const singular = stream.replace(/ies$/, 'y').replace(/s$/, '');
  if (lower === 'id' || lower.startsWith(`${singular}_`) || lower === `${singular}id` || lower === `${singular}_id`)
    return ID_NAME.test(lower) || lower.endsWith('id') ? SCORE_OWN : 0;
  if (ID_NAME.test(name) || /[a-z]Id$/.test(name)) return SCORE_ID;
  return index === 0 ? SCORE_FIRST : 0;
}

function isUnique(names: readonly string[], columns: Columns, records: readonly Members[]): boolean {
  const parts = names.flatMap((name) => {
    const column = columns[name];
    return column === undefined ? [] : [{ cast: castFor(column), field: unescaped(fieldOf(name, column)) }];
  });
  const keys = new Set(records.map((record) => JSON.stringify(parts.map(({ cast, field }) => cast(record[field])))));
  return keys.size === records.length;
}

/** The record's member behind a field that had to be written as a pointer. */
function unescaped(field: string): string {
  return field.startsWith('/') ? field.slice(1).replaceAll('~1', '/').replaceAll('~0', '~') : field;
}

/** Pairs, then triples, those of the first columns first. */
function combinations(names: readonly string[]): readonly (readonly string[])[] {
  let grown: (readonly string[])[] = names.map((name) => [name]);
  const all: (readonly string[])[] = [];
  for (let size = 2; size <= MAX_COMPOSITE; size += 1) {
    grown = grown.flatMap((some) => names.slice(names.indexOf(some.at(-1) ?? '') + 1).map((name) => [...some, name]));
    all.push(...grown);
  }
  return all;
}
