import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Notice, Notices } from '../../shared/notices/notices.ts';
import { syncFolder, unlessMissing } from './folder-files.ts';
import { createLock } from './folder-locks.ts';

const NEWLINE = 0x0a;

/** Notices in a file of JSON lines, one per id. */
export interface JsonlNotices extends Notices {
  /** Every notice once, in the order of their first publication; torn lines are left out. */
  list(): Promise<Notice[]>;
}

/**
 * Opens the file when first used. `publish` resolves when the line is on the disk. A line that a killed process left torn is closed
 * by the next one and stays: cutting it off could cut a line that another process is writing.
 */
export function openJsonlNotices(path: string): JsonlNotices {
  const file = resolve(path);
  const lock = createLock();
  const tail = createTail(file);
  return {
    publish: (notice) =>
      lock(file, async () => {
        const { ids, isTorn } = await tail();
        if (!ids.has(notice.id)) await append(file, `${isTorn ? '\n' : ''}${JSON.stringify(notice)}\n`);
      }),
    list: async () => firstOfEachId(parseLines((await unlessMissing(readFile(file))) ?? Buffer.alloc(0))),
  };
}

/** Follows the file, another process's lines too, reading each complete line once; starts again where somebody emptied the file. */
function createTail(file: string): () => Promise<{ ids: ReadonlySet<string>; isTorn: boolean }> {
  const ids = new Set<string>();
  let offset = 0;
  return async () => {
    const size = (await unlessMissing(stat(file)))?.size ?? 0;
    if (size < offset) {
      ids.clear();
      offset = 0;
    }
    const bytes = await readFrom(file, offset, size);
    for (const { id } of parseLines(bytes)) ids.add(id);
    const complete = bytes.lastIndexOf(NEWLINE) + 1;
    offset += complete;
    return { ids, isTorn: complete < bytes.length };
  };
}

async function readFrom(file: string, offset: number, end: number): Promise<Buffer> {
  const bytes = Buffer.alloc(end - offset);
  if (bytes.length === 0) return bytes;
  const handle = await open(file, 'r');
  try {
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function append(file: string, line: string): Promise<void> {
  const isNew = (await unlessMissing(stat(file))) === undefined;
  if (isNew) await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'a');
  try {
    await handle.appendFile(line);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (isNew) await syncFolder(dirname(file));
}

function parseLines(bytes: Buffer): Notice[] {
  return bytes
    .toString()
    .split('\n')
    .flatMap((line) => parseNotice(line) ?? []);
}

function parseNotice(line: string): Notice | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isNotice(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isNotice(value: unknown): value is Notice {
  if (typeof value !== 'object' || value === null) return false;
  const members = value as Partial<Record<keyof Notice, unknown>>;
  const required = [members.id, members.function, members.class, members.state, members.rule, members.message, members.first_seen];
  return [...required, members.code_version, members.rerun].every((member) => typeof member === 'string');
}

function firstOfEachId(notices: readonly Notice[]): Notice[] {
  const byId = new Map<string, Notice>();
  for (const notice of notices) if (!byId.has(notice.id)) byId.set(notice.id, notice);
  return [...byId.values()];
}
