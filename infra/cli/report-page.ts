import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { PermanentError } from '../../shared/errors.ts';
import type { Graph } from '../curated/graph.ts';
import { renderPage } from '../report/page/render.ts';
import { readReport } from '../report/read.ts';
import { CommandError } from './cli-error.ts';
import type { Pipeline } from './pipeline.ts';

/** The page below the folder of the state. */
export const REPORT_FILE = join('report', 'index.html');

export interface WrittenReport {
  readonly file: string;
  readonly bytes: number;
  readonly tables: number;
}

/** Writes the report's page; a reader sees the old one or the new one. Throws a CommandError where what it reads is not there. */
export async function writeReport(pipeline: Pipeline, graph: Graph, file: string): Promise<WrittenReport> {
  const data = await readReport({ warehouse: pipeline.warehouse, graph, madeAt: pipeline.now().toISOString(), isSample: await pipeline.isSample() }).catch(
    (error: unknown) => {
      if (!(error instanceof PermanentError)) throw error;
      throw new CommandError(`the report cannot be read: ${error.message.split('\n', 1).join('')}: the models make what it reads: npm run models`, {
        cause: error,
      });
    },
  );
  const page = await renderPage(data);
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomic(file, page);
  return { file, bytes: Buffer.byteLength(page), tables: Object.keys(data.tables).length };
}
