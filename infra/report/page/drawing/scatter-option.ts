import { legend, tooltip, valueAxis } from './axes.ts';
import type { Chart, Drawing } from './drawing.ts';
import type { Point, ScatterModel } from '../cards/model.ts';
import { SYMBOLS } from './symbols.ts';

const HEIGHT = 340;
const SMALLEST = 8;
const LARGEST = 28;
const FEW = 8;

/** Dots by two measures; their groups differ by colour and by shape. */
export function scatterOption(model: ScatterModel, drawing: Drawing): Chart {
  const { theme } = drawing;
  const { x, y, points } = model;
  const groups = [...new Set(points.map(({ group }) => group))].sort((a, b) => a.localeCompare(b, 'en-GB'));
  const largest = Math.max(...points.map(({ size }) => size ?? 0), 1);
  const isNamed = points.length <= FEW;
  const isLegendless = isNamed && model.member === model.group;
  const name = { nameTextStyle: { color: theme.muted, fontSize: 12 } };
  return {
    height: HEIGHT,
    option: {
      legend: isLegendless ? { show: false } : legend(drawing, groups),
      grid: { left: 64, right: 24, top: isLegendless ? 36 : 60, bottom: 48, outerBoundsMode: 'none' },
      tooltip: { ...tooltip(drawing), trigger: 'item', formatter: (hit: unknown) => tipOf(model, hit, drawing) },
      xAxis: valueAxis(drawing, x.unit, { name: labelled(x, drawing), nameLocation: 'middle', nameGap: 30, scale: isNamed, ...name }),
      yAxis: valueAxis(drawing, y.unit, {
        name: labelled(y, drawing),
        nameLocation: 'end',
        nameGap: 10,
        scale: isNamed,
        nameTextStyle: { color: theme.muted, fontSize: 12, align: 'left', padding: [0, 0, 0, -56] },
      }),
      series: groups.map((group, place) => ({
        type: 'scatter',
        name: group,
        symbol: SYMBOLS[place % SYMBOLS.length],
        itemStyle: { color: theme.series[place % theme.series.length], opacity: 0.8, borderColor: theme.surface, borderWidth: 1 },
        data: points
          .filter((point) => point.group === group)
          .map((point) => ({ name: point.text, value: [point.x, point.y], symbolSize: sizeOf(point, largest) })),
        label: { show: isNamed, formatter: '{b}', position: 'top', color: theme.text, fontSize: 12 },
        labelLayout: { hideOverlap: true },
      })),
    },
  };
}

function labelled({ label, unit }: ScatterModel['x'], { format }: Drawing): string {
  const text = format.unit(unit);
  return text === '' ? label : `${label}, ${text}`;
}

function sizeOf({ size }: Point, largest: number): number {
  return size === null ? SMALLEST + 2 : SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(Math.max(0, size) / largest);
}

function tipOf({ x, y, size, points, group, member }: ScatterModel, hit: unknown, { format, tip }: Drawing): unknown {
  const { name, seriesName } = hit as { name: string; seriesName: string };
  const point = points.find(({ text, group: own }) => text === name && own === seriesName);
  if (point === undefined) return '';
  return tip(name, [
    ...(group === member ? [] : [[group, point.group] as const]),
    [x.label, format.exact(point.x, x.unit)],
    [y.label, format.exact(point.y, y.unit)],
    ...(size === undefined ? [] : [[size.label, format.exact(point.size, size.unit)] as const]),
  ]);
}
