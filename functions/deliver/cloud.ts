import { cloudSurroundings, type Entry, type Handler } from '../../shared/cloud.ts';
import { cloudShipping } from '../../shared/crm-delivery/cloud.ts';
import { gcsStore } from '../../shared/object-store/gcs.ts';
import { loadDeliverConfig } from '../../shared/service-config.ts';
import { deliverFunction } from './index.ts';

/** Wires `deliver` on Google Cloud; throws a ConfigError. */
export async function wireDeliver({ env, now, random }: Entry): Promise<Handler> {
  const config = loadDeliverConfig(env);
  const outbox = gcsStore({ bucket: config.outboxBucket });
  return deliverFunction({ ...cloudSurroundings(config, now), ...(await cloudShipping(config, { now, random })), outbox });
}
