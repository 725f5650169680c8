import { legend, tooltip, valueAxis } from './axes.ts';
import { barSeries, barText } from './bar-series.ts';
import type { Chart, Drawing } from './drawing.ts';
import { lineSeries } from './line-series.ts';
import { isOpen, type Series, type SeriesModel } from '../cards/model.ts';
import { wrapped } from './wrapped.ts';

const TIME_HEIGHTS = { wide: 240, narrow: 200 };
const WIDE = 720;
const PANEL_HEIGHT = 150;
const PANEL_GAP = 44;
const BAR_ROW = 30;
const TITLE = 28;
const LEGEND = 36;
const LABEL_MOST = 170;
const FEW_ITEMS = 16;
/** Titles are bold: so much wider than what is measured. */
const BOLD = 1.12;
const TITLE_LINE = 16;

/** Bars and lines: along time upwards, of members across. */
export function seriesOption(model: SeriesModel, drawing: Drawing): Chart {
  const panels = model.layout === 'panels' ? model.series.map((series) => [series]) : [model.series];
  return model.axis.isTime ? upwards(model, panels, drawing) : across(model, panels, drawing);
}

function upwards(model: SeriesModel, panels: readonly (readonly Series[])[], drawing: Drawing): Chart {
  const { items } = model.axis;
  const isMarked = items.length <= FEW_ITEMS && items.some(isOpen);
  const below = isMarked ? 44 : 28;
  const hasLegend = model.layout !== 'panels' && model.series.length > 1;
  const head = hasLegend ? LEGEND : panels.length > 1 ? TITLE : 12;
  const plot = panels.length > 1 ? PANEL_HEIGHT : TIME_HEIGHTS[drawing.width < WIDE ? 'narrow' : 'wide'];
  const tops = panels.map((_, place) => head + place * (plot + PANEL_GAP));
  const height = head + panels.length * plot + (panels.length - 1) * PANEL_GAP + below;
  return {
    height,
    option: {
      ...framed(model, panels, drawing, hasLegend),
      title:
        panels.length > 1 ? panels.map(([series], place) => panelTitle(titleOf(series, drawing), drawing, { left: 0, top: (tops[place] ?? 0) - TITLE })) : [],
      grid: tops.map((top) => ({ left: 60, right: model.shape === 'line' ? 36 : 16, top, height: plot, outerBoundsMode: 'none' })),
      xAxis: panels.map((_, place) => categoryAxis(model, drawing, { gridIndex: place, isLast: place === panels.length - 1, isMarked })),
      yAxis: panels.map((series, place) => valuesOf(model, series, drawing, { gridIndex: place })),
      series: panels.flatMap((series, place) => series.map((one) => drawn(model, one, drawing, { xAxisIndex: place, yAxisIndex: place }))),
    },
  };
}

function across(model: SeriesModel, panels: readonly (readonly Series[])[], drawing: Drawing): Chart {
  const { items } = model.axis;
  const hasLegend = model.layout !== 'panels' && model.series.length > 1;
  const most = Math.min(LABEL_MOST, Math.round(drawing.width * 0.34));
  const label = Math.min(most, Math.max(...items.map(({ text }) => drawing.measure(text)), 32) + 14);
  const room = model.layout === 'share' ? 16 : Math.max(...panels.flat().map((series) => roomFor(model, series, drawing))) + 20;
  const perRow = model.layout === 'plain' ? BAR_ROW * Math.max(1, model.series.length * 0.7) : BAR_ROW;
  const axis = model.layout === 'share' ? 26 : 4;
  const plot = Math.max(1, items.length) * perRow;
  const wide = (drawing.width - label) / panels.length - room;
  const titles = panels.length > 1 ? panels.map(([series]) => wrapped(titleOf(series, drawing), (wide + room - 8) / BOLD, drawing.measure, 3)) : [];
  const head = hasLegend ? LEGEND : panels.length > 1 ? TITLE + (Math.max(...titles.map(({ length }) => length)) - 1) * TITLE_LINE : 4;
  return {
    height: Math.round(head + plot + axis),
    option: {
      ...framed(model, panels, drawing, hasLegend),
      title: titles.map((lines, place) => panelTitle(lines.join('\n'), drawing, { left: label + place * (wide + room), top: 0 })),
      grid: panels.map((_, place) => ({ left: label + place * (wide + room), width: Math.max(24, wide), top: head, height: plot, outerBoundsMode: 'none' })),
      yAxis: panels.map((_, place) => memberAxis(model, drawing, place, label - 10)),
      xAxis: panels.map((series, place) =>
        valuesOf(model, series, drawing, {
          gridIndex: place,
          show: model.layout === 'share',
          splitLine: { show: model.layout === 'share', lineStyle: { color: drawing.theme.grid } },
        }),
      ),
      series: panels.flatMap((series, place) => series.map((one) => drawn(model, one, drawing, { xAxisIndex: place, yAxisIndex: place }))),
    },
  };
}

