import { catalog } from '../../shared/catalog.ts';
import { cloudSurroundings, type Entry, type Handler } from '../../shared/cloud.ts';
import { loadConfig } from '../../shared/config.ts';
import { gcsStore } from '../../shared/object-store/gcs.ts';
import { streams } from '../../shared/streams/index.ts';
import { bigQueryWarehouse } from '../../shared/warehouse/bigquery.ts';
import { loadFunction } from './index.ts';

/** Wires `load` on Google Cloud; throws a ConfigError. */
export function wireLoad({ env, now }: Entry): Handler {
  const config = loadConfig(env, 'load', []);
  const clean = gcsStore({ bucket: config.cleanBucket });
  return loadFunction({ ...cloudSurroundings(config, now), clean, warehouse: bigQueryWarehouse(config.warehouse), catalog: catalog(streams) });
}
