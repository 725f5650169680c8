import { ANALYTICS } from '../curated/analytics.ts';
import type { Graph, Model } from '../curated/graph.ts';
import { dateTable, monthsSinceFirst } from './date-tables.ts';
import { identityOf } from './identity.ts';
import { modelTables } from './model-tables.ts';
import { PARAMETERS, utcFunction } from './power-query.ts';
import { type Relation, relationsOf } from './relations.ts';
import { annotation, calculatedTable, lineage, viewTable } from './table-objects.ts';
import type { Table } from './tables/table.ts';
import { type TmdlObject, tmdlName, tmdlText } from './tmdl.ts';

/** A file of the project, by its path in it. */
export interface ProjectFile {
  readonly path: string;
  readonly text: string;
}

const COMPATIBILITY = '1600';
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

function relationship({ from, to, isInactive = false }: Relation): TmdlObject {
  const name = identityOf('relationship', from.table, from.column, to.table);
  const isDate = to.column === 'date';
  return {
    type: 'relationship',
    name,
    properties: [
      ...(isInactive ? [['isActive', 'false'] as const] : []),
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

function file(name: string, objects: readonly TmdlObject[]): ProjectFile {
  return { path: `definition/${name}`, text: tmdlText(objects) };
}
