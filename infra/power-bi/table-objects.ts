import type { Model } from '../curated/graph.ts';
import type { CalculatedTable } from './date-tables.ts';
import { identityOf } from './identity.ts';
import { descriptionOf, formatString, type Measure } from './measures/measure.ts';
import { modelMeasures } from './model-measures.ts';
import { powerQuery } from './power-query.ts';
import type { CalculatedColumn, Table, ViewColumn, WarehouseType } from './tables/table.ts';
import { type Property, type TmdlObject, tmdlName } from './tmdl.ts';

/** NUMERIC is a decimal number, not a fixed one: that has four decimals only. */
const TYPES: Readonly<Record<WarehouseType, string>> = {
  STRING: 'string',
  INT64: 'int64',
  FLOAT64: 'double',
  NUMERIC: 'double',
  BOOL: 'boolean',
  DATE: 'dateTime',
  TIMESTAMP: 'dateTime',
};
const FORMATS: Readonly<Partial<Record<WarehouseType, string>>> = {
  INT64: '0',
  NUMERIC: '#,0.00',
  FLOAT64: '#,0.00##',
  DATE: 'yyyy-mm-dd',
  TIMESTAMP: 'yyyy-mm-dd hh:nn:ss',
};

/** A view with its columns, measures and Power Query. */
export function viewTable(table: Table, view: Model, currency: string): TmdlObject {
  const { name, columns, added = {}, calculated = {} } = table;
  const described = new Map(view.columns.map((column) => [column.name, column.description]));
  return {
    type: 'table',
    name,
    description: view.description,
    properties: [lineage('table', name)],
    children: [
      ...modelMeasures.filter((measure) => measure.table === name).map((measure) => measureObject(measure, currency)),
      ...Object.entries(columns).map(([column, declared]) => viewColumn(name, column, declared, described.get(column))),
      ...Object.entries(added).map(([column, { type, description }]) => viewColumn(name, column, { type, isHidden: true }, description)),
      ...Object.entries(calculated).map(([column, declared]) => calculatedColumn(name, column, declared)),
      {
        type: 'partition',
        name,
        expression: 'm',
        properties: [
          ['mode', 'import'],
          ['source', { expression: powerQuery(table) }],
        ],
      },
      annotation('PBI_ResultType', 'Table'),
    ],
  };
}

function measureObject(measure: Measure, currency: string): TmdlObject {
  const { name, dax, folder, format, replaces = [] } = measure;
  const string = formatString(format, currency);
  return {
    type: 'measure',
    name,
    description: descriptionOf(measure),
    expression: dax,
    properties: [...(string === undefined ? [] : [['formatString', string] as const]), ['displayFolder', folder], lineage('measure', name)],
    children: replaces.length === 0 ? [] : [annotation('Replaces', replaces.join('; '))],
  };
}

function viewColumn(table: string, name: string, { type, isHidden, sortedBy, place }: ViewColumn, description: string | undefined): TmdlObject {
  if (description === undefined) throw new Error(`${table}: the view has no column ${name}: change the tables of infra/power-bi`);
  return {
    type: 'column',
    name,
    description,
    properties: [
      ['dataType', TYPES[type]],
      ...columnProperties(table, name, { isHidden, format: FORMATS[type], place }),
      ['sourceColumn', tmdlName(name)],
      ...order(sortedBy),
    ],
    children: [annotation('SummarizationSetBy', 'User'), ...dateHint(type)],
  };
}

function calculatedColumn(table: string, name: string, { type, description, dax, format, isHidden, sortedBy }: CalculatedColumn): TmdlObject {
  return {
    type: 'column',
    name,
    description,
    expression: dax,
    properties: [['dataType', TYPES[type]], ...columnProperties(table, name, { isHidden, format }), ...order(sortedBy)],
    children: [annotation('SummarizationSetBy', 'User'), ...dateHint(type)],
  };
}

interface Looks {
  readonly isHidden?: boolean | undefined;
  readonly format: string | undefined;
  readonly place?: string | undefined;
}

/** No column is added up by itself: figures are measures. */
function columnProperties(table: string, name: string, { isHidden, format, place }: Looks): readonly Property[] {
  return [
    ...(isHidden === true ? [['isHidden', true] as const] : []),
    ...(format === undefined ? [] : [['formatString', format] as const]),
    lineage('column', table, name),
    ...(place === undefined ? [] : [['dataCategory', place] as const]),
    ['summarizeBy', 'none'],
  ];
}

function order(sortedBy: string | undefined): readonly Property[] {
  return sortedBy === undefined ? [] : [['sortByColumn', tmdlName(sortedBy)]];
}

/** A table that is worked out in the model. */
export function calculatedTable({ name, description, dax, column, calculated, isDates }: CalculatedTable): TmdlObject {
  return {
    type: 'table',
    name,
    description,
    properties: [lineage('table', name), ...(isDates === true ? [['dataCategory', 'Time'] as const] : [])],
    children: [
      {
        type: 'column',
        name: column.name,
        description: column.description,
        properties: [
          ['dataType', TYPES[column.type]],
          ...(isDates === true ? [['isKey', true] as const] : []),
          ...columnProperties(name, column.name, { format: FORMATS[column.type] }),
          ['sourceColumn', `[${column.madeAs}]`],
        ],
        children: [annotation('SummarizationSetBy', 'User')],
      },
      ...Object.entries(calculated).map(([own, declared]) => calculatedColumn(name, own, declared)),
      {
        type: 'partition',
        name,
        expression: 'calculated',
        properties: [
          ['mode', 'import'],
          ['source', { expression: dax }],
        ],
      },
    ],
  };
}

function dateHint(type: WarehouseType): readonly TmdlObject[] {
  return type === 'DATE' ? [annotation('UnderlyingDateTimeDataType', 'Date')] : [];
}

/** What other tools read of an object. */
export function annotation(name: string, value: string): TmdlObject {
  return { type: 'annotation', name, expression: value };
}

/** The identity of an object, from its names. */
export function lineage(...names: readonly string[]): Property {
  return ['lineageTag', identityOf(...names)];
}
