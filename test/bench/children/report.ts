import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Graph } from '../../../infra/curated/graph.ts';
import { prepareSources } from '../../../infra/curated/prepare.ts';
import { runModels } from '../../../infra/curated/run.ts';
import { openDuckDbWarehouse } from '../../../infra/local/duckdb-warehouse.ts';
import { renderPage } from '../../../infra/report/page/render.ts';
import { readReport } from '../../../infra/report/read.ts';
import { streams } from '../../../shared/streams/index.ts';
import { hasBrowser, openPage, startBrowser } from '../../browser/chromium.ts';
import { reportSources } from '../data/report-sources.ts';
import { measured } from './usage.ts';

const TIMES_OPENED = 5;

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
const file = join(dir, 'index.html');
await writeFile(file, page);
console.log(
  JSON.stringify({ ...usage, pageBytes: Buffer.byteLength(page), dataBytes: Buffer.byteLength(JSON.stringify(data)), openedMs: await openedMs(file), tables }),
);

/** Milliseconds from the start of opening the page in a browser that runs already to its first frame with figures, each time anew; none where there is no browser. */
async function openedMs(file: string): Promise<readonly number[]> {
  if (!(await hasBrowser())) return [];
  const browser = await startBrowser();
  try {
    const times: number[] = [];
    for (let time = 0; time < TIMES_OPENED; time += 1) {
      const { page, close } = await openPage(browser, file);
      times.push(
        await page.evaluate<number>(`new Promise((done) => {
        const drawn = () => performance.getEntriesByName('drawn')[0];
        const look = () => (drawn() === undefined ? requestAnimationFrame(look) : done(drawn().startTime));
        look();
      })`),
      );
      await close();
    }
    return times;
  } finally {
    await browser.close();
  }
}
