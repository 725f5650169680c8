import { ANALYTICS } from '../curated/analytics.ts';
import type { Graph, Model } from '../curated/graph.ts';
import { type CalculatedTable, dateTable, monthsSinceFirst } from './date-tables.ts';
import { identityOf } from './identity.ts';
import { descriptionOf, formatString, type Measure } from './measures/measure.ts';
import { modelMeasures } from './model-measures.ts';
import { modelTables } from './model-tables.ts';
import { PARAMETERS, powerQuery, utcFunction } from './power-query.ts';
import { relationsOf } from './relations.ts';
import type { CalculatedColumn, Table, ViewColumn, WarehouseType } from './tables/table.ts';
import { type Property, type TmdlObject, tmdlName, tmdlText } from './tmdl.ts';

/** A file of the project, by its path in it. */
export interface ProjectFile {
  readonly path: string;
  readonly text: string;
}

const COMPATIBILITY = '1600';
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

/** The semantic model as TMDL: its tables with columns, measures and sources, and how they are related. */
export function modelFiles(graph: Graph): readonly ProjectFile[] {
  const calculated = [dateTable(modelTables), monthsSinceFirst];
  const tables = [
    ...calculated.map((table) => calculatedTable(table)),
    ...modelTables.map((table) => viewTable(table, viewOf(graph, table), graph.vars['reportingCurrency'] ?? '')),
  ];
  return [
    file('database.tmdl', [{ type: 'database', properties: [['compatibilityLevel', COMPATIBILITY]] }]),
    file('model.tmdl', [modelObject(), annotation('__PBI_TimeIntelligenceEnabled', '0'), ...tables.map(({ name = '' }) => ({ type: 'ref table', name }))]),
    file('expressions.tmdl', expressions()),
    file('relationships.tmdl', relationsOf(graph).map(relationship)),
    ...tables.map((table) => file(`tables/${table.name}.tmdl`, [table])),
  ];
}

function relationship({ from, to }: ReturnType<typeof relationsOf>[number]): TmdlObject {
  const name = identityOf('relationship', from.table, from.column, to.table);
  const isDate = to.column === 'date';
  return {
    type: 'relationship',
    name,
    properties: [
      ...(isDate ? [['joinOnDateBehavior', 'datePartOnly'] as const] : []),
      ['fromColumn', `${tmdlName(from.table)}.${tmdlName(from.column)}`],
      ['toColumn', `${tmdlName(to.table)}.${tmdlName(to.column)}`],
    ],
  };
}

function viewOf(graph: Graph, { view }: Table): Model {
  const found = graph.models.find(({ target }) => target.dataset === ANALYTICS && target.name === view);
  if (found === undefined) throw new Error(`there is no view ${ANALYTICS}.${view}: change the tables of infra/power-bi`);
  return found;
}

function modelObject(): TmdlObject {
  return {
    type: 'model',
    name: 'Model',
    properties: [
      ['culture', 'en-GB'],
      ['defaultPowerBIDataSourceVersion', 'powerBI_V3'],
      ['discourageImplicitMeasures', true],
      ['sourceQueryCulture', 'en-GB'],
    ],
  };
}

function expressions(): readonly TmdlObject[] {
  const parameters = Object.values(PARAMETERS).map(({ name, value, description }) => ({
    type: 'expression',
    name,
    description,
    expression: `"${value}" meta [IsParameterQuery=true, Type="Text", IsParameterQueryRequired=true]`,
    properties: [lineage('expression', name)],
    children: [annotation('PBI_ResultType', 'Text')],
  }));
  const { name, description, m } = utcFunction;
  return [
    ...parameters,
    { type: 'expression', name, description, expression: m, properties: [lineage('expression', name)], children: [annotation('PBI_ResultType', 'Function')] },
  ];
}

function viewTable(table: Table, view: Model, currency: string): TmdlObject {
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

function calculatedTable({ name, description, dax, column, calculated, isDates }: CalculatedTable): TmdlObject {
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

function annotation(name: string, value: string): TmdlObject {
  return { type: 'annotation', name, expression: value };
}

function lineage(...names: readonly string[]): Property {
  return ['lineageTag', identityOf(...names)];
}

function file(name: string, objects: readonly TmdlObject[]): ProjectFile {
  return { path: `definition/${name}`, text: tmdlText(objects) };
}
