import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  AriaComponent,
  AxisPointerComponent,
  GridComponent,
  LegendComponent,
  LegendScrollComponent,
  MarkAreaComponent,
  TitleComponent,
  TooltipComponent,
} from 'echarts/components';
import { type ECharts, init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';
import { CHART_FONT, type ChartModel, chartOf } from '../drawing/chart-option.ts';
import type { Format } from '../format.ts';
import type { Theme } from '../drawing/themes.ts';
import { element } from './elements.ts';

use([
  ...[BarChart, LineChart, ScatterChart, GridComponent, TooltipComponent, LegendComponent, LegendScrollComponent, TitleComponent],
  ...[AxisPointerComponent, MarkAreaComponent, AriaComponent, LabelLayout, SVGRenderer],
]);

interface Drawn {
  readonly chart: ECharts;
  readonly draw: () => void;
}

/** The charts that are there, by their place, so that they can be drawn anew and taken away. */
const drawn = new Map<HTMLElement, Drawn>();

/** What is the same for all charts at a time. */
export interface Look {
  readonly theme: Theme;
  readonly format: Format;
}

/** Draws a model into its place, which has to be on the page already: its width decides. */
export function drawChart(place: HTMLElement, model: ChartModel, summary: string, look: () => Look): void {
  removeChart(place);
  const chart = init(place, null, { renderer: 'svg', width: place.clientWidth, height: 100 });
  const draw = () => {
    const width = place.clientWidth;
    if (width === 0) return;
    const { option, height } = chartOf(model, { ...look(), width, summary, measure, tip });
    place.style.height = `${height}px`;
    chart.resize({ width, height, silent: true });
    chart.setOption(option, { notMerge: true });
  };
  drawn.set(place, { chart, draw });
  draw();
}

export function removeChart(place: HTMLElement): void {
  drawn.get(place)?.chart.dispose();
  drawn.delete(place);
}

/** Draws every chart within an element anew: its width, or the theme, is another one. */
export function redrawCharts(within: HTMLElement): void {
  for (const [place, { draw }] of drawn) if (within.contains(place)) draw();
}

export function removeCharts(within: HTMLElement): void {
  for (const place of [...drawn.keys()]) if (within.contains(place)) removeChart(place);
}

const pen = document.createElement('canvas').getContext('2d');

function measure(text: string): number {
  if (pen === null) return text.length * ROUGH_LETTER;
  pen.font = `12px ${CHART_FONT}`;
  return pen.measureText(text).width;
}

const ROUGH_LETTER = 8;

function tip(title: string, lines: readonly (readonly [string, string])[]): HTMLElement {
  const rows = lines.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]);
  return element('div', { class: 'tip' }, element('strong', {}, title), element('dl', {}, ...rows));
}
