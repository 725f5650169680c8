import type { EChartsCoreOption } from 'echarts/core';
import type { Format } from '../format.ts';
import type { Theme } from './themes.ts';

/** What a chart is drawn with. */
export interface Drawing {
  readonly theme: Theme;
  readonly format: Format;
  /** Pixels. */
  readonly width: number;
  /** What a chart says in one sentence. */
  readonly summary: string;
  /** The width of a text in the charts' font, in pixels. */
  readonly measure: (text: string) => number;
  /** Makes what is shown beside the pointer, from a title and lines of name and value. */
  readonly tip: (title: string, lines: readonly (readonly [string, string])[]) => unknown;
}

export interface Chart {
  readonly option: EChartsCoreOption;
  readonly height: number;
}
