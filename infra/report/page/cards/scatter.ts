import type { Card, CardText } from './card.ts';
import { card } from './charts.ts';
import { type DimensionId, dimension, memberText } from '../figures/dimensions.ts';
import { type Context, NO_DATA } from '../figures/figure.ts';
import { isFiltered } from '../figures/filters.ts';
import { grouped } from '../figures/grouping.ts';
import type { Measure } from '../figures/measure.ts';
import type { Shown } from './model.ts';

interface Scatter extends CardText {
  readonly by: DimensionId;
  /** What a dot's colour and shape tell; the member itself where it is the same. */
  readonly group: DimensionId;
  readonly x: Measure;
  readonly y: Measure;
  readonly size?: Measure;
}

/** A card of dots, one for each member that has both measures. */
export function scatter({ by, group, x, y, size, ...text }: Scatter): Card {
  const measures = [x, y, ...(size === undefined ? [] : [size])];
  return card(text, measures, (context): Shown => {
    const { groups, ignored, missing } = grouped(measures, by, context);
    if (missing !== undefined) return { model: { kind: 'message', text: missing }, ignored };
    const groupOf = by === group ? undefined : groupsOf(x, by, group, context);
    const points = groups
      .filter(({ key }) => key !== 'none')
      .flatMap(({ key, text: name, values: [first, second, third] }) =>
        first === null || second === null || first === undefined || second === undefined
          ? []
          : [{ text: name, group: memberText(group, groupOf?.get(key) ?? (by === group ? key : 'none')), x: first, y: second, size: third ?? null }],
      );
    if (points.length === 0) return { model: { kind: 'message', text: isFiltered(context.filters) ? 'Nothing is left by these filters' : NO_DATA }, ignored };
    const axes = { x: { label: x.label, unit: x.unit }, y: { label: y.label, unit: y.unit } };
    const sizes = size === undefined ? {} : { size: { label: size.label, unit: size.unit } };
    return { model: { kind: 'scatter', member: dimension(by).label, group: dimension(group).label, ...axes, ...sizes, points }, ignored };
  });
}

/** To which member of another dimension each member belongs, as the table of the measure says. */
function groupsOf(measure: Measure, by: DimensionId, group: DimensionId, { report }: Context): ReadonlyMap<string, string> {
  const table = report.table(measure.table);
  const found = new Map<string, string>();
  for (let row = 0; row < (table?.rows ?? 0); row += 1) {
    found.set(table?.text(row, dimension(by).column) ?? 'none', table?.text(row, dimension(group).column) ?? 'none');
  }
  return found;
}
