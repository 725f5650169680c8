import type { RequestListener } from 'node:http';
import type { SyncDeps } from '../../functions/sync/route.ts';
import { syncService } from '../../functions/sync/service.ts';
import type { Environment } from '../../shared/config.ts';
import type { Log } from '../../shared/log.ts';
import type { ObjectStore } from '../../shared/object-store/object-store.ts';
import type { CrmService } from './crm-service.ts';
import { ownSecret } from './own-secret.ts';
import { type ServiceServer, serveService } from './service-server.ts';

export interface LocalSyncOptions {
  readonly dir: string;
  readonly env: Environment;
  readonly crm: CrmService;
  readonly outbox: ObjectStore;
  readonly log: Log;
  readonly codeVersion: string;
}

/** `sync` on this machine. */
export interface LocalSync extends ServiceServer {
  /** Proves the caller. */
  readonly apiKey: string;
}

const REQUESTS_PER_MINUTE = 15_000;

/** Serves `sync` on the port that PORT names, else one that the system chooses; its database is opened by the first request. */
export async function serveLocalSync({ dir, env, crm, outbox, log, codeVersion }: LocalSyncOptions): Promise<LocalSync> {
  const apiKey = env['API_KEY'] || (await ownSecret(dir, 'api.key')).toString('hex');
  const more: Omit<SyncDeps, keyof Awaited<ReturnType<CrmService['open']>>> = {
    outbox,
    log,
    codeVersion,
    environment: 'local',
    apiKey,
    origins: [],
    requestsPerMinute: REQUESTS_PER_MINUTE,
  };
  let opened: Promise<RequestListener> | undefined;
  const open = async (): Promise<RequestListener> => syncService({ ...(await crm.open()), ...more });
  const server = await serveService(
    (request, response) => {
      opened ??= open();
      opened.then(
        (service) => service(request, response),
        () => {
          // The next request tries again.
          opened = undefined;
          response.writeHead(503, { 'content-type': 'application/json' });
          response.end(JSON.stringify({ success: false, message: 'The database of this folder does not open', error_code: 'SRV_DATABASE_ERROR' }));
        },
      );
    },
    Number(env['PORT'] || 0),
  );
  return { ...server, apiKey };
}
