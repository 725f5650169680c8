import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Graph } from '../../../infra/curated/graph.ts';
import { prepareSources } from '../../../infra/curated/prepare.ts';
import { runModels } from '../../../infra/curated/run.ts';
import { openDuckDbWarehouse } from '../../../infra/local/duckdb-warehouse.ts';
import { renderPage } from '../../../infra/report/page/render.ts';
import { readReport } from '../../../infra/report/read.ts';
import { streams } from '../../../shared/streams/index.ts';
import { reportSources } from '../data/report-sources.ts';
import { measured } from './usage.ts';

/** `<graph file> <orders> <folder>`: fills the loaded tables, builds the models and makes the report of them. */
const [graphFile = '', orders = '0', dir = ''] = process.argv.slice(2);

const graph = JSON.parse(await readFile(graphFile, 'utf8')) as Graph;
const warehouse = await openDuckDbWarehouse({ file: join(dir, 'warehouse.duckdb'), locate: async () => undefined });
await prepareSources(warehouse, streams);
const startedAt = new Date().toISOString();
await warehouse.session(async (session) => {
  for (const statement of reportSources(Number(orders))) await session.run(statement);
  await runModels(session, graph, {
    what: 'run',
    selection: {},
    fullRefresh: true,
    runId: 'bench',
    codeVersion: 'bench',
    startedAt,
    clock: () => 0,
    onStep: () => undefined,
  });
});
const { usage, result: data } = await measured(() => readReport({ warehouse, graph, madeAt: startedAt, isSample: true }));
await warehouse.close();
const page = await renderPage(data);
const tables = Object.entries(data.tables).map(([name, table]) => ({
  name,
  rows: table.rows,
  bytes: JSON.stringify(table).length,
  coarsened: table.coarsened ?? '',
}));
console.log(JSON.stringify({ ...usage, pageBytes: Buffer.byteLength(page), dataBytes: Buffer.byteLength(JSON.stringify(data)), tables }));
