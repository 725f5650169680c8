import { createReadStream } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectStore } from '../../shared/object-store/object-store.ts';
import { TransientError } from '../../shared/errors.ts';

/** Where finished files go. */
export interface ExportTarget {
  /** A folder for files that are being written: nobody looks there. */
  readonly workDir: string;
  /** The name that a file has there, as a person reads it. */
  nameOf(file: string): string;
  /** Moves a finished file there, as a whole; resolves to whether it replaced one. */
  put(file: string): Promise<boolean>;
  close(): Promise<void>;
}

const UNFINISHED = '.export-';
/** No export goes on for so long without a new file. */
const GIVEN_UP_MS = 24 * 60 * 60 * 1000;

/** A folder; files appear in it by a rename. What an export that was killed a day ago or longer left unfinished is removed. */
export async function folderTarget(dir: string, now: Date): Promise<ExportTarget> {
  await mkdir(dir, { recursive: true });
  await removeGivenUp(dir, now);
  // On the same disk, or a rename is a copy.
  const workDir = await mkdtemp(join(dir, UNFINISHED));
  return {
    workDir,
    nameOf: (file) => join(dir, file),
    async put(file) {
      const replaced = await access(join(dir, file)).then(
        () => true,
        () => false,
      );
      await rename(join(workDir, file), join(dir, file));
      return replaced;
    },
    close: () => rm(workDir, { recursive: true, force: true }),
  };
}

async function removeGivenUp(dir: string, now: Date): Promise<void> {
  for (const name of (await readdir(dir)).filter((other) => other.startsWith(UNFINISHED))) {
    const seen = await stat(join(dir, name)).catch(() => undefined);
    if (seen !== undefined && now.getTime() - seen.mtimeMs > GIVEN_UP_MS) await rm(join(dir, name), { recursive: true, force: true });
  }
}

/** The objects `exports/<date>/<file>` of a bucket; an object is there when all of it is. */
export async function bucketTarget(store: ObjectStore, date: string): Promise<ExportTarget> {
  const workDir = await mkdtemp(join(tmpdir(), 'export-'));
  const nameOf = (file: string) => `exports/${date}/${file}`;
  return {
    workDir,
    nameOf: (file) => `gs://${store.bucket}/${nameOf(file)}`,
    async put(file) {
      const live = await store.stat(nameOf(file));
      const writer = await store.create(nameOf(file), { ifGenerationMatch: live?.generation ?? '0' });
      try {
        for await (const chunk of createReadStream(join(workDir, file))) await writer.write(chunk);
        if ((await writer.commit()) === undefined) throw new TransientError('export', `somebody else has written ${nameOf(file)} at the same moment`);
      } finally {
        await writer.abort();
      }
      return live !== undefined;
    },
    close: () => rm(workDir, { recursive: true, force: true }),
  };
}
