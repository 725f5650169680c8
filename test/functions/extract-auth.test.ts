import { createVerify, generateKeyPairSync } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Chain, filesBelow, openChain } from '../support/chain.ts';
import { type LabSetting, type LabSource, labSettingsAt, labSource, labStream, things } from '../support/lab-source.ts';
import { type Asked, type ScriptedSource, startScriptedSource } from '../support/scripted-source.ts';

let source: ScriptedSource;
let chain: Chain | undefined;
beforeAll(async () => {
  source = await startScriptedSource();
});
afterEach(async () => {
  await chain?.close();
});
afterAll(async () => {
  await source.stop();
});

const THINGS = { source: 'lab', stream: 'things' };
const SECRET = 'k/+: 1é';

async function publishTo(auth: LabSource['auth'], settings: Partial<Record<LabSetting, string>> = {}) {
  const pages = { type: 'page_number', parameter: 'page', totalPages: '/pages' } as const;
  const streams = [labStream({ source: labSource({ auth }), pages })];
  chain = await openChain({ streams, sources: labSettingsAt(source.baseUrl, { secret: SECRET, user: 'someone', ...settings }) });
  return await chain.publish(THINGS);
}

/** The requests for things, without those for tokens. */
function asked(): readonly Asked[] {
  return source.asked.filter(({ path }) => path === '/things');
}

const twoPages = ({ query }: Asked) => ({ body: { items: things(Number(query['page']), Number(query['page'])), pages: 2 } });

describe('every page of a source carries', () => {
  const ways: [string, LabSource['auth'], Partial<Record<string, string>>, Partial<Record<string, string>>][] = [
    ['nothing', { type: 'none' }, {}, {}],
    [
      'user and password',
      { type: 'basic', username: 'user', password: 'secret' },
      { authorization: `Basic ${Buffer.from(`someone:${SECRET}`).toString('base64')}` },
      {},
    ],
    ['a key in the query', { type: 'api_key', in: 'query', name: 'key', key: 'secret' }, {}, { key: SECRET }],
    ['a key in a header', { type: 'api_key', in: 'header', name: 'x-key', key: 'user' }, { 'x-key': 'someone' }, {}],
    [
      'a key behind a scheme',
      { type: 'api_key', in: 'header', name: 'authorization', key: 'user', scheme: 'Lab-Key' },
      { authorization: 'Lab-Key someone' },
      {},
    ],
    ['a bearer token', { type: 'bearer', token: 'user' }, { authorization: 'Bearer someone' }, {}],
    [
      'several together',
      [
        { type: 'api_key', in: 'header', name: 'apikey', key: 'user' },
        { type: 'bearer', token: 'user' },
      ],
      { apikey: 'someone', authorization: 'Bearer someone' },
      {},
    ],
  ];

  test.each(ways)('%s', async (_what, auth, headers, query) => {
    source.script(twoPages);
    expect(await publishTo(auth)).toMatchObject({ body: { status: 'success', runs: [{ records: 2 }] } });
    expect(asked()).toHaveLength(2);
    for (const one of asked()) {
      expect(one).toMatchObject({ headers, query });
      expect(one.headers['authorization']).toBe(headers['authorization']);
    }
  });
});

