import { compileModels } from '../../../infra/curated/compile.ts';
import { prepareSources } from '../../../infra/curated/prepare.ts';
import { type RunOptions, runModels } from '../../../infra/curated/run.ts';
import type { Step } from '../../../infra/curated/model-runs.ts';
import type { Stream } from '../../../shared/stream.ts';
import { streams } from '../../../shared/streams/index.ts';
import { type Chain, openChain } from '../../support/chain.ts';
import type { Tables } from './data-set.ts';
import { objectOf, streamOf } from './loaded.ts';
import type { Row } from './row.ts';

/** The data set in the warehouse, by the real transform and load of CSV exports, with all models built on it. */
export interface GoldenLab extends Pick<Chain, 'rows' | 'close'> {
  readonly steps: readonly Step[];
}

const RUN: RunOptions = {
  what: 'run',
  selection: {},
  fullRefresh: false,
  runId: 'golden',
  codeVersion: 'test',
  startedAt: '2023-07-01T06:00:00.000Z',
  clock: () => 0,
  onStep: () => undefined,
};

export async function openGoldenLab(tables: Tables): Promise<GoldenLab> {
  const chain = await openChain({ streams });
  const graph = compileModels();
  for (const [table, rows] of Object.entries(tables)) {
    await chain.put(objectOf(table), csvOf(streamOf(table), rows));
  }
  await chain.settle();
  await prepareSources(chain.warehouse, streams);
  const compiled = await graph;
  const steps = await chain.warehouse.session((session) => runModels(session, compiled, RUN));
  return { steps, rows: chain.rows, close: chain.close };
}

/** The rows as the source exports them: a header of its names of the fields, then a line each. */
function csvOf({ columns }: Stream, rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  const header = names.map((name) => columns[name]?.field ?? name).join(',');
  return [header, ...rows.map((row) => names.map((name) => row[name] ?? '').join(','))].join('\n');
}
