import { catalogue } from '../curated/docs/catalogue.ts';
import type { Graph } from '../curated/graph.ts';
import { columnsRead, type PageTable } from './page-table.ts';
import type { Definition } from './report-data.ts';

const SHOWN = new Set(['marts', 'metrics']);

/** What each column of a table that the page reads, or works out from others, means: the description of its model, and of a figure what the metric catalogue adds. */
export function definitionsOf(table: PageTable, { models }: Graph): Readonly<Record<string, Definition>> {
  const model = models.find(({ target }) => target.name === table.name && SHOWN.has(target.dataset));
  const described = new Map(model?.columns.map(({ name, description }) => [name, description]));
  const figures = catalogue[table.name]?.figures ?? {};
  return Object.fromEntries(
    [...new Set([...columnsRead(table), ...Object.keys(figures)])].map((name) => [
      name,
      { description: described.get(name) ?? '', ...(figures[name] ?? { unit: '' }) },
    ]),
  );
}