/** What all have: the tip over all series of a place, and the legend. */
function framed(model: SeriesModel, panels: readonly (readonly Series[])[], drawing: Drawing, hasLegend: boolean) {
  const isBar = model.shape === 'bar';
  return {
    tooltip: {
      ...tooltip(drawing),
      trigger: 'axis',
      axisPointer: { type: isBar ? 'shadow' : 'line' },
      formatter: (hit: unknown) => tipOf(model, hit, drawing),
    },
    axisPointer: {
      link: [{ xAxisIndex: panels.map((_, place) => place) }],
      lineStyle: { color: drawing.theme.muted },
      shadowStyle: { color: drawing.theme.text, opacity: 0.06 },
    },
    legend: hasLegend
      ? legend(
          drawing,
          model.series.map(({ label }) => label),
        )
      : { show: false },
  };
}

function tipOf({ axis, series, layout, isWhole }: SeriesModel, hit: unknown, { format, tip }: Drawing): unknown {
  const [first] = Array.isArray(hit) ? (hit as readonly { dataIndex: number }[]) : [];
  const place = first?.dataIndex ?? 0;
  const item = axis.items[place];
  if (item === undefined) return '';
  if (item.isGap) return tip(item.text, []);
  const hasShare = layout === 'share' || layout === 'stack' || isWhole;
  const totals =
    series.length > 1
      ? series.reduce((sum, { values }) => sum + (values[place] ?? 0), 0)
      : (series[0]?.values.reduce<number>((sum, value) => sum + (value ?? 0), 0) ?? 0);
  const lines = series.map(({ label, unit, values }): readonly [string, string] => {
    const value = values[place] ?? null;
    return [label, `${format.exact(value, unit)}${hasShare && totals > 0 && value !== null ? ` (${format.short(value / totals, 'percent')})` : ''}`];
  });
  return tip(isOpen(item) ? `${item.text}, ${item.completeness}` : item.text, lines);
}

function titleOf(series: Series | undefined, { format }: Drawing): string {
  if (series === undefined) return '';
  const unit = format.unit(series.unit);
  return unit === '' ? series.label : `${series.label}, ${unit}`;
}

function panelTitle(text: string, { theme }: Drawing, place: { left: number; top: number }) {
  return { text, ...place, padding: [2, 0], textStyle: { color: theme.muted, fontSize: 12, fontWeight: 600, lineHeight: TITLE_LINE } };
}

function categoryAxis(
  { axis, shape }: SeriesModel,
  { theme }: Drawing,
  { gridIndex, isLast, isMarked }: { gridIndex: number; isLast: boolean; isMarked: boolean },
) {
  const { items } = axis;
  return {
    type: 'category',
    gridIndex,
    boundaryGap: shape === 'bar',
    data: items.map(({ text, isGap }) => (isGap ? '⋯' : text)),
    axisLine: { lineStyle: { color: theme.line } },
    axisTick: { show: false },
    axisLabel: {
      show: isLast,
      color: theme.muted,
      fontSize: 11,
      hideOverlap: true,
      lineHeight: 15,
      formatter: (text: string, place: number) => {
        const item = items[place];
        const short = axis.label === 'Day' ? text.replace(/ \d{4}$/, (year) => (place === 0 || text.startsWith('1 Jan') ? year : '')) : text;
        return isMarked && item !== undefined && isOpen(item) ? `${short}\n${item.completeness}` : short;
      },
    },
  };
}

function memberAxis({ axis }: SeriesModel, { theme, measure }: Drawing, gridIndex: number, width: number) {
  return {
    type: 'category',
    gridIndex,
    inverse: true,
    data: axis.items.map(({ text }) => text),
    axisLine: { lineStyle: { color: theme.line } },
    axisTick: { show: false },
    axisLabel: {
      show: gridIndex === 0,
      interval: 0,
      color: theme.text,
      fontSize: 12,
      lineHeight: 13,
      width,
      overflow: 'truncate',
      ellipsis: '…',
      formatter: (text: string) => wrapped(text, width, measure, 2).join('\n'),
    },
  };
}

function valuesOf({ layout }: SeriesModel, series: readonly Series[], drawing: Drawing, more: Record<string, unknown>) {
  const unit = layout === 'share' ? 'percent' : (series[0]?.unit ?? 'count');
  return valueAxis(drawing, unit, layout === 'share' ? { ...more, max: 1, interval: 0.25 } : more);
}

function drawn(model: SeriesModel, series: Series, drawing: Drawing, axes: { xAxisIndex: number; yAxisIndex: number }) {
  return model.shape === 'line' ? lineSeries(model, series, drawing, axes) : barSeries(model, series, drawing, axes);
}

/** The width of the longest text beside a bar. */
function roomFor(model: SeriesModel, series: Series, drawing: Drawing): number {
  return Math.max(0, ...series.values.map((_, place) => drawing.measure(barText(model, series, place, drawing))));
}
