import type { SettingValues, Source } from '../../shared/source.ts';
import type { Auth, OAuth2, ServiceAccount } from '../../shared/vocabulary/auth.ts';
import type { Tokens } from './tokens.ts';

/** What a request carries so that the source knows who asks. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** The declared ways in, in order. */
export function authsOf({ auth }: Source): readonly Auth[] {
  return isList(auth) ? auth : [auth];
}

/** The one among them that needs a token; a source has one at most. */
export function tokenAuth(source: Source): OAuth2 | ServiceAccount | undefined {
  return authsOf(source).find((auth) => auth.type === 'oauth2' || auth.type === 'service_account');
}

/** Credentials of all declared ways together; asks for a token where one is needed. */
export async function credentials(source: Source, settings: SettingValues, tokens: Tokens | undefined): Promise<Credentials> {
  const headers: Record<string, string> = {};
  const query: Record<string, string> = {};
  for (const auth of authsOf(source)) {
    switch (auth.type) {
      case 'none':
        break;
      case 'basic':
        headers['authorization'] = `Basic ${Buffer.from(`${settings[auth.username]}:${settings[auth.password]}`).toString('base64')}`;
        break;
      case 'bearer':
        headers['authorization'] = `Bearer ${settings[auth.token]}`;
        break;
      case 'api_key':
        (auth.in === 'query' ? query : headers)[auth.name] = auth.scheme === undefined ? `${settings[auth.key]}` : `${auth.scheme} ${settings[auth.key]}`;
        break;
      case 'oauth2':
      case 'service_account':
        headers['authorization'] = `Bearer ${await tokens?.token()}`;
        break;
    }
  }
  return { headers, query };
}

function isList(auth: Auth | readonly Auth[]): auth is readonly Auth[] {
  return Array.isArray(auth);
}
