import { deliverFunction } from '../../functions/deliver/index.ts';
import { syncService } from '../../functions/sync/service.ts';
import { openFolderStore } from '../../infra/local/folder-store.ts';
import { openJsonlNotices } from '../../infra/local/jsonl-notices.ts';
import { serveDeliver, serveService } from '../../infra/local/service-server.ts';
import { loopbackTransport } from '../../infra/local/stand-ins/crm/loopback-transport.ts';
import { CRM_PROVIDERS } from '../../shared/crm/providers.ts';
import { createTokenCache } from '../../shared/crm/token-cache.ts';
import { createLimiters } from '../../shared/crm-delivery/connections.ts';
import type { ShipDeps } from '../../shared/crm-delivery/ship.ts';
import { postgres } from '../../shared/database/postgres.ts';
import { createOutsideHttp } from '../../shared/http-outside.ts';
import { keyOf } from '../../shared/secrets/envelope.ts';
import type { ChildTask } from './task.ts';

/** One process of the service, as `sync` or as `deliver`; tells its address to the process that has started it. */
const task: ChildTask = JSON.parse(process.argv[2] ?? '{}');
// The Functions Framework prints the stack of every try that fails: here that is a third of them.
console.error = () => {};
const now = () => new Date();
const outbox = await openFolderStore({ dir: task.dir, bucket: 'outbox', now, durable: false });
const ship: ShipDeps = {
  database: postgres({ dsn: task.dsn, max: task.connections, prepared: task.connections > 1 }),
  keys: { current: keyOf(Buffer.alloc(32, 'k')), previous: [] },
  http: createOutsideHttp({ transport: loopbackTransport(new Map(task.hosts)) }),
  tokens: createTokenCache({ now: () => Date.now() }),
  providers: new Map(CRM_PROVIDERS.map((provider) => [provider.type, provider])),
  limit: createLimiters(),
  now,
  random: () => Math.random(),
};
const log = () => undefined;
const server = await (task.role === 'sync' ? serveSync() : serveDelivery());
process.send?.({ url: server.url });
// Whoever has started it is gone.
process.on('disconnect', () => process.exit());

async function serveSync() {
  const more = { codeVersion: 'chaos', environment: 'test', apiKey: task.apiKey, origins: [], requestsPerMinute: 1_000_000, budgetMs: task.budgetMs };
  return await serveService(syncService({ ...ship, ...more, outbox, log }));
}

async function serveDelivery() {
  const notices = await openJsonlNotices(task.notices);
  const around = { notices, log, now, codeVersion: 'chaos', timeoutMs: 120_000, rerunFlag: '' };
  return await serveDeliver(deliverFunction({ ...around, ...ship, outbox, groupMs: task.budgetMs }));
}
