import type { RequestListener } from 'node:http';
import type { Entry } from '../../shared/cloud.ts';
import { cloudShipping } from '../../shared/crm-delivery/cloud.ts';
import { filteredLog, stdoutLog } from '../../shared/log.ts';
import { gcsStore } from '../../shared/object-store/gcs.ts';
import { loadSyncConfig } from '../../shared/service-config.ts';
import { syncService } from './service.ts';

/** Wires `sync` on Google Cloud, or wherever its settings lead; throws a ConfigError. */
export async function wireSync({ env, now, random }: Entry): Promise<RequestListener> {
  const config = loadSyncConfig(env);
  const { apiKey, origins, requestsPerMinute, codeVersion, environment, outboxBucket, logLevel } = config;
  return syncService({
    ...(await cloudShipping(config, { now, random })),
    outbox: gcsStore({ bucket: outboxBucket }),
    log: filteredLog(stdoutLog, logLevel),
    apiKey,
    origins,
    requestsPerMinute,
    codeVersion,
    environment,
  });
}
