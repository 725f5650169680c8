import type { SettingValues } from '../../source.ts';
import type { StreamRequest } from '../../vocabulary/request.ts';
import type { ezfocus } from './source.ts';

type EzFocusSetting = keyof typeof ezfocus.settings;

/** The one request that EZ Focus knows: the full set that belongs to a key, of one product segment ('' is all). */
export function dataSet(settings: SettingValues<EzFocusSetting>, key: EzFocusSetting, segment: string): StreamRequest {
  return {
    path: '/api',
    query: { key: settings[key], prov: settings.province, seg: segment, tpcl: settings.storeTypes, agent: settings.agent },
  };
}
