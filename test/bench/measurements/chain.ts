import type { Usage } from '../children/usage.ts';
import { accounts } from '../data/accounts.ts';
import { putRecords, rawName } from '../data/raw-object.ts';
import type { Lab } from '../lab.ts';
import { atMost, type Measurement, type Result, type Target } from '../result.ts';
import { figure, spread, summary } from '../summary.ts';

interface Chained extends Usage {
  readonly transformSeconds: number;
  readonly duckDbSeconds: number;
  readonly rows: number;
}

const TARGET_ACCOUNTS = 1_000_000;
const TARGET_SECONDS = 20;
/** Raw, clean, stage, ready, table and DuckDB's log of them. */
const DISK_BYTES_PER_ACCOUNT = 6_000;

/** How long a dropped file takes to become a table: delivery, transform, load, all durable, in one process. */
export const chain: Measurement = {
  name: 'chain',
  title: 'The whole chain on one machine: from a raw file of accounts (JSON array) to the first query of their table',
  async measure(lab) {
    const { chains } = lab.scale;
    await lab.needDisk(Math.max(...chains) * DISK_BYTES_PER_ACCOUNT);
    const contenders: Record<string, () => Promise<Chained>> = {};
    for (const count of chains) contenders[nameOf(count)] = await chainAccounts(lab, count);
    const samples = await lab.alternate(contenders);
    await lab.clear();
    return {
      samples,
      columns: ['', 'seconds', 'until transformed', 'in DuckDB', "DuckDB's share", 'CPU s', 'peak MB', 'rows'],
      rows: Object.entries(samples).map(([name, runs]) => rowOf(name, runs)),
      targets: targetsOf(chains, samples),
    };
  },
};

async function chainAccounts(lab: Lab, count: number): Promise<() => Promise<Chained>> {
  const { name, generation } = await putRecords(lab.raw, rawName('accounts', `chain-${count}`, 'array'), 'array', accounts(count));
  const file = (await lab.raw.path(name, generation)) ?? '';
  return () => lab.child<Chained>('chain', (dir) => [dir, file, name]);
}

function rowOf(name: string, runs: readonly Chained[]): Result['rows'][number] {
  return [
    name,
    spread(
      runs.map((run) => run.seconds),
      2,
    ),
    spread(
      runs.map((run) => run.transformSeconds),
      2,
    ),
    spread(
      runs.map((run) => run.duckDbSeconds),
      2,
    ),
    `${figure(summary(runs.map((run) => (100 * run.duckDbSeconds) / run.seconds)).median, 0)} %`,
    spread(
      runs.map((run) => run.cpuSeconds),
      2,
    ),
    figure(summary(runs.map((run) => run.peakBytes / 1e6)).median, 0),
    figure(summary(runs.map((run) => run.rows)).median, 0),
  ];
}

function targetsOf(chains: readonly number[], samples: Readonly<Record<string, readonly Chained[]>>): readonly Target[] {
  if (!chains.includes(TARGET_ACCOUNTS)) return [];
  const name = nameOf(TARGET_ACCOUNTS);
  const { median } = summary((samples[name] ?? []).map((run) => run.seconds));
  return [atMost(`whole chain, ${name}`, TARGET_SECONDS, median, (value) => `${figure(value, 1)} s`)];
}

function nameOf(count: number): string {
  return `${figure(count, 0)} accounts`;
}
