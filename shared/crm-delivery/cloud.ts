import { CRM_PROVIDERS } from '../crm/providers.ts';
import { createTokenCache } from '../crm/token-cache.ts';
import { postgres } from '../database/postgres.ts';
import { createOutsideHttp } from '../http-outside.ts';
import { openKeys } from '../secrets/key-settings.ts';
import { cloudKms } from '../secrets/kms.ts';
import type { ServiceConfig } from '../service-config.ts';
import { createLimiters } from './connections.ts';
import type { ShipDeps } from './ship.ts';

export interface Chance {
  readonly now: () => Date;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** What `sync` and `deliver` send with, on the real CRMs and PostgreSQL; throws a ConfigError where the keys do not open. */
export async function cloudShipping({ dsn, instance, keys }: ServiceConfig, { now, random }: Chance): Promise<ShipDeps> {
  return {
    database: postgres({ dsn, instance, prepared: true }),
    keys: await openKeys(keys, cloudKms()),
    http: createOutsideHttp(),
    tokens: createTokenCache({ now: () => now().getTime() }),
    providers: new Map(CRM_PROVIDERS.map((provider) => [provider.type, provider])),
    limit: createLimiters(),
    now,
    random,
  };
}
