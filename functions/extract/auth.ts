import type { Auth, SettingValues } from '../../shared/source.ts';

/** The headers that tell a source who asks. */
export function authHeaders(auth: Auth, settings: SettingValues): Record<string, string> {
  if (auth.type === 'none') return {};
  const pair = `${settings[auth.username]}:${settings[auth.password]}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}
