import { startEzFocus } from '../../../infra/local/stand-ins/ezfocus.ts';
import { openFolderStore } from '../../../infra/local/folder-store.ts';
import type { ObjectInfo } from '../../../shared/object-store/object-store.ts';
import { ezFocusSettings } from '../../support/ezfocus.ts';
import type { FirstAnswer } from '../children/first-answer.ts';
import { accounts } from '../data/accounts.ts';
import { putRecords, rawName } from '../data/raw-object.ts';
import { accountStream } from '../data/streams.ts';
import type { Lab } from '../lab.ts';
import { atMost, type Measurement } from '../result.ts';
import { figure, spread, summary } from '../summary.ts';

interface ColdStart {
  readonly totalMs: number;
  readonly importMs: number;
}

const ACCOUNTS = 10;
const TRANSFORM_MS = 300;
const SEED = 1;

/** How long the first event waits for a new process. */
export const coldStart: Measurement = {
  name: 'cold-start',
  title: 'Cold start: from the start of a process to its first answer, the work on ten accounts included (load: into a new DuckDB file)',
  async measure(lab) {
    const raw = await putRecords(lab.raw, rawName('accounts', 'cold', 'array'), 'array', accounts(ACCOUNTS));
    await lab.child('transform', () => [lab.dir, raw.name, lab.dir]);
    const clean = await cleanObject(lab);
    const standIn = await startEzFocus({ seed: SEED, accounts: ACCOUNTS, callReports: 0, inventory: 0 });
    const settings = JSON.stringify(ezFocusSettings(standIn).get('ezfocus'));
    const samples = await lab.alternate({
      extract: () => started(lab, 'cold-extract', (dir) => [dir, settings]),
      transform: () => started(lab, 'cold-transform', (dir) => [lab.dir, dir, JSON.stringify(raw)]),
      load: () => started(lab, 'cold-load', (dir) => [lab.dir, dir, JSON.stringify(clean)]),
    });
    await standIn.stop();
    await lab.clear();
    const median = summary((samples['transform'] ?? []).map((run) => run.totalMs)).median;
    return {
      samples,
      columns: ['', 'first answer, ms', 'import of functions/<name>/index.ts, ms'],
      rows: Object.entries(samples).map(([name, runs]) => [
        name,
        spread(
          runs.map((run) => run.totalMs),
          0,
        ),
        spread(
          runs.map((run) => run.importMs),
          0,
        ),
      ]),
      targets: [atMost('cold start of transform', TRANSFORM_MS, median, (value) => `${figure(value, 0)} ms`)],
    };
  },
};

async function cleanObject(lab: Lab): Promise<ObjectInfo> {
  const clean = await openFolderStore({ dir: lab.dir, bucket: 'clean', now: () => new Date(), settleMs: 0, durable: false });
  for await (const object of clean.list(`${accountStream.id}/`)) return object;
  throw new Error('the transform has made no clean object');
}

async function started(lab: Lab, script: string, args: (dir: string) => readonly string[]): Promise<ColdStart> {
  let spawnedAt = 0;
  const { importMs, answeredAt } = await lab.child<FirstAnswer>(script, (dir) => {
    spawnedAt = performance.timeOrigin + performance.now();
    return args(dir);
  });
  return { importMs, totalMs: answeredAt - spawnedAt };
}
