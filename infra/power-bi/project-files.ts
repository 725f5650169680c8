import type { Graph } from '../curated/graph.ts';
import { identityOf } from './identity.ts';
import { modelFiles, type ProjectFile } from './model-files.ts';
import { jsonText, reportFiles } from './report-files.ts';

/** The folder of the project. */
export const POWER_BI_DIR = import.meta.dirname;

const NAME = 'crm';
const SCHEMAS = 'https://developer.microsoft.com/json-schemas/fabric';

/** The folders that hold nothing but written files. */
export const PROJECT_FOLDERS = { model: `${NAME}.SemanticModel`, report: `${NAME}.Report` } as const;

/** Every file of the project that Power BI Desktop opens, by its path in this folder. https://learn.microsoft.com/power-bi/developer/projects/projects-overview */
export function projectFiles(graph: Graph): readonly ProjectFile[] {
  const { model, report } = PROJECT_FOLDERS;
  return [
    json(`${NAME}.pbip`, {
      $schema: `${SCHEMAS}/pbip/pbipProperties/1.0.0/schema.json`,
      version: '1.0',
      artifacts: [{ report: { path: report } }],
      settings: { enableAutoRecovery: true },
    }),
    json(`${model}/definition.pbism`, { $schema: `${SCHEMAS}/item/semanticModel/definitionProperties/1.0.0/schema.json`, version: '4.2', settings: {} }),
    platform(model, 'SemanticModel'),
    ...modelFiles(graph).map(({ path, text }) => ({ path: `${model}/${path}`, text })),
    json(`${report}/definition.pbir`, {
      $schema: `${SCHEMAS}/item/report/definitionProperties/2.0.0/schema.json`,
      version: '4.0',
      datasetReference: { byPath: { path: `../${model}` } },
    }),
    platform(report, 'Report'),
    ...reportFiles().map(({ path, text }) => ({ path: `${report}/${path}`, text })),
  ];
}

/** What a workspace that is kept in Git knows the item by. */
function platform(folder: string, type: 'SemanticModel' | 'Report'): ProjectFile {
  return json(`${folder}/.platform`, {
    $schema: `${SCHEMAS}/gitIntegration/platformProperties/2.0.0/schema.json`,
    metadata: { type, displayName: NAME },
    config: { version: '2.0', logicalId: identityOf('item', type) },
  });
}

function json(path: string, content: Readonly<Record<string, unknown>>): ProjectFile {
  return { path, text: jsonText(content) };
}
