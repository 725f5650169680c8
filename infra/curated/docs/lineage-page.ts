import type { Stream } from '../../../shared/stream.ts';
import { type Graph, idOf, type Model } from '../graph.ts';
import { isModel, inOrder } from '../order.ts';
import { code, joined, type Page } from './markdown.ts';

const RAW = 'raw object';

/** For each figure's table, the way from the raw object to it. */
export function lineagePage(graph: Graph, streams: readonly Stream[]): Page {
  const metrics = graph.models.filter(({ target }) => target.dataset === 'metrics');
  const streamOf = new Map(streams.map((stream) => [`${stream.table.dataset}.${stream.table.name}`, stream.id]));
  return {
    file: 'lineage.md',
    title: 'Lineage',
    about: 'From the raw object to each figure, as pictures.',
    text: joined(
      '# Lineage',
      `A ${RAW} is what a source said, byte for byte, at \`<source>/<stream>/<date>/<run>\`; transform makes rows of it, load puts them into the table that the picture shows, and models do the rest. Which ${RAW} a row of a loaded table comes from stands in its \`_raw_object\`.`,
      ...metrics.map((metric) => section(metric, graph, streamOf)),
    ),
  };
}

function section(metric: Model, graph: Graph, streamOf: ReadonlyMap<string, string>): string {
  const edges = edgesTo(metric, graph);
  const names = [...new Set(edges.flat())];
  const nodes = names.map((id) => node(id, graph, streamOf));
  const raw = names.flatMap((id) => {
    const stream = streamOf.get(id);
    return stream === undefined ? [] : [`  raw_${safe(id)}[/"${stream}/…"/] --> ${safe(id)}`];
  });
  const arrows = edges.map(([from, to]) => `  ${safe(from)} --> ${safe(to)}`);
  return joined(`## ${metric.target.name}`, ['```mermaid', 'flowchart LR', ...raw, ...nodes, ...arrows, '```'].join('\n'), direct(metric, graph)).trimEnd();
}

function direct({ after }: Model, graph: Graph): string {
  const read = after.filter((target) => isTable(idOf(target), graph)).map((target) => code(idOf(target)));
  return `Reads ${read.join(', ')}.`;
}

/** Which table is made of which, up to the metric; each pair once. */
function edgesTo(metric: Model, graph: Graph): readonly (readonly [string, string])[] {
  const needed = new Set([idOf(metric.target)]);
  const models = inOrder(graph).filter(isModel).toReversed();
  return models.flatMap((model) => {
    const id = idOf(model.target);
    if (!needed.has(id)) return [];
    const read = [...new Set(model.after.map(idOf))].filter((from) => isTable(from, graph));
    for (const from of read) needed.add(from);
    return read.map((from) => [from, id] as const);
  });
}

function isTable(id: string, { models, sources }: Graph): boolean {
  return [...models, ...sources].some(({ target }) => idOf(target) === id);
}

function node(id: string, { sources }: Graph, streamOf: ReadonlyMap<string, string>): string {
  const isLoaded = streamOf.has(id) || sources.some(({ target }) => idOf(target) === id);
  return isLoaded ? `  ${safe(id)}[("${id}")]` : `  ${safe(id)}["${id}"]`;
}

function safe(id: string): string {
  return id.replaceAll(/\W/g, '_');
}