describe('a token', () => {
  const client: LabSource['auth'] = {
    type: 'oauth2',
    grant: 'client_credentials',
    tokenUrl: 'tokenUrl',
    clientId: 'user',
    clientSecret: 'secret',
    scope: 'read',
  };
  const refresh: LabSource['auth'] = {
    type: 'oauth2',
    grant: 'refresh_token',
    tokenUrl: 'tokenUrl',
    clientId: 'user',
    clientSecret: 'secret',
    refreshToken: 'refresh',
  };

  /** Gives out t1, t2, …; things only to the one that is good. */
  function scriptTokens(isGood: (token: number, page: number) => boolean): void {
    let given = 0;
    source.script((one) => {
      if (one.path === '/token') {
        given += 1;
        return { body: { access_token: `t${given}`, token_type: 'Bearer', expires_in: 3600 } };
      }
      const token = Number(one.headers['authorization']?.replace('Bearer t', ''));
      return isGood(token, Number(one.query['page'])) ? twoPages(one) : { status: 401 };
    });
  }

  test.each([
    ['client credentials', client, { grant_type: 'client_credentials', client_id: 'someone', client_secret: SECRET, scope: 'read' }],
    ['a refresh token', refresh, { grant_type: 'refresh_token', client_id: 'someone', client_secret: SECRET, refresh_token: 'r' }],
  ])('for %s is asked for once', async (_what, auth, form) => {
    scriptTokens(() => true);
    expect(await publishTo(auth)).toMatchObject({ body: { status: 'success' } });
    const tokens = source.asked.filter(({ path }) => path === '/token');
    expect(tokens).toMatchObject([{ method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } }]);
    expect(Object.fromEntries(new URLSearchParams(tokens[0]?.body))).toEqual(form);
    expect(asked().map(({ headers }) => headers['authorization'])).toEqual(['Bearer t1', 'Bearer t1']);
  });

  test('that expires between two pages is renewed, and the page asked for again', async () => {
    scriptTokens((token, page) => token === page);
    expect(await publishTo(client)).toMatchObject({ body: { status: 'success', runs: [{ records: 2 }] } });
    expect(asked().map(({ headers, query }) => `${headers['authorization']} ${query['page']}`)).toEqual(['Bearer t1 1', 'Bearer t1 2', 'Bearer t2 2']);
  });

  test('that is refused twice in a row ends the run with a notice', async () => {
    scriptTokens(() => false);
    expect(await publishTo(client)).toMatchObject({ status: 200, body: { status: 'failure' } });
    expect(asked()).toHaveLength(2);
    expect(await chain?.notices.list()).toMatchObject([{ rule: 'token', class: 'permanent' }]);
  });

  test.each([
    ['refuses', { status: 400, body: { error: 'invalid_client', client_secret: SECRET } }, 200, 'http_400'],
    ['gives none', { body: { token: 'x' } }, 200, 'token'],
    ['is no JSON', { body: '<html>' }, 200, 'token'],
    ['is down', { status: 503 }, 500, undefined],
  ])('from an endpoint that %s asks for nothing', async (_what, reply, status, rule) => {
    source.script(() => reply);
    expect((await publishTo(client)).status).toBe(status);
    expect(asked()).toEqual([]);
    expect((await chain?.notices.list())?.map((notice) => notice.rule)).toEqual(rule === undefined ? [] : [rule]);
  });

  test('from an endpoint that is down for a while is asked for again by the next stream', async () => {
    const lab = labSource({ auth: client });
    const pages = { type: 'page_number', parameter: 'page', totalPages: '/pages' } as const;
    const streams = ['things', 'others'].map((name) => labStream({ source: lab, name, pages }));
    chain = await openChain({ streams, sources: labSettingsAt(source.baseUrl) });
    source.script((one) => {
      if (one.path !== '/token') return twoPages(one);
      return one.at <= 3 ? { status: 503 } : { body: { access_token: 't' } };
    });
    expect((await chain.publish({ source: 'lab' })).status).toBe(500);
    expect((await chain.objects(chain.raw)).map(({ name }) => name)).toEqual([expect.stringMatching(/^lab\/others\//)]);
  });

  test('of a service account is asked for with a statement that its key has signed', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const account = JSON.stringify({ client_email: 'robot@lab.example.com', private_key: pem, token_uri: `${source.baseUrl}/token` });
    scriptTokens(() => true);
    expect(await publishTo({ type: 'service_account', key: 'account', scopes: ['a', 'b'] }, { account })).toMatchObject({ body: { status: 'success' } });
    const form = new URLSearchParams(source.asked[0]?.body);
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const [head = '', claims = '', signature = ''] = form.get('assertion')?.split('.') ?? [];
    expect(createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(publicKey, signature, 'base64url')).toBe(true);
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual({ alg: 'RS256', typ: 'JWT' });
    const { iat, exp, ...said } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    expect(said).toEqual({ iss: 'robot@lab.example.com', scope: 'a b', aud: `${source.baseUrl}/token` });
    expect(exp - iat).toBe(3600);
  });

  test.each(['', '{}', '{"client_email":"a","private_key":"no key"}', 'null'])(
    'of a service account whose key is %j is refused with what is wanted',
    async (account) => {
      source.script(() => ({ status: 500 }));
      const answer = await publishTo({ type: 'service_account', key: 'account', scopes: [] }, { account });
      expect(answer.body.runs[0]?.message).toContain('client_email and private_key');
      expect(source.asked).toEqual([]);
    },
  );
});

test.each<[string, LabSource['auth']]>([
  ['a bearer token', { type: 'bearer', token: 'secret' }],
  ['a key in a header', { type: 'api_key', in: 'header', name: 'x-key', key: 'secret' }],
])('%s that no header may hold ends the run for good and is not quoted', async (_what, auth) => {
  source.script(twoPages);
  const answer = await publishTo(auth, { secret: 'abc\ndef' });
  expect(answer).toMatchObject({ status: 200, body: { status: 'failure' } });
  expect(answer.body.runs[0]?.message).toContain('a setting of the source holds a character that no header may have');
  expect(JSON.stringify(answer.body)).not.toMatch(/abc|def/);
  expect(source.asked).toEqual([]);
});

test('no token and no secret is in a log line, notice, answer or file, whatever the source echoes', async () => {
  const secrets = ['t-0123456789', 'refresh-0123456789', SECRET];
  const answers: string[] = [];
  for (const status of [400, 401, 403, 500]) {
    source.script(({ path, headers, body, query }) => {
      if (path === '/token') return { body: { access_token: 't-0123456789' } };
      return { status, body: { error: { message: JSON.stringify({ headers, body, query, secrets }) } } };
    });
    const auth: LabSource['auth'] = [
      { type: 'api_key', in: 'query', name: 'key', key: 'secret' },
      { type: 'oauth2', grant: 'refresh_token', tokenUrl: 'tokenUrl', clientId: 'user', clientSecret: 'secret', refreshToken: 'refresh' },
    ];
    answers.push(JSON.stringify(await publishTo(auth, { refresh: 'refresh-0123456789' })));
    const files = [...(await filesBelow(chain!.dir)).values()].map((bytes) => bytes.toString('latin1'));
    const places = [...answers, ...files, chain!.logged.join('\n'), JSON.stringify(await chain!.notices.list())];
    const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]);
    expect(forms.filter((form) => places.some((place) => place.includes(form)))).toEqual([]);
    await chain?.close();
  }
});
