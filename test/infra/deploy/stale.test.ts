import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type DuckDbWarehouse, openDuckDbWarehouse } from '../../../infra/local/duckdb-warehouse.ts';
import { prepareOps } from '../../../shared/warehouse/ledger.ts';

const TEMPLATE = join(import.meta.dirname, '../../../infra/terraform/stale.sql.tftpl');
let warehouse: DuckDbWarehouse;

beforeAll(async () => {
  warehouse = await openDuckDbWarehouse({ file: ':memory:', locate: async () => undefined });
  await prepareOps(warehouse);
});

afterAll(async () => {
  await warehouse.close();
});

/** The two constructs of a Terraform template that the query has. */
async function rendered(streams: readonly { source: string; stream: string; stale_hours: number }[]): Promise<string> {
  const text = await readFile(TEMPLATE, 'utf8');
  const [, before = '', line = '', after = ''] = /^([\s\S]*)%\{ for index, stream in streams ~\}\n([\s\S]*?)%\{ endfor ~\}\n([\s\S]*)$/.exec(text) ?? [];
  const lines = streams.map((stream, index) =>
    line
      .replace('${ index == 0 ? "" : "UNION ALL " }', index === 0 ? '' : 'UNION ALL ')
      .replace('${stream.source}', stream.source)
      .replace('${stream.stream}', stream.stream)
      .replace('${stream.stale_hours}', String(stream.stale_hours)),
  );
  return before + lines.join('') + after;
}

async function loaded(stream: string, hoursAgo: number, outcome = 'loaded'): Promise<void> {
  await warehouse.session(async (session) => {
    await session.run(`INSERT INTO ops.loads SELECT 'ezfocus', '${stream}', 'raw-${stream}-${hoursAgo}', 1, now(), 'clean', '${outcome}', NULL, NULL, NULL, 0, 0, 0, 0, 1, 'v',
      now() - INTERVAL ${hoursAgo} HOUR`);
  });
}

test('the query of stale streams fails and names those that had no good load for too long', async () => {
  await loaded('accounts', 31);
  await loaded('call_reports', 33);
  await loaded('call_reports', 1, 'refused');
  const accounts = { source: 'ezfocus', stream: 'accounts', stale_hours: 32 };
  await expect(warehouse.query(await rendered([accounts]))).resolves.toMatchObject({ rows: [['fresh']] });
  const others = ['call_reports', 'inventory'].map((stream) => ({ ...accounts, stream }));
  await expect(warehouse.query(await rendered([accounts, ...others]))).rejects.toThrow(/stale streams: (ezfocus\/(call_reports|inventory)(, )?){2}/);
});
