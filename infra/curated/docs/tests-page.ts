import { type Assertion, type Graph, idOf, type Model } from '../graph.ts';
import { code, joined, type Page, table } from './markdown.ts';

/** The tests of each model. */
export function testsPage(graph: Graph): Page {
  const models = graph.models.filter(({ target }) => target.dataset !== 'analytics' && target.dataset !== 'snapshots');
  const untested = models.filter((model) => testsOf(model, graph).length === 0 && unitsOf(model, graph).length === 0);
  return {
    file: 'tests.md',
    title: 'Tests',
    about: 'What each model is tested for, and what stops what depends on it.',
    text: joined(
      '# Tests',
      'A test is a query whose rows are failures: a view in `model_tests`, on DuckDB only while there are any. Where a **critical** one fails, what depends on its model is not built. A unit test gives a model rows and names the rows that must come of them.',
      `${graph.assertions.length} tests, ${graph.assertions.filter(({ tags }) => tags.includes('critical')).length} of them critical, and ${graph.unitTests.length} unit tests.`,
      ...models.filter((model) => !untested.includes(model)).map((model) => section(model, graph)),
      untested.length === 0 ? '' : joined('## Without a test of their own', untested.map(({ target }) => `- ${code(idOf(target))}`).join('\n')).trimEnd(),
    ),
  };
}

function section(model: Model, graph: Graph): string {
  const rows = testsOf(model, graph).map(({ target, tags }) => [code(target.name), tags.includes('critical') ? 'critical' : '']);
  const units = unitsOf(model, graph).map((name) => [code(name), 'unit test']);
  return joined(`## ${idOf(model.target)}`, table(['test', 'kind'], [...rows, ...units])).trimEnd();
}

/** Those about the model, and those about a snapshot of it. */
function testsOf({ target }: Model, { models, assertions }: Graph): readonly Assertion[] {
  const snapshots = models.filter(({ tags, after }) => tags.includes('snapshots') && after.some((read) => idOf(read) === idOf(target)));
  const ids = new Set([target, ...snapshots.map((snapshot) => snapshot.target)].map(idOf));
  return assertions.filter(({ about }) => about !== undefined && ids.has(idOf(about)));
}

function unitsOf({ target }: Model, { unitTests }: Graph): readonly string[] {
  return unitTests.filter(({ name }) => name === `unit_${target.name}` || name.startsWith(`unit_${target.name}_`)).map(({ name }) => name);
}
