import { siteOf } from '../address.ts';
import { type Call, errorOf } from '../answers.ts';
import { CrmError } from '../crm-error.ts';
import type { CrmAnswer, CrmRequest } from '../http.ts';
import { at } from '../json.ts';
import type { Connection, Credentials } from '../provider.ts';
import { tokenKey } from '../token-cache.ts';

/** A request to the OData service: its path below the service. */
export type ODataRequest = Omit<CrmRequest, 'url' | 'headers'> & { readonly path: string };
export type OData = (request: ODataRequest) => Promise<CrmAnswer>;

interface Session {
  readonly headers: Readonly<Record<string, string>>;
  /** Sites on .NET Framework have the service under /0, the others have not. */
  readonly service: string;
}

const JSON_TYPE = 'application/json';

/** Calls the service with the cached session; one that has ended is replaced once. */
export function odataOf(connection: Connection, call: Call): OData {
  const key = tokenKey(connection);
  const take = (): Promise<Session> => connection.tokens.take(key, () => open(connection.credentials, call));
  return async (request) => {
    const session = await take();
    const answer = await ask(call, session, request);
    if (!isSignedOut(answer)) return answer;
    connection.tokens.drop(key, session);
    return await ask(call, await take(), request);
  };
}

async function ask(call: Call, { headers, service }: Session, { path, ...request }: ODataRequest): Promise<CrmAnswer> {
  const type = request.json === undefined ? {} : { 'content-type': JSON_TYPE };
  return await call({ ...request, url: `${service}/${path}`, headers: { ...headers, ...type } });
}

/** A session that has ended is told by the status, or by the message that some proxies send with 200. */
function isSignedOut({ status, body }: CrmAnswer): boolean {
  return status === 401 || at(body, 'Message') === 'Authorization has been denied for this request.';
}

/** Logs in with the form of the site; every request then carries its cookies and repeats the one against forgery. */
async function open(credentials: Credentials, call: Call): Promise<Session> {
  const site = siteOf(credentials['instance_url'] ?? '');
  const answer = await call({
    method: 'POST',
    url: `${site}/ServiceModel/AuthService.svc/Login`,
    headers: { accept: JSON_TYPE, 'content-type': JSON_TYPE, forceusesession: 'true' },
    json: { UserName: credentials['username'] ?? '', UserPassword: credentials['password'] ?? '' },
  });
  const code = at(answer.body, 'Code');
  // Wrong credentials come with 200 as well.
  if (answer.status === 200 && typeof code === 'number' && code !== 0) throw new CrmError('credentials', 'Creatio does not accept the credentials', 200);
  if (answer.status !== 200) throw errorOf('Creatio', answer);
  if (code !== 0) throw new CrmError('unreachable', 'the site did not answer as Creatio does: check instance_url', answer.status);
  const cookies = new Map(answer.cookies.flatMap(cookieOf));
  const headers = {
    accept: JSON_TYPE,
    forceusesession: 'true',
    cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    bpmcsrf: cookies.get('BPMCSRF') ?? '',
  };
  return { headers, service: await serviceOf(site, headers, call) };
}

function cookieOf(cookie: string): [string, string][] {
  const [, name, value] = /^\s*([^=;\s]+)=([^;]*)/.exec(cookie) ?? [];
  return name === undefined || value === undefined || value === '' ? [] : [[name, value]];
}

async function serviceOf(site: string, headers: Readonly<Record<string, string>>, call: Call): Promise<string> {
  const framework = `${site}/0/odata`;
  const answer = await call({ method: 'GET', url: `${framework}/SysSettings?$top=1&$select=Id`, headers });
  if (answer.status === 404) return `${site}/odata`;
  // Any other answer says nothing about the site: kept for the whole session, a guess would be wrong as long.
  if (answer.status > 299) throw errorOf('Creatio', answer);
  return framework;
}
