import type { Card, CardText } from './card.ts';
import { card } from './charts.ts';
import { quotient } from '../figures/figure.ts';
import { grouped } from '../figures/grouping.ts';
import type { Measure } from '../figures/measure.ts';
import type { Shown, TableCell } from './model.ts';
import { withUnit } from './tables.ts';

/** A table of a measure by year, each against the year before where both are all there. */
export function years({ measure, ...text }: CardText & { readonly measure: Measure }): Card {
  return card(text, [measure], (context): Shown => {
    const { groups, ignored, missing } = grouped([measure], 'year', context);
    if (missing !== undefined) return { model: { kind: 'message', text: missing }, ignored };
    const rows = groups.map((group, place): readonly TableCell[] => {
      const before = groups[place - 1];
      const isComparable = before !== undefined && group.completeness === 'final' && before.completeness === 'final';
      const change = isComparable ? quotient((group.values[0] ?? 0) - (before.values[0] ?? 0), before.values[0] ?? 0) : null;
      return [group.text, { value: group.values[0] ?? null, unit: measure.unit }, { value: change, unit: 'percent' }, group.completeness];
    });
    const head = [
      { text: 'Year', isNumber: false },
      { text: withUnit(measure.label, measure.unit, context), isNumber: true },
      { text: 'Against the year before', isNumber: true },
      { text: 'Completeness', isNumber: false },
    ];
    return { model: { kind: 'table', head, rows }, ignored };
  });
}
