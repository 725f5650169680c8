import type { Kpi } from '../cards/card.ts';
import { comparisonOf } from '../figures/comparison.ts';
import { meaningOf } from '../figures/completeness.ts';
import { type Context, type Figure, figureOf } from '../figures/figure.ts';
import type { Measure } from '../figures/measure.ts';
import { definitionButton } from './definition-dialog.ts';
import { element } from './elements.ts';

/** One figure with its unit, how it compares, and how far it can be relied on. */
export function kpiView({ measure, beside = [], isCompared = true, note }: Kpi, context: Context): HTMLElement {
  const figure = figureOf(measure, context);
  const unit = context.format.unit(measure.unit);
  return element(
    'li',
    { class: 'kpi', 'data-figure': measure.define.join('.') },
    element('p', { class: 'label' }, definitionButton(measure, context.report), unit === '' || unit === '%' ? null : element('span', { class: 'unit' }, unit)),
    valueView(measure, figure, context),
    ...beside.map((other) => besideView(other, context)),
    isCompared ? comparisonView(measure, figure, context) : null,
    markView(figure),
    note === undefined ? null : element('p', { class: 'note' }, note),
    figure.ignored.length === 0 ? null : element('p', { class: 'ignored' }, `Not filtered by ${figure.ignored.join(', ')}`),
  );
}

function valueView(measure: Measure, { value, missing }: Figure, { format }: Context): HTMLElement {
  if (missing !== undefined) return element('p', { class: 'missing' }, missing);
  const text = format.short(value, measure.unit);
  const attributes = { class: 'value', title: format.exact(value, measure.unit), 'data-unit': measure.unit };
  return element('p', attributes, value === null ? element('span', { class: 'none' }, 'not told') : text);
}

function besideView(measure: Measure, context: Context): HTMLElement | null {
  const { value, missing } = figureOf(measure, context);
  if (missing !== undefined) return null;
  return element(
    'p',
    { class: 'beside', 'data-figure': measure.define.join('.') },
    definitionButton(measure, context.report),
    element(
      'span',
      { 'data-unit': measure.unit, class: 'small-value', title: context.format.exact(value, measure.unit) },
      context.format.short(value, measure.unit),
    ),
  );
}

function comparisonView(measure: Measure, { missing }: Figure, context: Context): HTMLElement | null {
  const found = missing === undefined ? comparisonOf(measure, context) : undefined;
  if (found === undefined || found.before === 0) return null;
  const { format } = context;
  const isShare = measure.unit === 'percent' || measure.unit === 'rate';
  const change = isShare ? found.value - found.before : found.value / found.before - 1;
  const size = Math.abs(change * 100).toFixed(1);
  const span = found.span === undefined ? null : element('span', {}, `${found.span}: ${format.short(found.value, measure.unit)},`);
  return element(
    'p',
    { class: 'compare' },
    span,
    ' ',
    element('span', { class: judged(change, measure) }, changeText(change, size, isShare)),
    ` on ${found.beforeSpan}`,
  );
}

/** Shares are compared in percentage points: 12 % more of 15 % is another thing than 12 points more. */
function changeText(change: number, size: string, isShare: boolean): string {
  const unit = isShare ? ' pp' : '%';
  if (Number(size) === 0) return `±0${unit}`;
  return `${change > 0 ? '▲ +' : '▼ −'}${size}${unit}`;
}

function judged(change: number, { better }: Measure): string {
  if (better === undefined || Math.abs(change) < NOTHING) return 'change';
  return change > 0 === (better === 'high') ? 'change good' : 'change bad';
}

const NOTHING = 0.0005;

function markView({ completeness, missing }: Figure): HTMLElement | null {
  if (completeness === 'final' || missing !== undefined) return null;
  return element('p', { class: 'mark', title: meaningOf(completeness) }, completeness);
}
