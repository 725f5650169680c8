import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compileModels } from '../../../infra/curated/compile.ts';
import type { Usage } from '../children/usage.ts';
import { atMost, type Measurement } from '../result.ts';
import { figure, spread, summary } from '../summary.ts';

interface Made extends Usage {
  readonly pageBytes: number;
  readonly dataBytes: number;
  /** From the start of opening it to its first frame with figures. */
  readonly openedMs: readonly number[];
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly bytes: number; readonly coarsened: string }[];
}

const LIMIT_BYTES = 3_000_000;
const LIMIT_MS = 1_000;

/** How large the report's page is, how long its data takes to read, and how long a browser takes to show it. */
export const reportPage: Measurement = {
  name: 'report',
  title: 'The page of the report from the models on DuckDB, with a sale for each four orders, a ticket for each five, 730 days of ads and 2,700 stores',
  async measure(lab) {
    const { records } = lab.scale;
    const graph = join(lab.dir, 'report-graph.json');
    await writeFile(graph, JSON.stringify(await compileModels()));
    const name = `${figure(records, 0)} orders`;
    const samples = await lab.alternate({ [name]: () => lab.child<Made>('report.ts', (dir) => [graph, String(records), dir]) });
    const runs = samples[name] ?? [];
    const [last] = runs.slice(-1);
    const megabytes = (bytes: number) => `${figure(bytes / 1e6, 2)} MB`;
    const seconds = spread(
      runs.map((run) => run.seconds),
      2,
    );
    const opened = runs.flatMap(({ openedMs }) => openedMs);
    const largest = (last?.tables ?? []).toSorted((a, b) => b.bytes - a.bytes).slice(0, 6);
    return {
      samples,
      columns: ['', 'seconds to read', 'ms to open', 'page', 'of it data', 'rows', 'added up'],
      rows: [
        [
          name,
          seconds,
          opened.length === 0 ? 'no browser here' : spread(opened, 0),
          megabytes(last?.pageBytes ?? 0),
          megabytes(last?.dataBytes ?? 0),
          figure(
            (last?.tables ?? []).reduce((sum, { rows }) => sum + rows, 0),
            0,
          ),
          '',
        ],
        ...largest.map((table) => [table.name, '', '', '', megabytes(table.bytes), figure(table.rows, 0), table.coarsened]),
      ],
      targets: [
        atMost('size of the page', LIMIT_BYTES, summary(runs.map((run) => run.pageBytes)).median, megabytes),
        ...(opened.length === 0 ? [] : [atMost('opening it', LIMIT_MS, summary(opened).median, (ms) => `${figure(ms, 0)} ms`)]),
      ],
    };
  },
};
