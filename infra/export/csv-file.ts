import { open } from 'node:fs/promises';
import { csvHeader, csvRows } from './csv.ts';
import type { OpenWriter } from './file-writer.ts';

/** CSV as RFC 4180 has it, in UTF-8 with a line of names. */
export const openCsvFile: OpenWriter = async (file, columns) => {
  const handle = await open(file, 'wx');
  await handle.writeFile(csvHeader({ columns }));
  return {
    write: (page) => handle.writeFile(csvRows(page)),
    async close() {
      await handle.sync();
      await handle.close();
    },
    abandon: () => handle.close(),
  };
};
