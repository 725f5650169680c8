import type { Table, WarehouseType } from './tables/table.ts';

/** The parameters that whoever opens the project gives. */
export const PARAMETERS = {
  project: { name: 'Project', value: 'my-project', description: 'Google Cloud project that holds the views, and pays for reading them' },
  dataset: { name: 'Dataset', value: 'analytics', description: 'Dataset of the views' },
} as const;

const UTC = 'Utc';
const M_TYPES: Readonly<Partial<Record<WarehouseType, string>>> = { INT64: 'Int64.Type', DATE: 'type date' };

/** A function of Power Query: BigQuery's TIMESTAMP may come with a zone, which a model has no type for. */
export const utcFunction = {
  name: UTC,
  description: 'A moment in UTC, without its zone; null stays null',
  m: '(moment as any) as nullable datetime => if moment = null then null else if moment is datetimezone then DateTimeZone.RemoveZone(DateTimeZone.ToUtc(moment)) else DateTime.From(moment)',
};

/**
 * Power Query's M for a table: the view, by name, without the rows and columns that nobody needs; both become SQL that BigQuery runs.
 * https://learn.microsoft.com/power-query/connectors/google-bigquery
 */
export function powerQuery({ view, columns, without, added = {} }: Table): string {
  const names = Object.keys(columns);
  const instants = names.filter((name) => columns[name]?.type === 'TIMESTAMP');
  const steps: string[] = [
    `Source = GoogleBigQuery.Database([BillingProject = ${PARAMETERS.project.name}])`,
    `Views = Source{[Name = ${PARAMETERS.project.name}]}[Data]{[Name = ${PARAMETERS.dataset.name}]}[Data]`,
    `View = Views{[Name = "${view}"]}[Data]`,
  ];
  let last = 'View';
  const step = (name: string, m: string) => {
    steps.push(`${name} = ${m}`);
    last = name;
  };
  if (without !== undefined) step('Rows', `Table.SelectRows(${last}, each [${without}] = false)`);
  step('Columns', `Table.SelectColumns(${last}, {${names.map((name) => `"${name}"`).join(', ')}})`);
  if (instants.length > 0) step('Moments', `Table.TransformColumns(${last}, {${instants.map((name) => `{"${name}", ${UTC}, type datetime}`).join(', ')}})`);
  for (const [name, { m, type }] of Object.entries(added)) step(name, `Table.AddColumn(${last}, "${name}", each ${m}, ${M_TYPES[type] ?? 'type any'})`);
  return ['let', ...steps.map((text, index) => `    ${text}${index === steps.length - 1 ? '' : ','}`), 'in', `    ${last}`].join('\n');
}
