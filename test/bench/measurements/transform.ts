import { join } from 'node:path';
import type { Usage } from '../children/usage.ts';
import { accounts } from '../data/accounts.ts';
import { type Form, putRecords, rawName } from '../data/raw-object.ts';
import type { Lab } from '../lab.ts';
import { atLeast, type Measurement, type Result } from '../result.ts';
import { figure, spread, summary } from '../summary.ts';

interface Copied extends Usage {
  readonly records: number;
  readonly rows: number;
  readonly rejects: number;
}

const NDJSON_SHARE = 0.75;
const ARRAY_SHARE = 0.7;
/** NDJSON twice (raw, and what the bare loop or a transform writes) and the array. */
const DISK_BYTES_PER_RECORD = 3_000;

/** How near the transform comes to the limit of the language. */
export const transformSpeed: Measurement = {
  name: 'transform',
  title: 'Transform through the function, against the bare loop (read lines, JSON.parse, JSON.stringify, write lines)',
  async measure(lab) {
    const { records } = lab.scale;
    await lab.needDisk(records * DISK_BYTES_PER_RECORD);
    const ndjson = await putAccounts(lab, 'ndjson');
    const array = await putAccounts(lab, 'array');
    const lines = (await lab.raw.path(ndjson.name, ndjson.generation)) ?? '';
    const samples = await lab.alternate({
      'bare loop': () => lab.child<Copied>('bare-loop', (dir) => [lines, join(dir, 'copy.ndjson')]),
      'transform NDJSON': () => lab.child<Copied>('transform', (dir) => [lab.dir, ndjson.name, dir]),
      'transform array': () => lab.child<Copied>('transform', (dir) => [lab.dir, array.name, dir]),
    });
    await lab.clear();
    return resultOf(samples, records, ndjson.size);
  },
};

function putAccounts(lab: Lab, form: Form) {
  return putRecords(lab.raw, rawName('accounts', 'accounts', form), form, accounts(lab.scale.records));
}

function resultOf(samples: Readonly<Record<string, readonly Copied[]>>, records: number, bytes: number): Result {
  const bare = samples['bare loop'] ?? [];
  const speeds = (runs: readonly Copied[]) => runs.map((run, round) => ratio(bare[round]?.seconds, run.seconds));
  const share = (name: string) => summary(speeds(samples[name] ?? [])).median;
  const show = (value: number) => `${figure(value, 2)} of the bare loop`;
  return {
    samples,
    columns: ['', 'seconds', 'krows/s', 'MB/s', 'CPU s', 'peak MB', 'speed / bare', 'CPU / bare'],
    rows: Object.entries(samples).map(([name, runs]) => [
      name,
      spread(
        runs.map((run) => run.seconds),
        2,
      ),
      figure(records / 1e3 / summary(runs.map((run) => run.seconds)).median, 0),
      figure(bytes / 1e6 / summary(runs.map((run) => run.seconds)).median, 0),
      spread(
        runs.map((run) => run.cpuSeconds),
        2,
      ),
      figure(summary(runs.map((run) => run.peakBytes / 1e6)).median, 0),
      spread(speeds(runs), 2),
      spread(
        runs.map((run, round) => ratio(run.cpuSeconds, bare[round]?.cpuSeconds)),
        2,
      ),
    ]),
    targets: [
      atLeast('transform NDJSON', NDJSON_SHARE, share('transform NDJSON'), show),
      atLeast('transform array', ARRAY_SHARE, share('transform array'), show),
    ],
  };
}

function ratio(a = Number.NaN, b = Number.NaN): number {
  return a / b;
}
