import type { Chart, Drawing } from './drawing.ts';
import { mapOption } from './map-option.ts';
import type { MapModel, ScatterModel, SeriesModel } from '../cards/model.ts';
import { scatterOption } from './scatter-option.ts';
import { seriesOption } from './series-option.ts';

export type ChartModel = SeriesModel | ScatterModel | MapModel;

export const CHART_FONT = 'system-ui, sans-serif';

/** What ECharts draws of a model. */
export function chartOf(model: ChartModel, drawing: Drawing): Chart {
  const { option, height } = partsOf(model, drawing);
  const { theme, summary } = drawing;
  return {
    height,
    option: {
      // A figure is there at once, and a picture of it never half-way.
      animation: false,
      color: [...theme.series],
      textStyle: { fontFamily: CHART_FONT, fontSize: 12, color: theme.text },
      aria: { enabled: true, label: { description: summary } },
      ...option,
    },
  };
}

function partsOf(model: ChartModel, drawing: Drawing): Chart {
  switch (model.kind) {
    case 'series':
      return seriesOption(model, drawing);
    case 'scatter':
      return scatterOption(model, drawing);
    case 'map':
      return mapOption(model, drawing);
  }
}
