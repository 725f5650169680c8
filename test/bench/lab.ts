import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FolderStore, openFolderStore } from '../../infra/local/folder-store.ts';
import { buildChildren } from './build.ts';
import { runChild } from './run-child.ts';
import type { Scale } from './scale.ts';

/** Where one benchmark works: a temporary folder, its raw objects, and processes that measure. */
export interface Lab {
  readonly scale: Scale;
  /** Holds the bucket `raw`. */
  readonly dir: string;
  readonly raw: FolderStore;
  /**
   * Runs one of the scripts in `children/` with a folder of its own, which is removed afterwards: built, or as it is where its name ends in `.ts` (it reads
   * sources). Options of the command line come last and win.
   */
  child<Sample>(script: string, args: (dir: string) => readonly string[], nodeOptions?: readonly string[]): Promise<Sample>;
  /** Runs every contender once a round, A B A B, so that a change of the machine's mood meets all. */
  alternate<Sample>(contenders: Readonly<Record<string, () => Promise<Sample>>>): Promise<Record<string, Sample[]>>;
  /** Throws where the disk has no room for so many bytes. */
  needDisk(bytes: number): Promise<void>;
  /** Empties the bucket `raw`. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export interface LabOptions {
  readonly scale: Scale;
  readonly nodeOptions: readonly string[];
  readonly progress: (text: string) => void;
}

/** What Node gives itself where it may have 512 MiB (measured); on a large machine its young generation alone grows to 96 MiB. */
export const FUNCTION_HEAP = ['--max-old-space-size=256', '--max-semi-space-size=1'];
const INTERRUPTED = 130;

/** Makes the folder; it is removed by `close`, and when a person interrupts. */
export async function openLab({ scale, nodeOptions, progress }: LabOptions): Promise<Lab> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      rmSync(dir, { recursive: true, force: true });
      process.exit(INTERRUPTED);
    });
  }
  const children = await buildChildren(join(dir, 'built'));
  return {
    scale,
    dir,
    raw: await openFolderStore({ dir, bucket: 'raw', now: () => new Date(), settleMs: 0, durable: false }),
    async child(script, args, ownOptions = []) {
      const own = await mkdtemp(join(dir, 'run-'));
      try {
        const file = script.endsWith('.ts') ? join(import.meta.dirname, 'children', script) : join(children, `${script}.js`);
        return await runChild(file, args(own), [...ownOptions, ...nodeOptions]);
      } finally {
        await rm(own, { recursive: true, force: true });
      }
    },
    async alternate(contenders) {
      const names = Object.keys(contenders);
      const samples: Record<string, Awaited<ReturnType<(typeof contenders)[string]>>[]> = Object.fromEntries(names.map((name) => [name, []]));
      for (let round = 1; round <= scale.rounds; round += 1) {
        for (const name of names) {
          progress(`round ${round} of ${scale.rounds}: ${name}`);
          samples[name]?.push(await contenders[name]!());
        }
      }
      return samples;
    },
    async needDisk(bytes) {
      const { bavail, bsize } = await statfs(dir);
      if (bavail * bsize < bytes) throw new Error(`${tmpdir()} has ${bavail * bsize} bytes left, ${bytes} are needed; set TMPDIR, or try --quick`);
    },
    async clear() {
      for (const folder of ['raw', '.meta']) await rm(join(dir, folder), { recursive: true, force: true });
      await mkdir(join(dir, 'raw'));
    },
    close: () => rm(dir, { recursive: true, force: true }),
  };
}
