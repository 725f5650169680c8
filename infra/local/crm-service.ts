import { join } from 'node:path';
import type { Environment } from '../../shared/config.ts';
import type { CrmHttp } from '../../shared/crm/http.ts';
import { CRM_PROVIDERS } from '../../shared/crm/providers.ts';
import { createTokenCache } from '../../shared/crm/token-cache.ts';
import { createLimiters } from '../../shared/crm-delivery/connections.ts';
import type { ShipDeps } from '../../shared/crm-delivery/ship.ts';
import { postgres } from '../../shared/database/postgres.ts';
import { createOutsideHttp } from '../../shared/http-outside.ts';
import { type KeyRing, keyOf } from '../../shared/secrets/envelope.ts';
import { openKeys } from '../../shared/secrets/key-settings.ts';
import { cloudKms } from '../../shared/secrets/kms.ts';
import { loadDatabaseConfig, loadKeys } from '../../shared/service-config.ts';
import { migrate } from '../postgres/migrate.ts';
import { ownSecret } from './own-secret.ts';

export interface CrmServiceOptions {
  /** The folder that holds all state. */
  readonly dir: string;
  readonly env: Environment;
  readonly now: () => Date;
  /** From 0 to 1. */
  readonly random: () => number;
  /** The way out to the CRMs; default: to public addresses over https. */
  readonly http?: CrmHttp;
}

/** What `sync` and `deliver` work with on this machine. It is opened when it is first needed: PostgreSQL in this process takes 400 MB. */
export interface CrmService {
  /** Opens the database, brings its schema to the newest version, and finds the keys; throws a ConfigError. */
  open(): Promise<ShipDeps>;
  close(): Promise<void>;
}

/** The service of a folder: its own PostgreSQL and key, or those that DB_DSN and CRM_ENCRYPTION_KEY name. */
export function crmService(options: CrmServiceOptions): CrmService {
  let opened: Promise<{ ship: ShipDeps; close(): Promise<void> }> | undefined;
  return {
    async open() {
      opened ??= openService(options);
      return (await opened).ship;
    },
    async close() {
      await (await opened?.catch(() => undefined))?.close();
    },
  };
}

async function openService({ dir, env, now, random, http = createOutsideHttp() }: CrmServiceOptions) {
  const keys = env['CRM_ENCRYPTION_KEY'] ? await openKeys(loadKeys(env), cloudKms()) : await ownKeys(dir);
  const { dsn, instance, max, stop } = env['DB_DSN'] ? { ...loadDatabaseConfig(env), max: undefined, stop: async () => undefined } : await embedded(dir);
  await migrate({ dsn, instance });
  const database = postgres({ dsn, instance, ...(max === undefined ? { prepared: true } : { max }) });
  const tokens = createTokenCache({ now: () => now().getTime() });
  const providers = new Map(CRM_PROVIDERS.map((provider) => [provider.type, provider]));
  return {
    ship: { database, keys, http, tokens, providers, limit: createLimiters(), now, random },
    async close() {
      await database.close();
      await stop();
    },
  };
}

async function embedded(dir: string) {
  // 28 MB of WebAssembly: only where somebody syncs.
  const { startPglite } = await import('./pglite.ts');
  const { dsn, stop } = await startPglite(join(dir, 'postgres'));
  return { dsn, instance: undefined, max: 1, stop };
}

/** The key of this folder. */
async function ownKeys(dir: string): Promise<KeyRing> {
  return { current: keyOf(await ownSecret(dir, 'crm.key')), previous: [] };
}
