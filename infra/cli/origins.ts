import type { Catalog } from '../../shared/catalog.ts';
import { type Environment, sourceSettings } from '../../shared/config.ts';
import { ConfigError } from '../../shared/errors.ts';
import type { SettingValues, Source } from '../../shared/source.ts';
import type { Origin } from './pipeline.ts';

/** The seed of the generated data where nobody names another. */
export const DEFAULT_SEED = 20_261_120;

/** Where records come from: settings of every source that is on, and the stand-ins behind them. */
export interface Origins {
  readonly settings: ReadonlyMap<string, SettingValues>;
  readonly list: readonly Origin[];
  stop(): Promise<void>;
}

interface StandIn {
  readonly settings: SettingValues;
  stop(): Promise<void>;
}

/** What plays a source that has no settings. */
const STAND_INS: Readonly<Record<string, (seed: number) => Promise<StandIn>>> = {
  ezfocus: async (seed) => {
    const { startEzFocus } = await import('../local/stand-ins/ezfocus.ts');
    const { baseUrl, credentials, stop } = await startEzFocus({ seed });
    return { settings: { baseUrl, ...credentials }, stop };
  },
  supabase: async (seed) => {
    const { startSupabase } = await import('../local/stand-ins/supabase.ts');
    const { baseUrl, key, schema, stop } = await startSupabase({ seed });
    return { settings: { baseUrl, key, schema }, stop };
  },
  meta_ads: async (seed) => {
    const { startMetaAds } = await import('../local/stand-ins/meta-ads.ts');
    const { baseUrl, account, token, stop } = await startMetaAds({ seed });
    return { settings: { baseUrl, account, token }, stop };
  },
  ga4: async (seed) => {
    const { startGa4 } = await import('../local/stand-ins/ga4.ts');
    const { baseUrl, property, credentials, stop } = await startGa4({ seed });
    return { settings: { baseUrl, property, credentials }, stop };
  },
};

/** The sources that stand-ins play, because they have no settings; starts none. */
export function playedSources(env: Environment, { sources }: Catalog): ReadonlySet<string> {
  const real = sourceSettings(env, sources, []);
  return new Set(sources.flatMap(({ name }) => (name in STAND_INS && !real.has(name) ? [name] : [])));
}

/** Reads the settings of all sources and starts stand-ins for those without; throws a ConfigError that names every wrong setting. */
export async function openOrigins(env: Environment, catalog: Catalog, seed: number): Promise<Origins> {
  const problems: string[] = [];
  const settings = new Map(sourceSettings(env, catalog.sources, problems));
  if (problems.length > 0) throw new ConfigError(problems);
  const list: Origin[] = [];
  const stops: (() => Promise<void>)[] = [];
  for (const source of catalog.sources) {
    const { name, title } = source;
    const real = settings.get(name);
    const standIn = real === undefined ? await STAND_INS[name]?.(seed) : undefined;
    if (real !== undefined) list.push({ source: name, isOn: true, text: `${title} at ${addressOf(source, real)}` });
    else if (standIn !== undefined) {
      settings.set(name, { ...defaultsOf(source), ...standIn.settings });
      stops.push(standIn.stop);
      list.push({ source: name, isOn: true, text: `a stand-in for ${title} with generated data, seed ${seed} (real settings: .env.example)` });
    } else if (source.database !== undefined) {
      // The settings that all else is read by are empty: it is the service of this folder.
      settings.set(name, defaultsOf(source));
      list.push({ source: name, isOn: true, text: `${title}: the service of this folder (real settings: .env.example)` });
    } else if (source.baseUrl === undefined) list.push({ source: name, isOn: false, text: `${title}: whatever is dropped into the raw folder` });
    else list.push({ source: name, isOn: false, text: `${title} is off: none of its settings is set (.env.example)` });
  }
  return {
    settings,
    list,
    async stop() {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}

function addressOf(source: Source, settings: SettingValues): string {
  if (source.database !== undefined) return 'its database';
  return source.baseUrl === undefined ? 'its address' : (settings[source.baseUrl] ?? '');
}

function defaultsOf(source: Source): SettingValues {
  return Object.fromEntries(Object.entries(source.settings).map(([name, setting]) => [name, setting.default ?? '']));
}
