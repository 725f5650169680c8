import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compileModels } from '../../../infra/curated/compile.ts';
import type { Usage } from '../children/usage.ts';
import { atMost, type Measurement } from '../result.ts';
import { figure, spread, summary } from '../summary.ts';

/** One full refresh. */
interface Refreshed extends Usage {
  readonly models: number;
  readonly tests: number;
  /** The models that took longest, with milliseconds. */
  readonly slowest: readonly string[];
}

const LIMIT_SECONDS = 5;
const SLOWEST_TOLD = 5;

/** How long the curated layer takes from nothing. */
export const models: Measurement = {
  name: 'models',
  title: 'Full refresh of the curated layer on DuckDB, tests included, with a customer for each ten orders and a ticket for each five',
  async measure(lab) {
    const { records } = lab.scale;
    const graph = join(lab.dir, 'graph.json');
    await writeFile(graph, JSON.stringify(await compileModels()));
    const name = `${figure(records, 0)} orders`;
    const samples = await lab.alternate({ [name]: () => lab.child<Refreshed>('models', (dir) => [graph, String(records), dir]) });
    const runs = samples[name] ?? [];
    const seconds = runs.map((run) => run.seconds);
    const [last] = runs.slice(-1);
    const row = [
      name,
      spread(seconds, 2),
      spread(
        runs.map((run) => run.cpuSeconds),
        2,
      ),
      figure(summary(runs.map((run) => run.peakBytes / 1e6)).median, 0),
      String(last?.models ?? 0),
      String(last?.tests ?? 0),
    ];
    const slowest = (last?.slowest ?? []).slice(0, SLOWEST_TOLD).map((step) => [`slowest: ${step} ms`, '', '', '', '', '']);
    return {
      samples,
      columns: ['', 'seconds', 'CPU s', 'peak MB', 'models', 'tests'],
      rows: [row, ...slowest],
      targets: [atMost('full refresh', LIMIT_SECONDS, summary(seconds).median, (value) => `${figure(value, 2)} s`)],
    };
  },
};
