import { expect, test } from '@jest/globals';
import type { Graph, Model } from '../../infra/curated/graph.ts';
import { prepareSources } from '../../infra/curated/prepare.ts';
import { runModels } from '../../infra/curated/run.ts';
import type { Session } from '../../infra/local/duckdb-session.ts';
import { openTemporary } from '../infra/local/duckdb-temporary.ts';

const ONE: Model = {
  kind: 'table',
  target: { dataset: 'marts', name: 'one' },
  ...{ tags: [], after: [], file: 'one.sqlx', description: 'One', columns: [], before: [], incrementalBefore: [], uniqueKey: [], clusterBy: [] },
  ...{ query: 'SELECT 1 AS n', incrementalQuery: '', partitionBy: '', updatePartitionFilter: '' },
};
const GRAPH: Graph = { project: 'p', vars: {}, models: [ONE], assertions: [], unitTests: [], sources: [], errors: [] };
const RUN = { what: 'run', selection: {}, fullRefresh: false, runId: 'r', codeVersion: 'c', startedAt: '2026-11-29T00:00:00Z', clock: () => 0 } as const;

async function threshold(session: Session): Promise<unknown> {
  return (await session.query("SELECT current_setting('checkpoint_threshold')")).rows[0]?.[0];
}

test('no checkpoint is made beside models at work, and afterwards they are made as before', async () => {
  const duck = await openTemporary();
  await prepareSources(duck.warehouse, []);
  const seen: unknown[] = [];
  await duck.warehouse.session(async (session) => {
    const watched: Session = {
      run: (sql) => session.run(sql),
      query: (sql) => session.query(sql),
      beside: (count, work) =>
        session.beside(count, async (lanes) => {
          if (lanes[0] !== undefined) seen.push(await threshold(lanes[0]));
          return await work(lanes);
        }),
    };
    seen.push(await threshold(session));
    await runModels(watched, GRAPH, { ...RUN, onStep: () => undefined });
    seen.push(await threshold(session));
  });
  await duck.close();
  expect(seen).toEqual([seen[2], expect.stringMatching(/^9\d\d\.\d GiB$/), expect.stringMatching(/^\d\d\.\d MiB$/)]);
});
