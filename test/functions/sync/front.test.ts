import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, request } from 'node:http';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { syncService } from '../../../functions/sync/service.ts';
import { serveService } from '../../../infra/local/service-server.ts';
import { admitRequests } from '../../../shared/crm-store/admission.ts';
import { API_KEY, openServiceLab, type ServiceLab } from '../../support/service-lab.ts';

const ROOT = join(import.meta.dirname, '../../..');
const CANARY = 'pk_canary_4711';
let lab: ServiceLab;

beforeAll(async () => {
  lab = await openServiceLab({ origins: ['https://app.example.com'], requestsPerMinute: 600 });
}, 120_000);
afterAll(() => lab.close());
beforeEach(() => lab.reset());

describe('every error has the one envelope', () => {
  test.each([
    ['an unknown route', 'GET', '/nothing', undefined, {}, 404, 'RES_NOT_FOUND'],
    ['what browsers ask for', 'GET', '/favicon.ico', undefined, {}, 404, 'RES_NOT_FOUND'],
    ['a path that cannot be decoded', 'GET', '/crm/%zz/status', undefined, {}, 400, 'CRM_INVALID_TYPE'],
    ['a method that a route does not have', 'PUT', '/crm/sync/contact', {}, {}, 405, 'REQ_METHOD_NOT_ALLOWED'],
    ['malformed JSON', 'POST', '/crm/validate', `{"crm_type":"hubspot","credentials":{"api_key":"${CANARY}"`, {}, 400, 'VAL_INVALID_INPUT'],
    ['another media type', 'POST', '/crm/validate', 'a=b', { 'content-type': 'text/plain' }, 415, 'REQ_UNSUPPORTED_MEDIA_TYPE'],
    ['a form', 'POST', '/crm/validate', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'REQ_UNSUPPORTED_MEDIA_TYPE'],
    ['a compressed body', 'POST', '/crm/validate', '{}', { 'content-encoding': 'gzip' }, 415, 'REQ_UNSUPPORTED_MEDIA_TYPE'],
    ['a body that is too large', 'POST', '/crm/sync/contact', { email: 'a@b.ca', city: 'x'.repeat(1_100_000) }, {}, 413, 'REQ_TOO_LARGE'],
    ['no body', 'POST', '/crm/sync/contact', undefined, {}, 400, 'VAL_INVALID_INPUT'],
    ['a body that is no object', 'POST', '/crm/sync/contact', '[1]', {}, 400, 'VAL_INVALID_INPUT'],
    [
      'a prototype in the body',
      'POST',
      '/crm/sync/contact',
      '{"email":"a@b.ca","custom_properties":{"a":{"__proto__":{"b":1}}}}',
      {},
      400,
      'VAL_INVALID_INPUT',
    ],
    ['a deep body', 'POST', '/crm/sync/contact', `{"email":"a@b.ca","custom_properties":${'{"a":'.repeat(50)}1${'}'.repeat(51)}`, {}, 400, 'VAL_INVALID_INPUT'],
    ['a NUL', 'POST', '/crm/sync/contact', '{"email":"a@b.ca","city":"a\\u0000b"}', {}, 400, 'VAL_INVALID_INPUT'],
    ['half a character', 'POST', '/crm/sync/contact', '{"email":"a@b.ca","city":"\\ud800"}', {}, 400, 'VAL_INVALID_INPUT'],
    ['a number that no machine holds', 'POST', '/crm/sync/contact', '{"email":"a@b.ca","custom_properties":{"a":[1e400]}}', {}, 400, 'VAL_INVALID_INPUT'],
    [
      'digits that a number loses',
      'POST',
      '/crm/sync/contact',
      '{"email":"a@b.ca","custom_properties":{"a":[12345678901234567891]}}',
      {},
      400,
      'VAL_INVALID_INPUT',
    ],
    ['no user', 'GET', '/crm/list', undefined, { 'x-user-id': '  ' }, 400, 'VAL_INVALID_INPUT'],
    ['a key that is none', 'POST', '/crm/sync/contact', { email: 'a@b.ca' }, { 'idempotency-key': 'a b' }, 400, 'VAL_INVALID_INPUT'],
    ['a wrong API key', 'GET', '/crm/list', undefined, { 'x-api-key': `${API_KEY}x` }, 401, 'AUTH_INVALID_TOKEN'],
  ])('%s', async (_, method, path, body, headers, status, code) => {
    const reply = await lab.call(method, path, body, headers as Record<string, string>);
    expect([reply.status, reply.body]).toEqual([status, expect.objectContaining({ success: false, error_code: code, message: expect.any(String) })]);
    expect(reply.text).not.toContain(CANARY);
    expect(reply.text).not.toContain('<html');
  });

  test('with what a route takes where the method is wrong', async () => {
    expect((await lab.call('DELETE', '/crm/sync/contact')).headers.get('allow')).toBe('OPTIONS, POST');
  });

  test('with field, rule and no value where the body is wrong', async () => {
    const reply = await lab.call('POST', '/crm/sync/contact', { email: `${CANARY}@`, first_name: 'x'.repeat(101), custom_properties: [CANARY] });
    expect(reply.body.details.validation_errors).toEqual([
      { field: 'email', message: 'must match format "email"', type: 'format' },
      { field: 'first_name', message: 'must NOT have more than 100 characters', type: 'maxLength' },
      { field: 'custom_properties', message: 'must be object,null', type: 'type' },
    ]);
    expect(reply.text).not.toContain(CANARY);
  });

  test('with no caller proven, before anything else is looked at', async () => {
    const response = await fetch(`${lab.url}/crm/sync/contact`, { method: 'POST', body: '{' });
    expect([response.status, await response.json()]).toEqual([401, expect.objectContaining({ error_code: 'AUTH_MISSING_TOKEN' })]);
  });
});

