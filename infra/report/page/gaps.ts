import { addDays, type Grain, nextOf } from './days.ts';
import { hasParts } from './figure.ts';
import { spanText } from './format.ts';
import type { Group } from './group.ts';
import type { Measure } from './measure.ts';
import { spansBetween } from './spans.ts';

/** Spans without a row are 0 for sums; a stretch of many is one gap, so that years without data do not press the others together. */
export function withGaps(groups: readonly Group[], grain: Grain, measures: readonly Measure[]): readonly Group[] {
  const [first] = groups;
  const last = groups.at(-1);
  if (first === undefined || last === undefined) return groups;
  const isSparse = spansBetween(first.key, last.key, grain) > 2 * groups.length;
  return groups.flatMap((group, place) => {
    const before = groups[place - 1];
    if (before === undefined) return [group];
    const empty = spansBetween(before.key, group.key, grain) - 2;
    if (empty <= 0) return [group];
    if (isSparse && empty > 1) return [gap(nextOf(before.key, grain), addDays(group.key, -1)), group];
    return [...emptySpans(before.key, group.key, grain, measures), group];
  });
}

function gap(from: string, to: string): Group {
  const [first, last] = [spanText(from, 'month'), spanText(to, 'month')];
  return { key: `gap ${from}`, text: `no data ${first === last ? `in ${first}` : `${first} to ${last}`}`, values: [], completeness: 'final', isGap: true };
}

function emptySpans(after: string, before: string, grain: Grain, measures: readonly Measure[]): readonly Group[] {
  const groups: Group[] = [];
  for (let key = nextOf(after, grain); key < before; key = nextOf(key, grain)) {
    const values = measures.map((measure) => (hasParts(measure) && measure.source.kind === 'sum' ? 0 : null));
    groups.push({ key, text: spanText(key, grain), values, completeness: 'final' });
  }
  return groups;
}
