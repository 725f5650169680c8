import { catalog } from '../../shared/catalog.ts';
import { cloudSurroundings, type Entry, type Handler } from '../../shared/cloud.ts';
import { loadConfig } from '../../shared/config.ts';
import { gcsStore } from '../../shared/object-store/gcs.ts';
import { gcsClient } from '../../shared/object-store/gcs-client.ts';
import { streams } from '../../shared/streams/index.ts';
import { transformFunction } from './index.ts';

/** Wires `transform` on Google Cloud; throws a ConfigError. */
export function wireTransform({ env, now }: Entry): Handler {
  const config = loadConfig(env, 'transform', []);
  const client = gcsClient();
  const raw = gcsStore({ bucket: config.rawBucket, client });
  const clean = gcsStore({ bucket: config.cleanBucket, client });
  return transformFunction({ ...cloudSurroundings(config, now), raw, clean, catalog: catalog(streams) });
}
