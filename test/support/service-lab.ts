import { mkdtemp, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { syncService } from '../../functions/sync/service.ts';
import type { SyncDeps } from '../../functions/sync/route.ts';
import { deliverFunction } from '../../functions/deliver/index.ts';
import type { DeliverDeps } from '../../functions/deliver/deps.ts';
import { type FolderStore, openFolderStore } from '../../infra/local/folder-store.ts';
import { finalizedEvent } from '../../infra/local/cloud-event.ts';
import { serveDeliver, serveService } from '../../infra/local/service-server.ts';
import { migrate } from '../../infra/postgres/migrate.ts';
import type { CrmType } from '../../shared/crm/provider.ts';
import { createTokenCache } from '../../shared/crm/token-cache.ts';
import { createLimiters } from '../../shared/crm-delivery/connections.ts';
import type { Database } from '../../shared/database/database.ts';
import { postgres } from '../../shared/database/postgres.ts';
import { logLine } from '../../shared/log.ts';
import type { Notice } from '../../shared/notices/notices.ts';
import type { ObjectInfo } from '../../shared/object-store/object-store.ts';
import { keyOf } from '../../shared/secrets/envelope.ts';
import { type FakeCrm, fakeCrm } from './fake-crm.ts';
import { openPostgres } from './postgres-server.ts';

export const API_KEY = 'a-key-of-the-service-for-tests';
export const TYPES: readonly CrmType[] = ['klaviyo', 'salesforce', 'creatio', 'hubspot'];

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  readonly body: any;
  readonly text: string;
}

/** The real service on PostgreSQL, with CRMs whose answers the test decides. */
export interface ServiceLab {
  readonly url: string;
  readonly deps: SyncDeps;
  readonly database: Database;
  readonly outbox: FolderStore;
  readonly crms: Readonly<Record<CrmType, FakeCrm>>;
  readonly logged: string[];
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  connect(types?: readonly CrmType[], settings?: Record<string, unknown>, userId?: string): Promise<void>;
  rows<Row = Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  readonly notices: Notice[];
  /** Sends the event of a finalized object to `deliver`; the age is how long ago the event happened. */
  finalize(object: ObjectInfo, ageMs?: number): Promise<Reply>;
  /** Delivers what is in OUTBOX, once. */
  deliverAll(): Promise<readonly Reply[]>;
  /** Empties tables and CRMs. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the service on an empty schema of the newest version. */
export async function openServiceLab(options: Partial<SyncDeps> = {}): Promise<ServiceLab> {
  const dir = await mkdtemp(join(tmpdir(), 'service-'));
  const { dsn, max, stop } = await openPostgres();
  const database = postgres({ dsn, max });
  await database.query('DROP SCHEMA IF EXISTS crm CASCADE');
  await migrate({ dsn });
  const outbox = await openFolderStore({ dir, bucket: 'outbox', now: () => new Date(), settleMs: 0, durable: false });
  const crms = Object.fromEntries(TYPES.map((type) => [type, fakeCrm(type)])) as unknown as Record<CrmType, FakeCrm>;
  const logged: string[] = [];
  const deps: SyncDeps = {
    database,
    keys: { current: keyOf(Buffer.alloc(32, 'k')), previous: [] },
    http: { send: () => Promise.reject(new Error('the fakes send nothing')) },
    tokens: createTokenCache({ now: () => Date.now() }),
    providers: new Map(TYPES.map((type) => [type, crms[type].provider])),
    limit: createLimiters(),
    now: () => new Date(),
    random: () => 0,
    outbox,
    log: (severity, event, fields) => logged.push(logLine(severity, event, fields)),
    codeVersion: 'test',
    environment: 'test',
    apiKey: API_KEY,
    origins: [],
    requestsPerMinute: 100_000,
    budgetMs: 5_000,
    ...options,
  };
  const server = await serveService(syncService(deps));
  const notices: Notice[] = [];
  const deliverDeps: DeliverDeps = {
    ...deps,
    outbox,
    groupMs: 1_000,
    timeoutMs: 60_000,
    rerunFlag: '',
    notices: {
      publish: async (notice) => {
        notices.push(notice);
      },
    },
  };
  const deliverServer = await serveDeliver(deliverFunction(deliverDeps));

  async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { 'x-api-key': API_KEY, 'x-user-id': 'user-1', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : undefined, text };
  }

  async function finalize(object: ObjectInfo, ageMs = 0): Promise<Reply> {
    const { headers, body } = finalizedEvent('outbox', object, { id: randomUUID(), time: new Date(Date.now() - ageMs).toISOString() });
    const response = await fetch(deliverServer.url, { method: 'POST', headers, body });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: response.ok ? JSON.parse(text) : undefined, text };
  }

  return {
    url: server.url,
    notices,
    finalize,
    async deliverAll() {
      const replies: Reply[] = [];
      for await (const object of outbox.list('')) replies.push(await finalize(object));
      return replies;
    },
    deps,
    database,
    outbox,
    crms,
    logged,
    call,
    async connect(types = TYPES, settings = {}, userId = 'user-1') {
      for (const type of types) {
        const reply = await call('POST', '/crm/connect', { crm_type: type, credentials: { api_key: `secret-${type}` }, settings }, { 'x-user-id': userId });
        if (reply.status !== 200) throw new Error(`${type} is not connected: ${reply.status} ${reply.text}`);
      }
    },
    rows: (sql, values) => database.query(sql, values),
    async reset() {
      await database.query(
        'TRUNCATE crm.crm_integrations, crm.crm_sync_logs, crm.crm_item_states, crm.crm_requests, crm.crm_outbox_items, crm.crm_locks, crm.crm_rate_limits',
      );
      for await (const object of outbox.list('')) await rm(join(dir, 'outbox', object.name), { force: true });
      logged.length = 0;
      notices.length = 0;
      for (const type of TYPES) {
        const { provider: _, ...fresh } = fakeCrm(type);
        crms[type].held.clear();
        crms[type].calls.length = 0;
        crms[type].connections.length = 0;
        crms[type].answer = fresh.answer;
        crms[type].meanwhile = fresh.meanwhile;
        crms[type].invalid = undefined;
      }
    },
    async close() {
      await server.stop();
      await deliverServer.stop();
      await database.close();
      await stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
