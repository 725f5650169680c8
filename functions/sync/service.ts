import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Admitted, Once } from '../../shared/crm-store/admission.ts';
import { forgetLocks } from '../../shared/crm-store/locks.ts';
import { forgetRequests, releaseRequest } from '../../shared/crm-store/requests.ts';
import { DatabaseError, type Query } from '../../shared/database/database.ts';
import { type Answer, failure } from './answer.ts';
import { readBody } from './body.ts';
import { proveCaller, userOf } from './caller.ts';
import { corsHeaders } from './cors.ts';
import { HttpError } from './http-error.ts';
import { onceOf } from './once.ts';
import type { Call, Route, SyncDeps } from './route.ts';
import { type Match, routerOf } from './router.ts';
import { routes } from './routes.ts';
import { checker, invalid } from './schema.ts';
import { groupedStatements } from './statements.ts';

/** How long a request may take before what is open goes to OUTBOX. */
export const BUDGET_MS = 8_000;
/** Beyond its budget a request only writes down what happened. */
const LEASE_RESERVE_MS = 4_000;
/** Of the requests with a key, so many also clear away old ones. */
const FORGETTING_SHARE = 1 / 500;

/** The service `sync` as Node's HTTP server calls it. */
export function syncService(deps: SyncDeps): RequestListener {
  const find = routerOf(routes);
  const budget = deps.budgetMs ?? BUDGET_MS;
  const statements = groupedStatements(deps.database.query, deps.requestsPerMinute);
  const checkers = new Map(routes.map((route) => [route, route.body === undefined ? undefined : checker(route.body)]));
  return (request, response) => {
    // A caller who is gone needs no answer; what was begun goes on.
    response.on('error', () => {});
    answer(request)
      .then((answered) => write(request, response, answered))
      .catch(() => response.destroy());
  };

  async function answer(request: IncomingMessage): Promise<Answer> {
    const started = deps.now();
    const cors = corsHeaders(request, deps.origins);
    let route = '-';
    let answered: Answer;
    try {
      if (request.method === 'OPTIONS') answered = { status: 204, body: undefined };
      else {
        const url = urlOf(request);
        const found = find(request.method ?? '', url.pathname);
        route = `${found.route.method} ${found.route.path}`;
        answered = await handle(request, url, found, started);
      }
    } catch (error) {
      answered = failure(asHttpError(error));
    }
    const severity = answered.status >= 500 ? 'ERROR' : 'INFO';
    deps.log(severity, answered.status >= 500 ? 'sync.failed' : 'sync.done', { route, status: answered.status, ms: deps.now().getTime() - started.getTime() });
    return { ...answered, headers: { ...cors, ...answered.headers } };
  }

  async function handle(request: IncomingMessage, url: URL, { route, path }: Match, receivedAt: Date): Promise<Answer> {
    if (route.open !== true) proveCaller(request, deps.apiKey);
    const userId = route.open === true ? '' : userOf(request);
    const { body, once } = await checked(request, userId, async () => valid(request, route, url, await readBody(request)));
    const ahead = route.idempotent === true ? statements.integrations(userId) : undefined;
    // Nobody may ask for them any more.
    ahead?.catch(() => undefined);
    const call: Call = {
      deps,
      statements,
      userId,
      integrations: () => ahead ?? statements.integrations(userId),
      path,
      query: url.searchParams,
      body,
      key: randomUUID(),
      receivedAt,
      signal: AbortSignal.timeout(budget),
      deadline: receivedAt.getTime() + budget,
    };
    const admitted: Admitted = userId === '' ? { state: 'unnamed' } : await statements.admit({ userId, once });
    if (once === undefined && admitted.state === 'unnamed') return await unnamed(route, call);
    return await begun(route, call, once?.key ?? '', admitted);
  }

  /** A request that is wrong counts like any other; it is wrong without a database, too. */
  async function checked<Value>(request: IncomingMessage, userId: string, check: () => Promise<Value>): Promise<Value> {
    try {
      return await check();
    } catch (error) {
      if (userId === '') throw error;
      const admitted = statements.admit({ userId }).catch((): Admitted => ({ state: 'unnamed' }));
      // Who is still sending would lose an answer that waits for the database.
      if (request.complete) refuse(await admitted);
      throw error;
    }
  }

  function valid(request: IncomingMessage, route: Route, url: URL, given: unknown): { readonly body: unknown; readonly once: Once | undefined } {
    requireQuery(route, url);
    const check = checkers.get(route);
    const body = check === undefined ? undefined : check(given ?? {});
    const once = onceOf(request, [route.id, body, [...url.searchParams].sort()], deps.keys);
    if (route.idempotent !== true || once === undefined) return { body, once: undefined };
    return { body, once: { ...once, key: `${route.id} ${once.key}`, leaseMs: budget + LEASE_RESERVE_MS } };
  }

  async function unnamed(route: Route, call: Call): Promise<Answer> {
    const { endings = [], ...answered } = await route.handle(call);
    if (endings.length > 0) await statements.end({ endings });
    return answered;
  }

  /** A repeat gets the first answer; one that comes while the first is being worked on is asked to come again. */
  async function begun(route: Route, call: Call, key: string, admitted: Admitted): Promise<Answer> {
    refuse(admitted);
    if (admitted.state === 'done') return { status: admitted.status, body: admitted.response, headers: { 'idempotency-replayed': 'true' } };
    if (admitted.state !== 'new') throw new Error(`a request with a key is ${admitted.state}`);
    const { token, receivedAt } = admitted;
    const request = { userId: call.userId, key, token };
    try {
      const { endings = [], ...answered } = await route.handle({ ...call, key, receivedAt });
      await statements.end({ endings, request: { ...request, status: answered.status, response: answered.body } });
      if (deps.random() < FORGETTING_SHARE) await forgetOld(deps.database.query);
      return answered;
    } catch (error) {
      await releaseRequest(deps.database.query, request).catch(() => undefined);
      throw error;
    }
  }

  /** Throws HttpError where the request may not begin. */
  function refuse(admitted: Admitted): void {
    if (admitted.state === 'limited') {
      const { waitMs } = admitted;
      throw new HttpError(
        'RATE_LIMIT_EXCEEDED',
        `More than ${deps.requestsPerMinute} requests a minute`,
        { retry_after_ms: waitMs },
        { 'retry-after': seconds(waitMs) },
      );
    }
    if (admitted.state === 'other') throw new HttpError('REQ_KEY_REUSED', 'This Idempotency-Key came with another request before: use a new one');
    if (admitted.state === 'running') {
      const after = { 'retry-after': seconds(admitted.retryAfterMs) };
      throw new HttpError('REQ_IN_PROGRESS', 'A request with this Idempotency-Key is being worked on: repeat it', undefined, after);
    }
  }

  function asHttpError(error: unknown): HttpError {
    if (error instanceof HttpError) return error;
    if (error instanceof DatabaseError) {
      deps.log('ERROR', 'sync.failed', { message: error.message, code: error.code ?? null });
      return new HttpError('SRV_DATABASE_ERROR', 'The database is not there; repeat the request with the same Idempotency-Key', undefined, {
        'retry-after': '5',
      });
    }
    // A message of somebody else's may hold values: the name alone is told.
    const name = error instanceof Error ? error.name : typeof error;
    const place = error instanceof Error ? (error.stack?.split('\n').find((line) => line.includes('    at ')) ?? '').trim() : '';
    deps.log('ERROR', 'sync.failed', { message: `unexpected ${name}`, place });
    return new HttpError('SRV_INTERNAL_ERROR', 'Something unexpected happened; repeat the request with the same Idempotency-Key');
  }
}

