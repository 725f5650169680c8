import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { builtInStreams } from '../../../shared/streams/index.ts';
import { ANALYTICS_FILE, analyticsFile } from '../../curated/analytics.ts';
import { compileModels, DATAFORM_DIR } from '../../curated/compile.ts';
import type { Graph } from '../../curated/graph.ts';
import type { Selection } from '../../curated/order.ts';
import { isFailure } from '../../curated/run.ts';
import { SOURCES_FOLDER, writtenFiles } from '../../curated/sources.ts';
import { POWER_BI_DIR, PROJECT_FOLDERS, projectFiles } from '../../power-bi/project-files.ts';
import { UsageError } from '../cli-error.ts';
import { deployed } from '../deployed.ts';
import { listing, modelsReport, modelsSummary, runModelsOf, stepLine } from '../models.ts';
import { flag, optional, repeated, text, word } from '../parameter.ts';
import { table } from '../table.ts';
import { type Context, defineVerb } from '../verb.ts';

export const models = defineVerb({
  name: 'models',
  summary: 'Builds the curated tables from the loaded ones, and tests them',
  details:
    'run: builds views, tables and what is new of incremental tables in order, and tests each; test: unit tests, and the tests of what\n' +
    'is built; list: what there is; sources: writes anew what follows from streams and models: declarations, analytics views, Power BI.\n' +
    'What depends on a failed critical test is not built. Exit 1 where one failed or something could not be built; ops.model_runs tells.',
  examples: ['npm run models', 'npm run models -- run --select dim_stores+', 'npm run models -- test --tags critical'],
  operands: { what: optional('run|test|list|sources', 'What to do (default run)', word('run', 'test', 'list', 'sources')) },
  options: {
    select: repeated('<model>', 'This model with its tests; <model>+ with what depends on it, +<model> with what it needs', text),
    tags: repeated('<tag>', 'Only what has the tag: critical, staging, marts, metrics, analytics', text),
    'full-refresh': flag('Builds incremental tables anew'),
    json: flag('One JSON object on the last line of stdout (of list, one array); everything else goes to stderr'),
  },
  state: 'new',
  onCloud: false,
  async check({ what = 'run', select, tags, 'full-refresh': fullRefresh, json }) {
    if (fullRefresh && what !== 'run') throw new UsageError('--full-refresh goes with run');
    const choice = select.length > 0 ? '--select' : tags.length > 0 ? '--tags' : json ? '--json' : undefined;
    if (what === 'sources' && choice !== undefined) throw new UsageError(`${choice} does not go with sources`);
  },
  async run(context, { what = 'run', select, tags, 'full-refresh': fullRefresh, json }) {
    if (what === 'sources') return await writeFiles(context);
    const graph = await compileModels();
    const selection = { names: select, tags };
    if (what === 'list') return list(context, graph, selection, json);
    const say = json ? context.err : context.out;
    const steps = await runModelsOf(await context.pipeline(), graph, { what, selection, fullRefresh, onStep: (step) => say(stepLine(step)) });
    say('');
    for (const line of modelsSummary(steps, context)) say(line);
    if (json) context.out(JSON.stringify(modelsReport(steps)));
    return isFailure(steps) ? 1 : 0;
  },
});

function list({ out }: Context, graph: Graph, selection: Selection, json: boolean): number {
  const rows = listing(graph, selection);
  if (json) out(JSON.stringify(rows));
  else
    out(
      table(
        ['name', 'kind', 'tags', 'about'],
        rows.map(({ name, kind, tags, about }) => [name, kind, tags.join(', '), about]),
      ),
    );
  return 0;
}

async function writeFiles({ out }: Context): Promise<number> {
  for (const folder of [SOURCES_FOLDER, dirname(ANALYTICS_FILE)]) await rm(join(DATAFORM_DIR, folder), { recursive: true, force: true });
  for (const { name, text: content } of writtenFiles(deployed.streams, builtInStreams)) await write(join(DATAFORM_DIR, name), content);
  // Views of what the rest of the project makes, so that a view of yesterday's table stops nothing.
  const { name, text: views } = analyticsFile(await compileModels());
  await write(join(DATAFORM_DIR, name), views);
  const project = projectFiles(await compileModels());
  for (const folder of Object.values(PROJECT_FOLDERS)) await rm(join(POWER_BI_DIR, folder), { recursive: true, force: true });
  for (const { path, text: content } of project) await write(join(POWER_BI_DIR, path), content, () => undefined);
  out(`written: ${POWER_BI_DIR}, ${project.length} files`);
  return 0;

  async function write(path: string, content: string, say = out): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    say(`written: ${path}`);
  }
}
