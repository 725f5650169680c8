import type { EzFocusStandIn } from '../../infra/local/stand-ins/ezfocus.ts';
import { sourceSettings } from '../../shared/config.ts';
import type { SettingValues } from '../../shared/source.ts';
import { ezfocus } from '../../shared/streams/ezfocus/source.ts';

/** The environment that points EZ Focus at a stand-in. */
export function ezFocusEnvironment(standIn: EzFocusStandIn): Record<string, string> {
  const { username, password, agent, accountsKey, callReportsKey, inventoryKey } = standIn.credentials;
  return {
    EZFOCUS_BASE_URL: standIn.baseUrl,
    EZFOCUS_USERNAME: username,
    EZFOCUS_PASSWORD: password,
    EZFOCUS_AGENT: agent,
    EZFOCUS_ACCOUNTS_KEY: accountsKey,
    EZFOCUS_CALL_REPORTS_KEY: callReportsKey,
    EZFOCUS_INVENTORY_KEY: inventoryKey,
  };
}

/** The settings in it, read as a function reads them. */
export function ezFocusSettings(standIn: EzFocusStandIn): ReadonlyMap<string, SettingValues> {
  const problems: string[] = [];
  const settings = sourceSettings(ezFocusEnvironment(standIn), [ezfocus], problems);
  if (problems.length > 0) throw new Error(problems.join('; '));
  return settings;
}
