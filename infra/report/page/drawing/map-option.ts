import { legend, tooltip } from './axes.ts';
import type { Chart, Drawing } from './drawing.ts';
import type { MapModel } from '../cards/model.ts';
import { SYMBOLS } from './symbols.ts';

const MARGIN = { left: 48, right: 16, top: 40, bottom: 28 };
const HEIGHTS = { least: 320, most: 560 };
const ROOM = 0.06;
const SMALLEST_SPAN = 0.2;
/** Pixels between a place and its name. */
const LABEL_DISTANCE = 10;

/** Dots on a plane where a kilometre is as long to the north as to the east. */
export function mapOption({ points, places, group }: MapModel, drawing: Drawing): Chart {
  const { theme } = drawing;
  const east = bounds(points.map(({ longitude }) => longitude));
  const north = bounds(points.map(({ latitude }) => latitude));
  const narrowing = Math.cos(((north.low + north.high) / 2) * (Math.PI / 180));
  const wide = drawing.width - MARGIN.left - MARGIN.right;
  const high = Math.min(HEIGHTS.most, Math.max(HEIGHTS.least, (wide * (north.high - north.low)) / ((east.high - east.low) * narrowing)));
  const degrees = Math.max((east.high - east.low) * narrowing * (1 / wide), (north.high - north.low) * (1 / high));
  const x = around(east, (degrees * wide) / narrowing);
  const y = around(north, degrees * high);
  // A count that is cut at the edge would be another count.
  const side = (text: string, at: number) => (at + LABEL_DISTANCE + drawing.measure(text) > wide + MARGIN.right ? 'left' : 'right');
  const groups = [...new Set(points.map((point) => point.group))].sort((a, b) => a.localeCompare(b, 'en-GB'));
  return {
    height: Math.round(high + MARGIN.top + MARGIN.bottom),
    option: {
      legend: legend(drawing, groups),
      grid: { ...MARGIN, outerBoundsMode: 'none' },
      tooltip: { ...tooltip(drawing), trigger: 'item', formatter: (hit: unknown) => tipOf(group, hit, drawing) },
      xAxis: degreeAxis(x, ['° E', '° W'], drawing),
      yAxis: degreeAxis(y, ['° N', '° S'], drawing),
      series: [
        ...groups.map((name, place) => ({
          type: 'scatter',
          name,
          symbol: SYMBOLS[place % SYMBOLS.length],
          symbolSize: 6,
          itemStyle: { color: theme.series[place % theme.series.length], opacity: 0.65 },
          data: points.filter((point) => point.group === name).map(({ text, longitude, latitude }) => ({ name: text, value: [longitude, latitude] })),
        })),
        {
          type: 'scatter',
          silent: true,
          symbolSize: 1,
          itemStyle: { color: theme.text },
          tooltip: { show: false },
          data: places.map(({ text, longitude, latitude }) => ({
            name: text,
            value: [longitude, latitude],
            label: { position: side(text, ((longitude - x.low) / (x.high - x.low)) * wide) },
          })),
          label: {
            show: true,
            formatter: '{b}',
            distance: LABEL_DISTANCE,
            color: theme.text,
            fontSize: 12,
            textBorderColor: theme.surface,
            textBorderWidth: 3,
          },
          labelLayout: { hideOverlap: true, moveOverlap: 'shiftY' },
          z: 10,
        },
      ],
    },
  };
}

interface Bounds {
  readonly low: number;
  readonly high: number;
}

function bounds(values: readonly number[]): Bounds {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const room = Math.max((high - low) * ROOM, SMALLEST_SPAN);
  return { low: low - room, high: high + room };
}

function around({ low, high }: Bounds, span: number): Bounds {
  const middle = (low + high) / 2;
  return { low: middle - span / 2, high: middle + span / 2 };
}

function degreeAxis({ low, high }: Bounds, [positive, negative]: readonly [string, string], { theme }: Drawing) {
  return {
    type: 'value',
    min: low,
    max: high,
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: theme.grid } },
    axisLabel: {
      color: theme.muted,
      fontSize: 11,
      showMinLabel: false,
      showMaxLabel: false,
      hideOverlap: true,
      formatter: (value: number) => `${Math.abs(value)}${value < 0 ? negative : positive}`,
    },
  };
}

function tipOf(group: string, hit: unknown, { tip }: Drawing): unknown {
  const { name, seriesName } = hit as { name: string; seriesName: string };
  return tip(name, [[group, seriesName]]);
}
