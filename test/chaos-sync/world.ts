import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DeliveryLoop, startDelivery } from '../../infra/local/delivery.ts';
import { type FolderStore, openFolderStore } from '../../infra/local/folder-store.ts';
import { type Crms, startCrms } from '../../infra/local/stand-ins/crm/crms.ts';
import { openTopic } from '../../infra/local/topic.ts';
import { migrate } from '../../infra/postgres/migrate.ts';
import type { Database } from '../../shared/database/database.ts';
import { postgres } from '../../shared/database/postgres.ts';
import { quickFolder } from '../chaos/quick-folder.ts';
import { startDebianPostgres } from '../support/debian-postgres.ts';
import { openPostgres } from '../support/postgres-server.ts';
import { type ServiceProcess, startServiceProcess } from './service-process.ts';
import type { Role } from './task.ts';

/** CRMs, database and OUTBOX, which live on; `sync` and `deliver`, which are killed; and the loop that delivers events. */
export interface World {
  readonly crms: Crms;
  readonly database: Database;
  /** The database server, in words. */
  readonly server: string;
  readonly outbox: FolderStore;
  readonly processes: Readonly<Record<Role, ServiceProcess>>;
  readonly delivery: DeliveryLoop;
  close(): Promise<void>;
}

export const API_KEY = 'a-key-of-the-service-for-chaos';
/** How long a request tries, and a group of records: short, so that much is put by. */
const BUDGET_MS = 1_000;
const NOWHERE = 'http://127.0.0.1:9/';

/** Starts everything in a folder of its own; on a real PostgreSQL where its package is installed or DATABASE_URL names one. */
export async function openWorld(): Promise<World> {
  const dir = await mkdtemp(join(await quickFolder(), 'chaos-sync-'));
  const { dsn, server, max, stop } = await startServer();
  await migrate({ dsn });
  const database = postgres({ dsn, max: 1, statementTimeoutMs: 60_000 });
  const crms = await startCrms();
  const hosts = Object.values(crms.standIns).flatMap((standIn) => [...standIn.hosts]);
  const task = { dsn, connections: max, dir, notices: join(dir, 'notices.jsonl'), apiKey: API_KEY, hosts, budgetMs: BUDGET_MS };
  const [sync, deliver] = await Promise.all([startServiceProcess({ ...task, role: 'sync' }), startServiceProcess({ ...task, role: 'deliver' })]);
  const now = () => new Date();
  const outbox = await openFolderStore({ dir, bucket: 'outbox', now, durable: false });
  const delivery = await startDelivery({
    file: join(dir, 'delivery.jsonl'),
    stores: [{ store: outbox, function: 'deliver' }],
    topic: await openTopic(join(dir, 'topic.jsonl'), now),
    urls: {
      get deliver() {
        return deliver.url ?? NOWHERE;
      },
    },
    now,
    maxAttempts: 10_000,
    firstDelayMs: 20,
    pollMs: 100,
    concurrency: 8,
  });
  return {
    crms,
    database,
    server,
    outbox,
    processes: { sync, deliver },
    delivery,
    async close() {
      await delivery.stop();
      await Promise.all([sync.stop(), deliver.stop()]);
      await crms.stop();
      await database.close();
      await stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function startServer() {
  if (process.env['DATABASE_URL'] === undefined) {
    const server = await startDebianPostgres();
    if (server !== undefined) return { dsn: server.dsn, server: server.version, max: 5, stop: server.stop };
  }
  const { dsn, max, stop } = await openPostgres();
  return { dsn, max, stop, server: max === 1 ? 'PGlite: ONE SESSION, NO REAL SERVER (apt-get install postgresql)' : 'the server that DATABASE_URL names' };
}