describe('two users in one request', () => {
  test('are none', async () => {
    const asked = request(`${lab.url}/crm/list`, { headers: { 'x-api-key': API_KEY, 'x-user-id': ['user-1', 'user-2'] } }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    expect([answer.statusCode, JSON.parse(await text(answer))]).toMatchObject([
      400,
      { details: { validation_errors: [{ field: 'header.X-User-Id', message: 'X-User-Id is there more than once' }] } },
    ]);
    // An id may have a comma.
    expect((await lab.call('GET', '/crm/list', undefined, { 'x-user-id': 'user-1, of Ottawa' })).status).toBe(200);
  });
});

describe('a body without a length', () => {
  test('is cut off at the limit', async () => {
    const socket = connect(Number(new URL(lab.url).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('error', () => undefined);
    socket.write(
      `POST /crm/sync/contact HTTP/1.1\r\nHost: x\r\nX-Api-Key: ${API_KEY}\r\nX-User-Id: u\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const piece = 'a'.repeat(65_536);
    while (answer === '' && !socket.destroyed && socket.bytesWritten < 20_000_000) {
      socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (!answer.includes('REQ_TOO_LARGE')) await once(socket, 'close');
    socket.destroy();
    expect(answer).toContain('HTTP/1.1 413');
    expect(answer).toContain('REQ_TOO_LARGE');
  });
});

describe('other origins', () => {
  test('are allowed where the settings name them, never with credentials', async () => {
    const allowed = await lab.call('OPTIONS', '/crm/sync/contact', undefined, { origin: 'https://app.example.com' });
    expect([allowed.status, allowed.headers.get('access-control-allow-origin'), allowed.headers.get('access-control-allow-credentials')]).toEqual([
      204,
      'https://app.example.com',
      null,
    ]);
    const refused = await lab.call('OPTIONS', '/crm/sync/contact', undefined, { origin: 'https://evil.example.com' });
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('a user with too many requests', () => {
  test('gets 429 and when to come again; another user does not', async () => {
    await lab.rows("INSERT INTO crm.crm_rate_limits VALUES ('user-1', now() + interval '2 minutes')");
    const reply = await lab.call('GET', '/crm/list');
    expect([reply.status, reply.body.error_code]).toEqual([429, 'RATE_LIMIT_EXCEEDED']);
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(50);
    expect((await lab.call('GET', '/crm/list', undefined, { 'x-user-id': 'user-2' })).status).toBe(200);
  });

  test.each([
    ['malformed JSON', '{"email":', {}, 400, 429],
    ['another media type', 'a=b', { 'content-type': 'text/plain' }, 415, 429],
    ['a body that is too large', `{"city":"${'x'.repeat(1_100_000)}"}`, {}, 413, 413],
  ])('has %s counted, too', async (_, body, more, status, again) => {
    // The next one is allowed after a minute.
    const server = await serveService(syncService({ ...lab.deps, requestsPerMinute: 1 }));
    const headers = { 'x-api-key': API_KEY, 'x-user-id': 'user-1', 'content-type': 'application/json', ...(more as Record<string, string>) };
    const ask = async () => (await fetch(`${server.url}/crm/sync/contact`, { method: 'POST', headers, body })).status;
    const list = async () => (await fetch(`${server.url}/crm/list`, { headers })).status;
    const statuses = [await ask(), await list(), await ask()];
    await server.stop();
    expect(statuses).toEqual([status, 429, again]);
  });

  test('has a minute’s allowance at once, and no more', async () => {
    // 40 s refill one request: no machine is so slow that it matters.
    const waits: number[] = [];
    for (let request = 0; request < 3; request += 1) {
      const [admitted] = await admitRequests(lab.database.query, [{ userId: 'fresh' }], 1.5);
      waits.push(admitted?.state === 'limited' ? admitted.waitMs : 0);
    }
    const [first, second = 0, third = 0] = waits;
    expect(first).toBe(0);
    expect(second).toBeGreaterThan(0);
    expect(second).toBeLessThanOrEqual(40_000);
    // A refused request costs nothing.
    expect(third).toBeLessThanOrEqual(second);
  });

  test('has no more of it for asking all at once, and another user none the less', async () => {
    const users = ['many', 'many', 'many', 'many', 'few'];
    const admitted = await admitRequests(
      lab.database.query,
      users.map((userId) => ({ userId })),
      3,
    );
    expect(admitted.map(({ state }) => state).sort()).toEqual(['limited', 'unnamed', 'unnamed', 'unnamed', 'unnamed']);
    expect(admitted.at(-1)).toEqual({ state: 'unnamed' });
  });
});

describe('what anybody may read', () => {
  test('tells whether the service is well', async () => {
    for (const path of ['/health', '/healthz']) {
      const response = await fetch(`${lab.url}${path}`);
      expect([response.status, await response.json()]).toEqual([
        200,
        expect.objectContaining({ success: true, data: expect.objectContaining({ database: 'connected', schema: 'ready' }) }),
      ]);
    }
  });

  test('does not call a service well whose schema waits for a migration', async () => {
    await lab.rows('ALTER TABLE crm.crm_item_states RENAME COLUMN account TO of_the_next_migration');
    const response = await fetch(`${lab.url}/health`);
    await lab.rows('ALTER TABLE crm.crm_item_states RENAME COLUMN of_the_next_migration TO account');
    expect([response.status, await response.json()]).toEqual([
      503,
      expect.objectContaining({ error_code: 'SRV_DATABASE_ERROR', details: expect.objectContaining({ database: 'connected', schema: 'missing_tables' }) }),
    ]);
  });

  test('is a description of every route, from the schemas that validate', async () => {
    const document = JSON.parse(await (await fetch(`${lab.url}/openapi.json`)).text());
    expect(document.openapi).toBe('3.1.0');
    const routes = Object.entries<object>(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
    expect(routes).toEqual(
      expect.arrayContaining([
        'POST /crm/validate',
        'POST /crm/connect',
        'PATCH /crm/{crm_type}',
        'GET /crm/{crm_type}/status',
        'DELETE /crm/{crm_type}/disconnect',
        'GET /crm/list',
        'POST /crm/sync/contact',
        'POST /crm/sync/event',
        'POST /crm/sync/lead',
        'GET /crm/field-mappings',
        'GET /crm/field-mappings/{crm_type}',
        'GET /health',
        'GET /healthz',
      ]),
    );
    const { schema } = document.paths['/crm/sync/contact'].post.requestBody.content['application/json'];
    expect(schema).toMatchObject({ required: ['email'], properties: { first_name: { maxLength: 100 }, custom_properties: { type: ['object', 'null'] } } });
  });

  test('is a page that loads nothing', async () => {
    const response = await fetch(`${lab.url}/docs`);
    const page = await response.text();
    expect(page).toContain('/crm/sync/contact');
    expect(page).not.toMatch(/<script|src=|@import|url\(/);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});

describe('the function as it is deployed', () => {
  test('keeps the framework’s parsers out: envelope, limit and silence hold, and 503 where the database is down', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as { port: number };
    probe.close();
    await once(probe, 'close');
    const child = spawn(
      join(ROOT, 'node_modules/.bin/node'),
      [
        '--disable-warning=ExperimentalWarning',
        join(ROOT, 'node_modules/.bin/functions-framework'),
        '--target=sync',
        '--source=functions/index.ts',
        `--port=${port}`,
      ],
      {
        cwd: ROOT,
        env: {
          PATH: process.env['PATH'],
          DB_DSN: 'postgres://nobody:secret-of-the-dsn@127.0.0.1:1/nothing',
          ENVIRONMENT: 'test',
          API_KEY,
          CRM_ENCRYPTION_KEY: 'k'.repeat(32),
          OUTBOX_BUCKET: 'outbox',
          DEBUG: 'true',
        },
      },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    try {
      const url = `http://127.0.0.1:${port}`;
      const headers = { 'x-api-key': API_KEY, 'x-user-id': 'u', 'content-type': 'application/json' };
      let health: Response | undefined;
      while (health === undefined) {
        if (child.exitCode !== null) throw new Error(output);
        health = await fetch(`${url}/health`).catch(() => undefined);
      }
      const state = await health.text();
      expect([health.status, JSON.parse(state)]).toEqual([
        503,
        expect.objectContaining({ success: false, details: expect.objectContaining({ database: 'unreachable' }) }),
      ]);
      for (const [status, body] of [
        [400, `{"credentials":{"api_key":"${CANARY}"`],
        [400, `"${CANARY}`],
        [413, `{"a":${'9'.repeat(2_000_000)}}`],
        [503, '{"crm_type":"hubspot","credentials":{}}'],
      ] as const) {
        const response = await fetch(`${url}/crm/validate`, { method: 'POST', headers, body });
        const text = await response.text();
        expect(response.status).toBe(status);
        expect(JSON.parse(text)).toMatchObject({ success: false, error_code: expect.any(String) });
        expect(text).not.toContain(CANARY);
      }
      expect(state).not.toContain('secret-of-the-dsn');
    } finally {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    expect(output).not.toContain(CANARY);
    expect(output).not.toContain('secret-of-the-dsn');
    expect(output).not.toContain('SyntaxError');
  }, 60_000);
});
