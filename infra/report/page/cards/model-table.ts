import type { GridModel, MapModel, Model, ScatterModel, SeriesModel, TableCell, TableModel } from './model.ts';

/** What a chart shows, as a table; undefined for words. */
export function tableFor(model: Model): TableModel | undefined {
  switch (model.kind) {
    case 'series':
      return seriesTable(model);
    case 'scatter':
      return scatterTable(model);
    case 'grid':
      return gridTable(model);
    case 'map':
      return mapTable(model);
    case 'table':
      return model;
    case 'message':
      return undefined;
  }
}

const textHead = (text: string) => ({ text, isNumber: false });
const numberHead = (text: string) => ({ text, isNumber: true });

function seriesTable({ axis, series, isWhole }: SeriesModel): TableModel {
  const [first] = series;
  const hasShare = isWhole && series.length === 1 && first !== undefined;
  const total = first?.values.reduce<number>((sum, value) => sum + (value ?? 0), 0) ?? 0;
  return {
    kind: 'table',
    head: [
      textHead(axis.label),
      ...series.map(({ label }) => numberHead(label)),
      ...(hasShare ? [numberHead('Share of all')] : []),
      ...(axis.isTime ? [textHead('Completeness')] : []),
    ],
    rows: axis.items.map(({ text, completeness, isGap }, place): readonly TableCell[] => [
      text,
      ...series.map(({ unit, values }) => ({ value: values[place] ?? null, unit })),
      ...(hasShare ? [{ value: total === 0 ? null : (first.values[place] ?? 0) / total, unit: 'percent' as const }] : []),
      ...(axis.isTime ? [isGap ? '' : completeness] : []),
    ]),
  };
}

function scatterTable({ member, group, x, y, size, points }: ScatterModel): TableModel {
  return {
    kind: 'table',
    head: [
      textHead(member),
      ...(group === member ? [] : [textHead(group)]),
      numberHead(x.label),
      numberHead(y.label),
      ...(size === undefined ? [] : [numberHead(size.label)]),
    ],
    rows: points.map((point): readonly TableCell[] => [
      point.text,
      ...(group === member ? [] : [point.group]),
      { value: point.x, unit: x.unit },
      { value: point.y, unit: y.unit },
      ...(size === undefined ? [] : [{ value: point.size, unit: size.unit }]),
    ]),
  };
}

function gridTable({ rowLabel, columns, rows, values, unit }: GridModel): TableModel {
  return {
    kind: 'table',
    head: [textHead(rowLabel), ...columns.map(numberHead)],
    rows: rows.map(({ text }, place) => [text, ...columns.map((_, column) => ({ value: values[place]?.[column] ?? null, unit }))]),
  };
}

function mapTable({ group, points }: MapModel): TableModel {
  return {
    kind: 'table',
    head: [textHead('Store'), textHead(group), textHead('Longitude'), textHead('Latitude')],
    rows: points.map(({ text, group: member, longitude, latitude }) => [text, member, longitude.toFixed(4), latitude.toFixed(4)]),
  };
}
