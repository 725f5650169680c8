import type { EzFocusStandIn } from '../../infra/local/stand-ins/ezfocus.ts';
import { sourceSettings } from '../../shared/config.ts';
import type { SettingValues } from '../../shared/source.ts';
import { ezfocus } from '../../shared/streams/ezfocus/source.ts';

/** The settings that point EZ Focus at a stand-in, read as a function reads them. */
export function ezFocusSettings(standIn: EzFocusStandIn): ReadonlyMap<string, SettingValues> {
  const { username, password, agent, accountsKey, callReportsKey, inventoryKey } = standIn.credentials;
  const problems: string[] = [];
  const env = {
    EZFOCUS_BASE_URL: standIn.baseUrl,
    EZFOCUS_USERNAME: username,
    EZFOCUS_PASSWORD: password,
    EZFOCUS_AGENT: agent,
    EZFOCUS_ACCOUNTS_KEY: accountsKey,
    EZFOCUS_CALL_REPORTS_KEY: callReportsKey,
    EZFOCUS_INVENTORY_KEY: inventoryKey,
  };
  const settings = sourceSettings(env, [ezfocus], problems);
  if (problems.length > 0) throw new Error(problems.join('; '));
  return settings;
}
