import pLimit, { type LimitFunction } from 'p-limit';
import type { CrmHttp } from '../crm/http.ts';
import type { Connection, CrmProvider } from '../crm/provider.ts';
import type { TokenCache } from '../crm/token-cache.ts';
import { openCredentials, type SealedIntegration } from '../crm-store/integrations.ts';
import { withLock } from '../crm-store/locks.ts';
import type { Database } from '../database/database.ts';
import type { KeyRing } from '../secrets/envelope.ts';

export interface ConnectionParts {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly http: CrmHttp;
  readonly tokens: TokenCache;
  readonly limit: Limiters;
}

/** Limits how many requests of an integration are on their way at once, whatever they belong to. */
export type Limiters = <Result>(integrationId: string, provider: CrmProvider, send: () => Promise<Result>) => Promise<Result>;

/** The connection of an integration; throws EnvelopeError where its credentials do not open. */
export function connectionOf(integration: SealedIntegration, provider: CrmProvider, { database, keys, http, tokens, limit }: ConnectionParts): Connection {
  return {
    userId: integration.user_id,
    integrationId: integration.integration_id,
    credentials: openCredentials(integration, keys),
    settings: integration.settings,
    tokens,
    http: { send: (request, signal) => limit(integration.integration_id, provider, () => http.send(request, signal)) },
    lock: (name, signal, work) => withLock(database, { integrationId: integration.integration_id, name }, signal, work),
  };
}

/** Makes the limits of one process: a CRM counts the requests of an account, not those of a batch. An integration that nobody calls takes no room. */
export function createLimiters(): Limiters {
  const limits = new Map<string, LimitFunction>();
  return async (integrationId, provider, send) => {
    const limit = limits.get(integrationId) ?? pLimit(provider.limits.concurrency);
    limits.set(integrationId, limit);
    try {
      return await limit(send);
    } finally {
      if (limit.activeCount + limit.pendingCount === 0) limits.delete(integrationId);
    }
  };
}
