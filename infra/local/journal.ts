import { appendFile, readFile, truncate } from 'node:fs/promises';

/** An append-only file of JSON lines that survives being killed in the middle of a line. */
export interface Journal<Entry> {
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
  let last: Promise<void> = Promise.resolve();
  return {
    append(entry) {
      last = last.then(() => appendFile(file, `${JSON.stringify(entry)}\n`));
      return last;
    },
  };
}
