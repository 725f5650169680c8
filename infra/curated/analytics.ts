import { type Graph, idOf, type Model, type ModelColumn } from './graph.ts';
import { entry, quoted, type SourceFile } from './sources.ts';

/** The file of the views that readers of reports are given. */
export const ANALYTICS_FILE = 'definitions/analytics/views.js';

/** The dataset of these views. */
export const ANALYTICS = 'analytics';

const SHOWN = new Set(['marts', 'metrics']);
const HEAD = '// Written by `npm run models -- sources` from the marts and metrics; a test compares them.\n';

/** One view for each mart and metric, without what is marked `pii`: a text is hashed, and what is marked `hidden` too is null. */
export function analyticsFile(graph: Graph): SourceFile {
  const shown = graph.models.filter(({ target }) => SHOWN.has(target.dataset)).sort((a, b) => (idOf(a.target) < idOf(b.target) ? -1 : 1));
  return { name: ANALYTICS_FILE, text: [HEAD, ...shown.map((model) => viewOf(model, graph))].join('\n') };
}

/** Whether a reader of reports sees a hash in its place. */
export function isHashed({ tags }: ModelColumn): boolean {
  return tags.includes('pii') && !tags.includes('hidden');
}

function viewOf({ target, description, columns }: Model, graph: Graph): string {
  const hashed = columns.filter(isHashed).map(({ name }) => name);
  const hidden = columns.filter((column) => column.tags.includes('hidden')).map(({ name }) => name);
  const critical = graph.assertions
    .filter(({ tags, about }) => tags.includes('critical') && about !== undefined && subjects(graph, idOf(about)).includes(idOf(target)))
    .map(({ target: test }) => test.name)
    .sort();
  return [
    'analytics.view({',
    entry('  ', 'schema', quoted(target.dataset)),
    entry('  ', 'name', quoted(target.name)),
    entry('  ', 'description', quoted(description)),
    '  columns: {',
    ...columns.map((column) => entry('    ', column.name, columnText(column))),
    '  },',
    ...list(
      'keys',
      columns.filter(({ tags }) => tags.includes('key')).map(({ name }) => name),
    ),
    ...list('hashed', hashed),
    ...list('hidden', hidden),
    ...list('dependencies', critical),
    '});\n',
  ].join('\n');
}

function columnText(column: ModelColumn): string {
  const { description, tags } = column;
  if (isHashed(column)) return quoted(`SHA-256 of: ${description}`);
  return quoted(tags.includes('hidden') ? `Always null here: ${description}` : description);
}

/** The model that a test is about; of a snapshot, the one that the snapshot is of. */
function subjects({ models }: Graph, about: string): readonly string[] {
  const model = models.find(({ target }) => idOf(target) === about);
  return model?.tags.includes('snapshots') === true ? model.after.map(idOf) : [about];
}

/** A value a line: a formatter would fill the lines of a long list. */
function list(name: string, values: readonly string[]): readonly string[] {
  const line = `  ${name}: [${values.map(quoted).join(', ')}],`;
  return line.length <= 160 ? [line] : [`  ${name}: [`, ...values.map((value) => `    ${quoted(value)},`), '  ],'];
}
