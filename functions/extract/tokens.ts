import { createPrivateKey, createSign, type KeyObject } from 'node:crypto';
import { PermanentError, TransientError } from '../../shared/errors.ts';
import { type HttpCall, type HttpRequest, send } from '../../shared/http.ts';
import { valueAt } from '../../shared/json/pointer.ts';
import type { SettingValues } from '../../shared/source.ts';
import type { OAuth2, ServiceAccount } from '../../shared/vocabulary/auth.ts';

/** Access tokens of one source in one invocation. */
export interface Tokens {
  /** The token, asked for where there is none yet. */
  token(): Promise<string>;
  /** Forgets it: the next one is a new one. */
  renew(): void;
}

/** What a service account's JSON key must hold; the rest of it is not looked at. */
interface AccountKey {
  readonly email: string;
  readonly key: KeyObject;
  readonly tokenUrl: string;
}

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const DEFAULT_TOKEN_URL = 'https://oauth2.googleapis.com/token';
const ASSERTION_SECONDS = 3600;
const MAX_ANSWER_BYTES = 64 * 1024;

/** Asks a token endpoint when a token is needed, and once for all requests that need it. */
export function tokens(auth: OAuth2 | ServiceAccount, settings: SettingValues, call: () => HttpCall): Tokens {
  let current: Promise<string> | undefined;

  async function fresh(): Promise<string> {
    try {
      return await ask(auth.type === 'oauth2' ? grantRequest(auth, settings) : assertionRequest(auth, settings, call().now()), call());
    } catch (error) {
      // What may go away may have gone when the next stream asks.
      if (error instanceof TransientError) current = undefined;
      throw error;
    }
  }

  return {
    token() {
      current ??= fresh();
      return current;
    },
    renew() {
      current = undefined;
    },
  };
}

async function ask(request: HttpRequest, call: HttpCall): Promise<string> {
  const answer = await send(request, call, async ({ body }) => {
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8');
  });
  const token = accessToken(answer);
  if (token === undefined) throw new PermanentError('token', `${new URL(request.url).origin} answered without an access token: check the credentials`);
  return token;
}

function accessToken(answer: string): string | undefined {
  try {
    const token: unknown = valueAt(JSON.parse(answer), ['access_token']);
    return typeof token === 'string' && token !== '' ? token : undefined;
  } catch {
    return undefined;
  }
}

function grantRequest({ grant, tokenUrl, clientId, clientSecret, refreshToken, scope }: OAuth2, settings: SettingValues): HttpRequest {
  const form = {
    grant_type: grant,
    client_id: settings[clientId] ?? '',
    client_secret: settings[clientSecret] ?? '',
    ...(grant === 'refresh_token' && refreshToken !== undefined ? { refresh_token: settings[refreshToken] ?? '' } : {}),
    ...(scope === undefined ? {} : { scope }),
  };
  return { url: settings[tokenUrl] ?? '', query: {}, headers: { accept: 'application/json' }, form };
}

/** RFC 7523: a statement about the account, signed with its key; a person who has agreed is known by a refresh token instead. */
function assertionRequest({ key, scopes }: ServiceAccount, settings: SettingValues, now: Date): HttpRequest {
  const consent = authorizedUser(settings[key] ?? '');
  if (consent !== undefined) return consent;
  const account = accountKey(settings[key] ?? '');
  const issued = Math.floor(now.getTime() / 1000);
  const claims = { iss: account.email, scope: scopes.join(' '), aud: account.tokenUrl, iat: issued, exp: issued + ASSERTION_SECONDS };
  const unsigned = `${encoded({ alg: 'RS256', typ: 'JWT' })}.${encoded(claims)}`;
  const signature = createSign('RSA-SHA256').update(unsigned).sign(account.key).toString('base64url');
  const form = { grant_type: JWT_BEARER, assertion: `${unsigned}.${signature}` };
  return { url: account.tokenUrl, query: {}, headers: { accept: 'application/json' }, form };
}

/** The request for a token of the JSON that Google's tools write for a person (`"type": "authorized_user"`); undefined where it is none. */
function authorizedUser(text: string): HttpRequest | undefined {
  const { type, token_uri: url = DEFAULT_TOKEN_URL, client_id, client_secret, refresh_token } = membersIn(text);
  if (type !== 'authorized_user') return undefined;
  if (![url, client_id, client_secret, refresh_token].every((one) => typeof one === 'string' && one !== ''))
    throw new PermanentError('credentials', 'the JSON of an authorized_user lacks client_id, client_secret or refresh_token');
  const form = { grant_type: 'refresh_token', client_id: `${client_id}`, client_secret: `${client_secret}`, refresh_token: `${refresh_token}` };
  return { url: `${url}`, query: {}, headers: { accept: 'application/json' }, form };
}

function membersIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

function accountKey(text: string): AccountKey {
  try {
    const { client_email: email, private_key: key, token_uri: tokenUrl = DEFAULT_TOKEN_URL } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (typeof email === 'string' && typeof key === 'string' && typeof tokenUrl === 'string') return { email, key: createPrivateKey(key), tokenUrl };
  } catch {
    // What is wrong with it would quote it.
  }
  throw new PermanentError('credentials', 'the key of the service account is no JSON key with client_email and private_key, nor of an authorized_user');
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
