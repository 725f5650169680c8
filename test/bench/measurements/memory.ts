import type { Usage } from '../children/usage.ts';
import { notes } from '../data/notes.ts';
import { putRecords, rawName } from '../data/raw-object.ts';
import { FUNCTION_HEAP, type Lab } from '../lab.ts';
import { atMost, type Measurement, type Result, type Target } from '../result.ts';
import { figure, spread, summary } from '../summary.ts';

type Runs = Readonly<Record<string, readonly Usage[]>>;

const RECORD_SIZES = [500, 1e6];
const LIMIT_BYTES = 200e6;
/** 5 GB may take so much more memory than 100 MB. */
const GROWTH = 1.2;
const SMALL_BYTES = 100e6;
const LARGE_BYTES = 5e9;
const FREE_BYTES = 1e9;
/** Whether the transform's memory depends on the size of its input. */
export const memory: Measurement = {
  name: 'memory',
  title: "Peak memory of the transform's process (VmHWM) by size of the raw object, a JSON array, with the heap of a function of 512 MiB",
  async measure(lab) {
    const { sizes } = lab.scale;
    const total = sizes.reduce((sum, size) => sum + size, 0);
    await lab.needDisk(total * RECORD_SIZES.length + Math.max(...sizes) + FREE_BYTES);
    const contenders: Record<string, () => Promise<Usage>> = {};
    for (const size of sizes) {
      for (const record of RECORD_SIZES) contenders[nameOf(size, record)] = await transformNotes(lab, size, record);
    }
    const samples = await lab.alternate(contenders);
    await lab.clear();
    return { samples, columns: ['', ...RECORD_SIZES.map(peakHeading), 'MB/s'], rows: rowsOf(sizes, samples), targets: targetsOf(sizes, samples) };
  },
};

async function transformNotes(lab: Lab, size: number, record: number): Promise<() => Promise<Usage>> {
  const { name } = await putRecords(lab.raw, rawName('notes', `notes-${size}-${record}`, 'array'), 'array', notes(size, record));
  return () => lab.child<Usage>('transform', (dir) => [lab.dir, name, dir], FUNCTION_HEAP);
}

function rowsOf(sizes: readonly number[], samples: Runs): Result['rows'] {
  return sizes.map((size) => {
    const runs = RECORD_SIZES.map((record) => samples[nameOf(size, record)] ?? []);
    const speeds = runs.map((some) => figure(size / 1e6 / summary(some.map((run) => run.seconds)).median, 0));
    return [
      showBytes(size),
      ...runs.map((some) =>
        spread(
          some.map((run) => run.peakBytes / 1e6),
          0,
        ),
      ),
      speeds.join(', '),
    ];
  });
}

function targetsOf(sizes: readonly number[], samples: Runs): readonly Target[] {
  const peak = (size: number, record: number) => summary((samples[nameOf(size, record)] ?? []).map((run) => run.peakBytes)).median;
  const largest = Math.max(...sizes);
  return RECORD_SIZES.flatMap((record) => {
    const under = atMost(`peak memory, ${nameOf(largest, record)}`, LIMIT_BYTES, peak(largest, record), showMegabytes);
    if (!sizes.includes(LARGE_BYTES)) return [under];
    const growth = peak(LARGE_BYTES, record) / peak(SMALL_BYTES, record);
    return [
      under,
      atMost(`flat memory, ${nameOf(LARGE_BYTES, record)}`, GROWTH, growth, (value) => `${figure(value, 2)} times that of ${showBytes(SMALL_BYTES)}`),
    ];
  });
}

function nameOf(size: number, record: number): string {
  return `${showBytes(size)} in records of ${showBytes(record)}`;
}

function peakHeading(record: number): string {
  return `peak MB, records of ${showBytes(record)}`;
}

function showMegabytes(bytes: number): string {
  return `${figure(bytes / 1e6, 0)} MB`;
}

function showBytes(bytes: number): string {
  if (bytes >= 1e9) return `${bytes / 1e9} GB`;
  return bytes >= 1e6 ? `${bytes / 1e6} MB` : `${bytes / 1e3} KB`;
}
