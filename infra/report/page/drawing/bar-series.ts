import type { Drawing } from './drawing.ts';
import { isOpen, type Series, type SeriesModel } from '../cards/model.ts';

/** Bars; what is not final is hatched along time, and parts of one whole stand on each other. */
export function barSeries(model: SeriesModel, series: Series, drawing: Drawing, axes: object) {
  const { axis, series: all } = model;
  const { theme } = drawing;
  const place = all.findIndex(({ label }) => label === series.label);
  const isStack = model.layout === 'stack' || model.layout === 'share';
  const rounded = axis.isTime ? [2, 2, 0, 0] : [0, 2, 2, 0];
  return {
    type: 'bar',
    name: series.label,
    ...axes,
    ...(isStack ? { stack: 'all' } : {}),
    barMaxWidth: axis.isTime ? 48 : 18,
    barCategoryGap: axis.isTime ? '28%' : '36%',
    itemStyle: {
      color: theme.series[place % theme.series.length],
      ...(isStack ? { borderColor: theme.surface, borderWidth: 1 } : { borderRadius: rounded }),
    },
    data: axis.items.map((item, at) => ({
      value: lengthOf(model, series, at) ?? '-',
      ...(axis.isTime && isOpen(item) ? { itemStyle: hatched(theme.surface) } : {}),
    })),
    label: {
      show: !axis.isTime && !isStack,
      position: 'right',
      color: theme.text,
      fontSize: 12,
      formatter: ({ dataIndex }: { dataIndex: number }) => barText(model, series, dataIndex, drawing),
    },
  };
}

/** What stands beside a bar: its value, and its share of a whole. */
export function barText({ isWhole }: SeriesModel, { values, unit }: Series, place: number, { format }: Drawing): string {
  const value = values[place] ?? null;
  const total = sumOf(values);
  const share = isWhole && total > 0 && value !== null ? `  ${format.short(value / total, 'percent')}` : '';
  return `${format.short(value, unit)}${share}`;
}

function lengthOf({ layout, series: all }: SeriesModel, { values }: Series, place: number): number | null {
  const value = values[place] ?? null;
  if (layout !== 'share' || value === null) return value;
  const total = sumOf(all.map((other) => Math.max(0, other.values[place] ?? 0)));
  return total === 0 ? null : value / total;
}

function sumOf(values: readonly (number | null)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

function hatched(color: string) {
  return { decal: { symbol: 'rect', color, dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: -Math.PI / 4 } };
}
