import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { openDuckDbWarehouse } from '../../infra/local/duckdb-warehouse.ts';
import { openFolderStore } from '../../infra/local/folder-store.ts';
import type { Ports } from '../../infra/local/host.ts';
import { type JsonlNotices, openJsonlNotices } from '../../infra/local/jsonl-notices.ts';
import { prepareOps } from '../../shared/warehouse/ledger.ts';
import { streamTable } from '../../shared/warehouse/stream-table.ts';
import type { Warehouse } from '../../shared/warehouse/warehouse.ts';
import { type LabServer, startLabServer } from './lab-server.ts';
import { quickFolder } from './quick-folder.ts';
import { labStreams, reports } from './streams.ts';

/** The embedded adapters of one run, empty. */
export interface ChaosParts extends Ports {
  readonly notices: JsonlNotices;
  close(): Promise<void>;
}

/** What many runs share: one DuckDB in memory and one source, because to start them takes longer than a run. */
export interface ChaosBench {
  readonly baseUrl: string;
  /** Opens the parts for one run at a time: with no table at all, or with the tables of a warehouse in use, all empty. */
  open(now: () => Date, tables: 'none' | 'empty'): Promise<ChaosParts>;
  close(): Promise<void>;
}

/** One thread: a statement here is small, and the other core runs other seeds. */
const SETTINGS = { threads: '1' };

/** Opens a bench; the name keeps its database apart from others in the process. */
export async function openChaosBench(name: string): Promise<ChaosBench> {
  const root = await mkdtemp(join(await quickFolder(), 'chaos-'));
  const file = `:memory:${name}`;
  const instance = await DuckDBInstance.fromCache(file, { autoinstall_known_extensions: 'false', ...SETTINGS });
  const janitor = await instance.connect();
  const server: LabServer = await startLabServer();
  return {
    baseUrl: server.baseUrl,
    async open(now, tables) {
      await clear(janitor, tables);
      const dir = await mkdtemp(join(root, 'run-'));
      const raw = await openFolderStore({ dir, bucket: 'raw', now, settleMs: 0, durable: false });
      const clean = await openFolderStore({ dir, bucket: 'clean', now, settleMs: 0, durable: false });
      const warehouse = await openDuckDbWarehouse({
        file,
        settings: SETTINGS,
        locate: async (_bucket, object, generation) => await clean.path(object, generation),
      });
      if (tables === 'empty') await prepareTables(warehouse);
      return {
        raw,
        clean,
        warehouse,
        notices: openJsonlNotices(join(dir, 'notices.jsonl')),
        async close() {
          await warehouse.close();
          await rm(dir, { recursive: true, force: true });
        },
      };
    },
    async close() {
      await server.stop();
      janitor.closeSync();
      instance.closeSync();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Leaves no table, or every table without a row; the table of the undeclared fields goes, because runs add columns to it. */
async function clear(janitor: DuckDBConnection, tables: 'none' | 'empty'): Promise<void> {
  const reader = await janitor.runAndReadAll(
    `SELECT database_name, schema_name, table_name FROM duckdb_tables() WHERE table_name <> '_jobs' AND NOT temporary`,
  );
  const statements = reader.getRows().map(([database, schema, table]) => {
    const isKept = tables === 'empty' && database !== 'ops_stage' && table !== reports.table.name;
    return `${isKept ? 'DELETE FROM' : 'DROP TABLE'} "${database}"."${schema}"."${table}"`;
  });
  if (tables === 'none') statements.unshift('DROP VIEW IF EXISTS ops.ledger');
  if (reader.getRows().length > 0) statements.push('DELETE FROM ops_stage._jobs', 'DELETE FROM ops._jobs');
  for (const statement of statements) await janitor.run(statement);
}

async function prepareTables(warehouse: Warehouse): Promise<void> {
  await prepareOps(warehouse);
  for (const stream of labStreams) if (stream !== reports) await warehouse.createTable(streamTable(stream));
}
