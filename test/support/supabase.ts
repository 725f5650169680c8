import type { SupabaseStandIn } from '../../infra/local/stand-ins/supabase.ts';
import { sourceSettings } from '../../shared/config.ts';
import type { SettingValues } from '../../shared/source.ts';
import { supabase } from '../../shared/streams/supabase/source.ts';

/** The environment that points Supabase at a stand-in. */
export function supabaseEnvironment({ baseUrl, key }: SupabaseStandIn): Record<string, string> {
  return { SUPABASE_URL: baseUrl, SUPABASE_KEY: key };
}

/** The settings in it, read as a function reads them. */
export function supabaseSettings(standIn: SupabaseStandIn): ReadonlyMap<string, SettingValues> {
  const problems: string[] = [];
  const settings = sourceSettings(supabaseEnvironment(standIn), [supabase], problems);
  if (problems.length > 0) throw new Error(problems.join('; '));
  return settings;
}
