import { addDays, type Grain, nextOf, startOf } from './days.ts';
import { type Context, hasParts } from './figure.ts';
import { spanText } from '../format.ts';
import type { Group } from './group.ts';
import type { Measure } from './measure.ts';
import { dateOf } from './selection.ts';

/** As many spans without any row are shown as nothing; more of them are one gap, so that years without data do not press the others together. */
const MOST_EMPTY: Readonly<Record<Grain, number>> = { day: 31, week: 8, month: 3, year: 1 };

/** Spans with those between them that have no row: 0 of what may be added up, and gaps where no table has any row for long. */
export function withGaps(groups: readonly Group[], grain: Grain, measures: readonly Measure[], context: Context): readonly Group[] {
  if (groups.length === 0) return groups;
  const { from = '', to = '9999' } = context.filters;
  const own = new Map(groups.map((group) => [group.key, group]));
  const known = knownSpans(measures, grain, context).filter((key) => key >= from && key <= to);
  const keys = [...new Set([...own.keys(), ...known])].sort();
  return keys.flatMap((key, place) => {
    const before = keys[place - 1];
    const empty = before === undefined ? [] : between(before, key, grain);
    const stretch = empty.length > MOST_EMPTY[grain] ? [gap(empty[0] ?? key, addDays(key, -1))] : empty.map((span) => nothing(span, grain, measures));
    return [...stretch, own.get(key) ?? nothing(key, grain, measures)];
  });
}

/** The spans that any of the tables has rows about, whatever is filtered. */
function knownSpans(measures: readonly Measure[], grain: Grain, { report }: Context): readonly string[] {
  const days = measures.filter(hasParts).flatMap((measure) => {
    const table = report.table(measure.table);
    const column = table === undefined ? undefined : table.about.columns[dateOf(table)?.column ?? ''];
    return column?.type === 'date' ? column.words : [];
  });
  return [...new Set(days.map((day) => startOf(day, grain)))];
}

function between(after: string, before: string, grain: Grain): readonly string[] {
  const spans: string[] = [];
  for (let key = nextOf(after, grain); key < before; key = nextOf(key, grain)) spans.push(key);
  return spans;
}

function gap(from: string, to: string): Group {
  const [first, last] = [spanText(from, 'month'), spanText(to, 'month')];
  return { key: `gap ${from}`, text: `no data ${first === last ? `in ${first}` : `${first} to ${last}`}`, values: [], completeness: 'final', isGap: true };
}

function nothing(key: string, grain: Grain, measures: readonly Measure[]): Group {
  return { key, text: spanText(key, grain), values: measures.map(({ source }) => (source.kind === 'sum' ? 0 : null)), completeness: 'final' };
}
