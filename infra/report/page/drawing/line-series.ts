import type { Drawing } from './drawing.ts';
import { type Item, isOpen, type Series, type SeriesModel } from '../cards/model.ts';

const FEW_POINTS = 40;
const FEW_ITEMS = 16;
const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'emptyCircle', 'emptyRect', 'emptyTriangle', 'emptyDiamond'];
const DASHES = ['solid', 'dashed', 'dotted', [8, 3, 2, 3]];

/** A line; what is not final is hollow where there are few points, else shaded with its word. */
export function lineSeries({ axis, series: all, layout }: SeriesModel, { label, values }: Series, { theme }: Drawing, axes: object) {
  const place = all.findIndex((other) => other.label === label);
  const color = theme.series[place % theme.series.length];
  const isAlone = all.length === 1 || layout === 'panels';
  return {
    type: 'line',
    name: label,
    ...axes,
    data: axis.items.map((item, at) => ({ value: values[at] ?? '-', ...(isOpen(item) ? { symbol: 'emptyCircle', symbolSize: 7 } : {}) })),
    showSymbol: axis.items.length <= FEW_POINTS,
    symbol: SYMBOLS[place % SYMBOLS.length],
    symbolSize: 6,
    connectNulls: false,
    lineStyle: { width: 2, color, type: isAlone ? 'solid' : DASHES[place % DASHES.length] },
    itemStyle: { color },
    ...(isAlone ? { areaStyle: { color, opacity: 0.12 } } : {}),
    markArea: {
      silent: true,
      data: axis.items.length <= FEW_ITEMS ? [] : openAreas(axis.items),
      itemStyle: { color: theme.text, opacity: 0.07 },
      label: { color: theme.muted, fontSize: 11, position: 'insideTop' },
    },
  };
}

/** Stretches of an axis that are not final, each with its word. */
function openAreas(items: readonly Item[]) {
  const areas: [{ name: string; xAxis: number }, { xAxis: number }][] = [];
  for (const [place, item] of items.entries()) {
    if (!isOpen(item)) continue;
    const last = areas.at(-1);
    if (last !== undefined && last[1].xAxis === place - 1 && last[0].name === item.completeness) last[1].xAxis = place;
    else areas.push([{ name: item.completeness, xAxis: place }, { xAxis: place }]);
  }
  return areas;
}
