import { type Call, errorOf } from '../answers.ts';
import { siteOf } from '../address.ts';
import { CrmError } from '../crm-error.ts';
import type { CrmAnswer, CrmRequest } from '../http.ts';
import { textAt } from '../json.ts';
import type { Connection, Credentials } from '../provider.ts';
import { tokenKey } from '../token-cache.ts';

/** Where an org's API may be: its own domain, and those of the government cloud. */
export const SALESFORCE_DOMAINS = ['salesforce.com', 'salesforce.mil', 'force.com'];
const API = '/services/data/v60.0';

/** A request to the API of an org: its path below the version. */
export type ApiRequest = Omit<CrmRequest, 'url' | 'headers'> & { readonly path: string };

export type Api = (request: ApiRequest) => Promise<CrmAnswer>;

interface Session {
  readonly token: string;
  readonly instance: string;
}

/** Calls the API with the cached session; one that has ended is replaced once. */
export function apiOf(connection: Connection, call: Call): Api {
  const key = tokenKey(connection);
  const ask = async (session: Session, { path, ...request }: ApiRequest): Promise<CrmAnswer> => {
    const type = request.json === undefined ? {} : { 'content-type': 'application/json' };
    return await call({
      ...request,
      url: `${session.instance}${API}${path}`,
      headers: { authorization: `Bearer ${session.token}`, accept: 'application/json', ...type },
    });
  };
  return async (request) => {
    const session = await connection.tokens.take(key, () => open(connection.credentials, call));
    const answer = await ask(session, request);
    if (answer.status !== 401 || connection.credentials['access_token'] !== undefined) return answer;
    connection.tokens.drop(key, session);
    return await ask(await connection.tokens.take(key, () => open(connection.credentials, call)), request);
  };
}

/** A given token is used as it is; a password opens a session. */
async function open(credentials: Credentials, call: Call): Promise<Session> {
  const { access_token: token, instance_url: instance } = credentials;
  if (token !== undefined && instance !== undefined) return { token, instance: siteOf(instance, SALESFORCE_DOMAINS) };
  const answer = await call({
    method: 'POST',
    url: `${siteOf(`https://${credentials['domain'] ?? 'login'}.salesforce.com`, SALESFORCE_DOMAINS)}/services/oauth2/token`,
    headers: { accept: 'application/json' },
    form: {
      grant_type: 'password',
      client_id: credentials['client_id'] ?? '',
      client_secret: credentials['client_secret'] ?? '',
      username: credentials['username'] ?? '',
      password: `${credentials['password'] ?? ''}${credentials['security_token'] ?? ''}`,
    },
  });
  if (answer.status !== 200) throw refusedLogin(answer);
  const [received, url] = [textAt(answer.body, 'access_token'), textAt(answer.body, 'instance_url')];
  if (received === undefined || url === undefined) throw new CrmError('unreachable', 'Salesforce opened no session: try again later', answer.status);
  return { token: received, instance: siteOf(url, SALESFORCE_DOMAINS) };
}

/** 400 is how OAuth says that a password is wrong. */
function refusedLogin(answer: CrmAnswer): CrmError {
  const isTooMany = textAt(answer.body, 'error_description')?.includes('login rate exceeded') ?? false;
  if (isTooMany) return errorOf('Salesforce', answer, { means: 'later' });
  return errorOf('Salesforce', answer, answer.status === 400 ? { means: 'credentials' } : {});
}
