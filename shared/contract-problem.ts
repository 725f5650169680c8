/** What a stream declares about its rows and their table, as far as the type check sees it: nothing of it is sure at run time. */
export interface ContractDeclaration {
  readonly source: { readonly name: string };
  readonly columns: Readonly<Record<string, { readonly type: string; readonly required?: boolean; readonly formats?: readonly string[] }>>;
  readonly key?: readonly string[];
  readonly write: { readonly mode: string; readonly column?: string };
  readonly expect?: { readonly rows?: { readonly drop?: number }; readonly rejects?: number };
  readonly table: { readonly dataset: string; readonly name: string };
}

const TYPES = ['STRING', 'INT64', 'FLOAT64', 'NUMERIC', 'BOOL', 'DATE', 'DATETIME', 'TIMESTAMP', 'JSON'];
/** https://docs.cloud.google.com/bigquery/docs/datasets#dataset-naming; a table with other characters has to be quoted everywhere. */
const TABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,299}$/;
/** The pipeline's own: its ledger and its stages. */
export const OWN_DATASETS = ['ops', 'ops_stage'];
const PIPELINE = 'pipeline';

/** Says what of a contract cannot mean anything, and what to write; undefined where all of it can. */
export function contractProblem({ source, columns, key = [], write, expect, table }: ContractDeclaration): string | undefined {
  return (
    columnProblem(columns) ??
    requiredProblem('key', key, columns) ??
    (write.column === undefined ? undefined : requiredProblem('write', [write.column], columns)) ??
    shareProblem('expect.rejects', expect?.rejects) ??
    shareProblem('expect.rows.drop', expect?.rows?.drop) ??
    tableProblem(source.name, table)
  );
}

function columnProblem(columns: ContractDeclaration['columns']): string | undefined {
  for (const [name, { type, formats = [] }] of Object.entries(columns)) {
    if (!TYPES.includes(type)) return `column "${name}" has the type "${type}": write ${TYPES.slice(0, -1).join(', ')} or ${TYPES.at(-1)}`;
    const bad = formats.find((format) => !(format.includes('YYYY') && format.includes('M') && format.includes('D')));
    if (bad !== undefined) return `column "${name}" has the format "${bad}", which names no day: write it of YYYY, MM, DD, M, D, HH, mm, ss`;
  }
  return undefined;
}

function requiredProblem(what: string, names: readonly string[], columns: ContractDeclaration['columns']): string | undefined {
  const bad = names.find((name) => columns[name]?.required !== true);
  if (bad === undefined) return undefined;
  return `${what} names "${bad}", which is ${columns[bad] === undefined ? 'none of its columns' : 'no required column: write required: true'}`;
}

function shareProblem(what: string, share: number | undefined): string | undefined {
  return share === undefined || (share >= 0 && share <= 1) ? undefined : `${what} is ${share}: write a share from 0 to 1, 5 % as 0.05`;
}

function tableProblem(source: string, { dataset, name }: ContractDeclaration['table']): string | undefined {
  for (const [what, text] of [
    ['dataset', dataset],
    ['name', name],
  ] as const)
    if (!TABLE_NAME.test(text)) return `table.${what} is "${text}": write letters, digits and _`;
  return OWN_DATASETS.includes(dataset) && source !== PIPELINE ? `table.dataset is "${dataset}", which the pipeline keeps for itself` : undefined;
}
