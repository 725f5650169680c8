import type { Usage } from './children/usage.ts';
import type { Result } from './result.ts';
import { figure, spread, summary } from './summary.ts';

/** One run over a file of records. */
export interface Copied extends Usage {
  readonly records: number;
  readonly rows: number;
  readonly rejects: number;
}

/** What contenders took for one file, against the bare one. */
export interface Comparison extends Pick<Result, 'samples' | 'columns' | 'rows'> {
  /** A contender's speed as a share of the bare one's: the median of the rounds. */
  share(name: string): number;
}

/** Compares runs of the same round, so that a change of the machine's mood meets both. */
export function compareWith(bareName: string, samples: Readonly<Record<string, readonly Copied[]>>, records: number, bytes: number): Comparison {
  const bare = samples[bareName] ?? [];
  const speeds = (runs: readonly Copied[]) => runs.map((run, round) => ratio(bare[round]?.seconds, run.seconds));
  const costs = (runs: readonly Copied[]) => runs.map((run, round) => ratio(run.cpuSeconds, bare[round]?.cpuSeconds));
  return {
    samples,
    share: (name) => summary(speeds(samples[name] ?? [])).median,
    columns: ['', 'seconds', 'krows/s', 'MB/s', 'CPU s', 'peak MB', 'speed / bare', 'CPU / bare'],
    rows: Object.entries(samples).map(([name, runs]) => {
      const seconds = runs.map((run) => run.seconds);
      const cpuSeconds = runs.map((run) => run.cpuSeconds);
      const rate = (amount: number) => figure(amount / summary(seconds).median, 0);
      const peak = summary(runs.map((run) => run.peakBytes / 1e6)).median;
      return [
        name,
        spread(seconds, 2),
        rate(records / 1e3),
        rate(bytes / 1e6),
        spread(cpuSeconds, 2),
        figure(peak, 0),
        spread(speeds(runs), 2),
        spread(costs(runs), 2),
      ];
    }),
  };
}

function ratio(a = Number.NaN, b = Number.NaN): number {
  return a / b;
}
