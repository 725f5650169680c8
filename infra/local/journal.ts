import { appendFile, readFile, truncate } from 'node:fs/promises';
import { unlessMissing } from './folder-files.ts';

/** An append-only file of JSON lines that survives being killed in the middle of a line. */
export interface Journal<Entry> {
  /** Rejects where the entry could not be written, on a full disk for one; the next one is written as if nothing had been. */
  append(entry: Entry): Promise<void>;
}

/** Opens a journal, hands every entry to `onEntry` in order, and cuts off a last line that was never finished. */
export async function openJournal<Entry>(file: string, onEntry: (entry: Entry) => void): Promise<Journal<Entry>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const whole = text.lastIndexOf('\n') + 1;
  if (whole < text.length) await truncate(file, Buffer.byteLength(text.slice(0, whole)));
  for (const line of text.slice(0, whole).split('\n')) if (line !== '') onEntry(JSON.parse(line) as Entry);
  let size = Buffer.byteLength(text.slice(0, whole));
  let isTorn = false;
  let last: Promise<void> = Promise.resolve();

  async function write(line: string): Promise<void> {
    if (isTorn) await unlessMissing(truncate(file, size));
    isTorn = true;
    await appendFile(file, line);
    isTorn = false;
    size += Buffer.byteLength(line);
  }

  return {
    append(entry) {
      const written = last.then(() => write(`${JSON.stringify(entry)}\n`));
      last = written.catch(() => undefined);
      return written;
    },
  };
}
