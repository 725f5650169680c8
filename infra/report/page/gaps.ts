import { addDays, type Grain, nextOf, startOf } from './days.ts';
import { type Context, hasParts } from './figure.ts';
import { spanText } from './format.ts';
import type { Group } from './group.ts';
import type { Measure } from './measure.ts';
import { dateOf } from './selection.ts';

/** As many spans without any row are shown as nothing; more of them are one gap, so that years without data do not press the others together. */
const MOST_EMPTY: Readonly<Record<Grain, number>> = { day: 31, week: 8, month: 3, year: 1 };

/** Spans with those between them that have no row: 0 of what may be added up, and gaps where no table has any row for long. */
export function withGaps(groups: readonly Group[], grain: Grain, measures: readonly Measure[], context: Context): readonly Group[] {
  const known = knownSpans(measures, grain, context);
  return groups.flatMap((group, place) => {
    const before = groups[place - 1];
    if (before === undefined) return [group];
    const empty: Group[] = [];
    for (const stretch of stretches(nextOf(before.key, grain), group.key, grain, known)) {
      const [first] = stretch;
      const last = stretch.at(-1);
      if (first === undefined || last === undefined) continue;
      if (known.has(first) || stretch.length <= MOST_EMPTY[grain]) empty.push(...stretch.map((key) => nothing(key, grain, measures)));
      else empty.push(gap(first, addDays(nextOf(last, grain), -1)));
    }
    return [...empty, group];
  });
}

/** The spans that any of the tables has rows about, whatever is filtered. */
function knownSpans(measures: readonly Measure[], grain: Grain, { report }: Context): ReadonlySet<string> {
  const days = measures.filter(hasParts).flatMap((measure) => {
    const table = report.table(measure.table);
    const column = table === undefined ? undefined : table.about.columns[dateOf(table)?.column ?? ''];
    return column?.type === 'date' ? column.words : [];
  });
  return new Set(days.map((day) => startOf(day, grain)));
}

/** The spans up to another, in stretches of those that are known and those that are not. */
function stretches(from: string, to: string, grain: Grain, known: ReadonlySet<string>): readonly (readonly string[])[] {
  const all: string[][] = [];
  for (let key = from; key < to; key = nextOf(key, grain)) {
    const last = all.at(-1);
    if (last !== undefined && known.has(last[0] ?? '') === known.has(key)) last.push(key);
    else all.push([key]);
  }
  return all;
}

function gap(from: string, to: string): Group {
  const [first, last] = [spanText(from, 'month'), spanText(to, 'month')];
  return { key: `gap ${from}`, text: `no data ${first === last ? `in ${first}` : `${first} to ${last}`}`, values: [], completeness: 'final', isGap: true };
}

function nothing(key: string, grain: Grain, measures: readonly Measure[]): Group {
  return { key, text: spanText(key, grain), values: measures.map(({ source }) => (source.kind === 'sum' ? 0 : null)), completeness: 'final' };
}
