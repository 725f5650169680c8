import type { Card, CardText } from './card.ts';
import { type DimensionId, dimension } from '../figures/dimensions.ts';
import { type By, type Group, type Groups, isGrain, largestFirst } from '../figures/group.ts';
import { grouped } from '../figures/grouping.ts';
import type { Measure } from '../figures/measure.ts';
import type { Item, SeriesModel, Shown } from './model.ts';

interface OverTime extends CardText {
  readonly measures: readonly Measure[];
  readonly by?: Extract<By, 'day' | 'week' | 'month' | 'year' | 'time'>;
  readonly shape?: SeriesModel['shape'];
  readonly layout?: SeriesModel['layout'];
}

/** A card of measures along time. */
export function overTime({ measures, by = 'time', shape = 'bar', layout = 'plain', ...text }: OverTime): Card {
  return card(text, measures, (context) => {
    const found = grouped(measures, by, context);
    return shown(found, { shape, layout, isWhole: false, series: seriesOf(measures, found.groups) });
  });
}

interface ByMember extends CardText {
  readonly measures: readonly Measure[];
  readonly by: DimensionId;
  /** How many members at most; the rest is added up where it can be. */
  readonly top?: number;
  /** Whether the members are parts of a whole, so that shares are told. */
  readonly isWhole?: boolean;
  /** `size` has the largest first; `order` has the order of the members. */
  readonly sort?: 'size' | 'order';
  readonly layout?: SeriesModel['layout'];
  /** Whether members whose first figure is 0 are left out. */
  readonly isWithoutZero?: boolean;
}

/** A card of measures by the members of a dimension. */
export function byMember({ measures, by, top = 12, isWhole = false, sort = 'size', layout = 'plain', isWithoutZero = false, ...text }: ByMember): Card {
  return card(text, measures, (context) => {
    const found = grouped(measures, by, context);
    const kept = found.groups.filter(({ key, values }) =>
      isWithoutZero ? values[0] !== 0 : key !== 'none' || values.some((value) => value !== null && value !== 0),
    );
    const sorted = sort === 'size' ? [...kept].sort(largestFirst) : kept;
    const groups = topOf(sorted, top, isWhole);
    return shown({ ...found, groups }, { shape: 'bar', layout, isWhole, series: seriesOf(measures, groups) });
  });
}

interface Parts extends CardText {
  readonly measure: Measure;
  readonly by: By;
  readonly parts: DimensionId;
  readonly layout?: 'stack' | 'share';
}

/** A card of one measure by a dimension or time, in parts by another dimension. */
export function inParts({ measure, by, parts, layout = 'stack', ...text }: Parts): Card {
  return card(text, [measure], (context) => {
    const members = grouped([measure], parts, context).groups;
    const perPart = members.map(({ key }) => {
      const words = { ...context.filters.words, [parts]: [key] };
      return new Map(grouped([measure], by, { ...context, filters: { ...context.filters, words } }).groups.map((group) => [group.key, group.values[0] ?? 0]));
    });
    const found = grouped([measure], by, context);
    const series = members.map(({ text: label }, place) => ({
      label,
      unit: measure.unit,
      values: found.groups.map(({ key, isGap }) => (isGap ? null : (perPart[place]?.get(key) ?? 0))),
    }));
    return shown(found, { shape: 'bar', layout, isWhole: true, series });
  });
}

/** A card from its texts; third of the width where nothing else is said. */
export function card({ width = 'half', ...text }: CardText, measures: readonly Measure[], show: Card['show']): Card {
  return { ...text, width, measures, show };
}

function shown({ by, groups, ignored, missing }: Groups, model: Omit<SeriesModel, 'kind' | 'axis'>): Shown {
  if (missing !== undefined) return { model: { kind: 'message', text: missing }, ignored };
  if (groups.length === 0) return { model: { kind: 'message', text: 'Nothing is left by these filters' }, ignored };
  const isTime = isGrain(by);
  return { model: { kind: 'series', axis: { label: isTime ? GRAIN_LABELS[by] : dimension(by).label, isTime, items: groups.map(itemOf) }, ...model }, ignored };
}

const GRAIN_LABELS = { day: 'Day', week: 'Week', month: 'Month', year: 'Year' } as const;

function itemOf({ key, text, completeness, isGap }: Group): Item {
  return { key, text, completeness, ...(isGap ? { isGap } : {}) };
}

function seriesOf(measures: readonly Measure[], groups: readonly Group[]): SeriesModel['series'] {
  return measures.map(({ label, unit }, place) => ({ label, unit, values: groups.map(({ values }) => values[place] ?? null) }));
}

/** The first members; of a whole the others as one, so that nothing is missing. */
function topOf(groups: readonly Group[], top: number, isWhole: boolean): readonly Group[] {
  if (groups.length <= top || !isWhole) return groups.slice(0, top);
  const others = groups.slice(top);
  const [first] = groups;
  const values = first === undefined ? [] : first.values.map((_, place) => others.reduce((total, group) => total + (group.values[place] ?? 0), 0));
  return [...groups.slice(0, top), { key: '(all others)', text: `${others.length} others`, values, completeness: 'final' }];
}