async function forgetOld(query: Query): Promise<void> {
  await forgetRequests(query);
  await forgetLocks(query);
}

function seconds(ms: number): string {
  return String(Math.ceil(ms / 1_000));
}

function requireQuery({ query = {} }: Route, { searchParams }: URL): void {
  for (const [name, { required = false }] of Object.entries(query)) {
    if (required && (searchParams.get(name) ?? '').trim() === '') throw invalid([{ field: `query.${name}`, message: 'Field required', type: 'missing' }]);
  }
}

function urlOf({ url = '/' }: IncomingMessage): URL {
  return URL.parse(url.replace(/^\/+/, '/'), 'http://service') ?? new URL('http://service/%');
}

function write(request: IncomingMessage, response: ServerResponse, { status, body, headers = {} }: Answer): void {
  const isText = typeof body === 'string';
  const text = body === undefined ? '' : isText ? body : JSON.stringify(body);
  response.writeHead(status, {
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...(body === undefined ? {} : { 'content-type': isText ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8' }),
    ...(status === 204 ? {} : { 'content-length': String(Buffer.byteLength(text)) }),
    // What was not read of a body would be taken for the next request.
    ...(request.complete ? {} : { connection: 'close' }),
    ...headers,
  });
  response.end(request.method === 'HEAD' || status === 204 ? undefined : text);
  if (!request.complete) request.resume();
}
