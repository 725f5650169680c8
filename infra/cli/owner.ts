import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The right of this process to open a folder's state. */
export interface Ownership {
  release(): Promise<void>;
}

/** SQLITE_BUSY (https://sqlite.org/rescode.html). */
const BUSY = 5;

/**
 * Claims a folder for this process; undefined where another one has it. The lock is SQLite's on an empty file: the kernel
 * frees it when its process dies, however it dies, so there is no stale lock to take over, and no two that take it over at once.
 */
export async function claim(dir: string, verb: string): Promise<Ownership | undefined> {
  await mkdir(dir, { recursive: true });
  const lock = new DatabaseSync(join(dir, 'owner.lock'));
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if ((error as { errcode?: unknown }).errcode !== BUSY) throw error;
    return undefined;
  }
  const file = join(dir, 'owner.json');
  await writeFile(file, `${JSON.stringify({ pid: process.pid, verb })}\n`);
  return {
    async release() {
      await rm(file, { force: true });
      lock.close();
    },
  };
}

/** Who has the folder, as text for a person. */
export async function ownerOf(dir: string): Promise<string> {
  try {
    const { pid, verb }: { pid?: unknown; verb?: unknown } = JSON.parse(await readFile(join(dir, 'owner.json'), 'utf8'));
    return `"${String(verb)}" (process ${String(pid)})`;
  } catch {
    return 'another process';
  }
}
