import type { Graph } from '../../../infra/curated/graph.ts';
import { prepareSources } from '../../../infra/curated/prepare.ts';
import { runModels } from '../../../infra/curated/run.ts';
import { streams } from '../../../shared/streams/index.ts';
import { openTemporary, type TemporaryWarehouse } from '../local/duckdb-temporary.ts';

export type BuiltWarehouse = TemporaryWarehouse;

/** A warehouse whose loaded tables some statements have filled, with every model built from them. */
export async function buildWarehouse(graph: Graph, fill: readonly string[]): Promise<BuiltWarehouse> {
  const opened = await openTemporary();
  await prepareSources(opened.warehouse, streams);
  const options = { what: 'run' as const, selection: {}, fullRefresh: false, codeVersion: 'test', startedAt: '2026-11-29T06:00:00.000Z', clock: () => 0 };
  await opened.warehouse.session(async (session) => {
    for (const statement of fill) await session.run(statement);
    await runModels(session, graph, { ...options, runId: 'run', onStep: () => undefined });
  });
  return opened;
}
