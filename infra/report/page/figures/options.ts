import type { Tab } from '../cards/card.ts';
import { compareMembers, type DimensionId, memberText } from './dimensions.ts';
import { namesOf } from './grouping.ts';
import type { Report } from './report.ts';
import { boundsOf, follows } from './selection.ts';
import { dimension } from './dimensions.ts';

/** A member that may be chosen. */
export interface Option {
  readonly word: string;
  readonly text: string;
}

/** The members of a dimension in the tables of a tab, in their order. */
export function optionsOf(id: DimensionId, { tables }: Tab, report: Report): readonly Option[] {
  const words = new Set<string>();
  for (const name of tables) {
    const table = report.table(name);
    if (table === undefined || !follows(table, id)) continue;
    const column = table.about.columns[dimension(id).column];
    if (column?.type === 'text' || column?.type === 'date') for (const word of column.words) words.add(word);
    if (column?.type === 'boolean') for (const value of column.values) words.add(String(value));
    if (column?.values.includes(null)) words.add('none');
  }
  const names = namesOf(id, report);
  return [...words].sort(compareMembers(id)).map((word) => ({ word, text: memberText(id, word, names) }));
}

/** First and last day of the tables of a tab; undefined where none tells of days. */
export function daysOf({ tables }: Tab, report: Report): { readonly first: string; readonly last: string } | undefined {
  const bounds = tables.flatMap((name) => {
    const table = report.table(name);
    return table === undefined ? [] : (boundsOf(table) ?? []);
  });
  const first = bounds.map((bound) => bound.first).sort()[0];
  const last = bounds
    .map((bound) => bound.last)
    .sort()
    .at(-1);
  return first === undefined || last === undefined ? undefined : { first, last };
}
