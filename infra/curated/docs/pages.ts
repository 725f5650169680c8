import type { Stream } from '../../../shared/stream.ts';
import type { Graph } from '../graph.ts';
import { dbtPage } from './dbt-page.ts';
import { dictionaryPage } from './dictionary-page.ts';
import { exposuresPage } from './exposures-page.ts';
import { lineagePage } from './lineage-page.ts';
import { joined, type Page } from './markdown.ts';
import { metricsPage } from './metrics-page.ts';
import { testsPage } from './tests-page.ts';

/** The documentation of the curated layer, from the compiled models and the streams; the first page leads to the others. */
export function documentation(graph: Graph, streams: readonly Stream[]): readonly Page[] {
  const pages = [dictionaryPage(graph, streams), metricsPage(graph), lineagePage(graph, streams), testsPage(graph), exposuresPage(), dbtPage()];
  return [firstPage(pages, graph, streams), ...pages];
}

function firstPage(pages: readonly Page[], { models, assertions }: Graph, streams: readonly Stream[]): Page {
  const count = (dataset: string) => models.filter(({ target }) => target.dataset === dataset).length;
  return {
    file: 'README.md',
    title: 'The curated layer',
    about: 'Where to find what.',
    text: joined(
      '# The curated layer',
      `${streams.length} streams are loaded; ${count('staging')} views name their columns, ${count('marts')} marts join them, ${count('metrics')} tables hold the figures, and ${assertions.length} tests watch over them. These pages are written by \`npm run docs\` from the streams, the compiled models and the catalogue: they are as current as the code that wrote them.`,
      pages.map(({ file, title, about }) => `- [${title}](${file}): ${about}`).join('\n'),
    ),
  };
}
