import { meaningOf } from '../figures/completeness.ts';
import type { Format } from '../format.ts';
import type { GridModel, MapModel, Model, ScatterModel, SeriesModel } from './model.ts';

/** What a chart shows, in one sentence for those who do not see it. */
export function summaryOf(model: Model, format: Format): string {
  switch (model.kind) {
    case 'series':
      return model.axis.isTime ? timeSummary(model, format) : memberSummary(model, format);
    case 'scatter':
      return scatterSummary(model, format);
    case 'grid':
      return gridSummary(model, format);
    case 'map':
      return mapSummary(model);
    case 'table':
      return `${model.rows.length} ${model.rows.length === 1 ? 'row' : 'rows'}.`;
    case 'message':
      return model.text;
  }
}

/** What marks on a chart mean; none where all of it is final. */
export function marksOf(model: Model): readonly string[] {
  if (model.kind !== 'series') return [];
  const levels = [...new Set(model.axis.items.map(({ completeness }) => completeness))].filter((level) => level !== 'final');
  return levels.map((level) =>
    model.axis.isTime ? `Hatched, hollow or shaded: ${level}, ${meaningOf(level)}.` : `Some of it is ${level}: ${meaningOf(level)}.`,
  );
}

function timeSummary({ axis, series }: SeriesModel, format: Format): string {
  const [first] = series;
  if (series.length > MOST_TOLD)
    return `${axis.items.length} ${axis.label.toLowerCase()}${axis.items.length === 1 ? '' : 's'} in ${series.length} parts: ${series.map(({ label }) => label).join(', ')}.`;
  const told = series.flatMap(({ label, unit, values }) => {
    const known = axis.items.flatMap(({ text, isGap }, place) =>
      isGap || values[place] === null || values[place] === undefined ? [] : [{ text, value: values[place] }],
    );
    const [high, low] = [known.toSorted((a, b) => b.value - a.value)[0], known.toSorted((a, b) => a.value - b.value)[0]];
    if (high === undefined || low === undefined) return [];
    if (known.length === 1) return [`${label}: ${high.text} has ${format.short(high.value, unit)}`];
    return [`${label}: the highest is ${high.text} (${format.short(high.value, unit)}), the lowest ${low.text} (${format.short(low.value, unit)})`];
  });
  return told.length === 0 ? `No ${first?.label.toLowerCase() ?? 'figure'} to show.` : `${told.join('; ')}.`;
}

const MOST_TOLD = 3;

function memberSummary({ axis, series, isWhole }: SeriesModel, format: Format): string {
  const [first] = series;
  if (first === undefined) return 'Nothing to show.';
  if (series.length > MOST_TOLD)
    return `${axis.items.length} members of ${axis.label.toLowerCase()} in ${series.length} parts: ${series.map(({ label }) => label).join(', ')}.`;
  const total = first.values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const ranked = axis.items
    .map(({ key, text }, place) => ({ key, text, value: first.values[place] ?? 0 }))
    .filter(({ key }) => !key.startsWith('('))
    .toSorted((a, b) => b.value - a.value);
  const [top, second] = ranked;
  if (top === undefined) return 'Nothing to show.';
  const share = isWhole && total > 0 ? `, ${format.short(top.value / total, 'percent')} of all` : '';
  const next = second === undefined ? '' : `, followed by ${cut(second.text)} (${format.short(second.value, first.unit)})`;
  return `${first.label}: ${cut(top.text)} has the most (${format.short(top.value, first.unit)}${share})${next}.`;
}

function scatterSummary({ x, y, points, member }: ScatterModel, format: Format): string {
  const range = (values: readonly number[], unit: ScatterModel['x']['unit']) => {
    const sorted = values.toSorted((a, b) => a - b);
    return `${format.short(sorted[0] ?? null, unit)} to ${format.short(sorted.at(-1) ?? null, unit)}`;
  };
  const top = points.toSorted((a, b) => b.y - a.y)[0];
  return `${points.length} dots (${member.toLowerCase()}): ${x.label.toLowerCase()} from ${range(
    points.map((point) => point.x),
    x.unit,
  )}, ${y.label.toLowerCase()} from ${range(
    points.map((point) => point.y),
    y.unit,
  )}; the highest is ${cut(top?.text ?? 'none')}.`;
}

function gridSummary({ rows, columns, values, valueLabel, unit }: GridModel, format: Format): string {
  const known = values.flat().filter((value) => value !== null);
  const sorted = known.toSorted((a, b) => a - b);
  return `${valueLabel} of ${rows.length} rows from ${columns[0] ?? ''} to ${columns.at(-1) ?? ''} lies between ${format.short(sorted[0] ?? null, unit)} and ${format.short(sorted.at(-1) ?? null, unit)}.`;
}

function mapSummary({ points, group, outside }: MapModel): string {
  const counts = new Map<string, number>();
  for (const point of points) counts.set(point.group, (counts.get(point.group) ?? 0) + 1);
  const told = [...counts].toSorted((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count.toLocaleString('en-GB')}`);
  return `${points.length.toLocaleString('en-GB')} dots by ${group.toLowerCase()}: ${told.join(', ')}.${outside === 0 ? '' : ` ${outside} more lie far outside, as at 0°, 0°: their place in the list is wrong.`}`;
}

const LONGEST_NAME = 48;

/** A name that is not too long for a sentence; the table has it in full. */
function cut(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
}
