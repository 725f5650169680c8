import { catalog } from '../../shared/catalog.ts';
import { cloudSurroundings, type Entry, type Handler } from '../../shared/cloud.ts';
import { loadConfig } from '../../shared/config.ts';
import { HTTP_DEFAULTS } from '../../shared/http.ts';
import { gcsStore } from '../../shared/object-store/gcs.ts';
import { streams } from '../../shared/streams/index.ts';
import { sourceDatabases } from './database.ts';
import { extractFunction } from './index.ts';

/** Wires `extract` on Google Cloud; throws a ConfigError. */
export function wireExtract({ env, now, random }: Entry): Handler {
  const known = catalog(streams);
  const config = loadConfig(env, 'extract', known.sources);
  const raw = gcsStore({ bucket: config.rawBucket });
  return extractFunction({
    ...cloudSurroundings(config, now),
    raw,
    catalog: known,
    sources: config.sources,
    http: { ...HTTP_DEFAULTS, now, jitter: random },
    database: sourceDatabases(),
  });
}
