import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { rateLimit } from '../../shared/vocabulary/budget.ts';
import type { FailureRule } from '../../shared/vocabulary/failures.ts';
import { type Chain, openChain } from '../support/chain.ts';
import { type LabSource, labSettingsAt, labSource, labStream, things } from '../support/lab-source.ts';
import { type Reply, type ScriptedSource, startScriptedSource } from '../support/scripted-source.ts';

let source: ScriptedSource;
let chain: Chain;
beforeAll(async () => {
  source = await startScriptedSource();
});
afterEach(async () => {
  await chain.close();
});
afterAll(async () => {
  await source.stop();
});

const THINGS = { source: 'lab', stream: 'things' };
const budget = rateLimit({ remaining: 'x-remaining', reset: 'x-reset', resetIn: 'seconds', reserve: 1 });

async function open(more: Partial<Pick<LabSource, 'budget' | 'failures'>>): Promise<void> {
  const lab = labSource(more);
  const pages = { type: 'page_number', parameter: 'page', totalPages: '/pages' } as const;
  chain = await openChain({ streams: ['things', 'others'].map((name) => labStream({ source: lab, name, pages })), sources: labSettingsAt(source.baseUrl) });
}

describe('a budget', () => {
  const page = (headers: Record<string, string>): Reply => ({ body: { items: things(1, 1), pages: 1 }, headers });

  test('that is spent for longer than the invocation lasts makes the message come again, before the source refuses', async () => {
    await open({ budget });
    source.script(() => page({ 'x-remaining': '1', 'x-reset': '900' }));
    const answer = await chain.publish({ source: 'lab' });
    expect(answer.status).toBe(500);
    expect(String(answer.body)).toContain('gives no more answers for 900 s');
    expect(source.asked).toHaveLength(1);
    expect(await chain.objects(chain.raw)).toHaveLength(1);
  });

  test('that is not spent, or that the source does not tell, lets the next stream ask', async () => {
    await open({ budget });
    for (const headers of [
      { 'x-remaining': '2', 'x-reset': '900' },
      {},
      { 'x-remaining': 'many', 'x-reset': 'soon' },
      { 'x-remaining': '0', 'x-reset': '0' },
    ]) {
      source.script(() => page(headers as Record<string, string>));
      expect((await chain.publish({ source: 'lab' })).status).toBe(200);
      expect(source.asked).toHaveLength(2);
    }
  });

  test('that a refusal tells counts, too', async () => {
    await open({ budget });
    source.script(({ at }) => (at === 1 ? { status: 404, headers: { 'x-remaining': '0', 'x-reset': '900' } } : page({})));
    expect((await chain.publish({ source: 'lab' })).status).toBe(500);
    expect(source.asked).toHaveLength(1);
  });

  test.each([429, 503])(
    'that a refusal with %i tells is kept by the next try, too: an account that is asked all the same stays shut for longer',
    async (status) => {
      await open({ budget });
      source.script(() => ({ status, headers: { 'x-remaining': '0', 'x-reset': '900' } }));
      expect((await chain.publish(THINGS)).status).toBe(500);
      expect(source.asked).toHaveLength(1);
    },
  );

  test.each([
    ['waits until the reset', { 'x-remaining': '0', 'x-reset': '7' }, 'seconds', 7_000],
    ['waits until the reset on the clock', { 'x-remaining': '0', 'x-reset': String(Date.parse('2026-11-20T06:00:07Z') / 1000) }, 'epoch_seconds', 7_000],
    ['does not wait for a reset that has passed', { 'x-remaining': '0', 'x-reset': '1' }, 'epoch_seconds', 0],
    ['does not wait while requests are left', { 'x-remaining': '1', 'x-reset': '7' }, 'seconds', 0],
  ] as const)('%s', (_what, headers, resetIn, wait) => {
    expect(rateLimit({ remaining: 'x-remaining', reset: 'x-reset', resetIn })(headers, new Date('2026-11-20T06:00:00Z'))).toBe(wait);
  });
});

describe('Retry-After', () => {
  test('within the time of the invocation is waited for', async () => {
    await open({});
    source.script(({ at }) => (at === 1 ? { status: 429, headers: { 'retry-after': '0' } } : { body: { items: [], pages: 1 } }));
    expect((await chain.publish(THINGS)).status).toBe(200);
    expect(source.asked).toHaveLength(2);
  });

  test('beyond it is left to the next delivery', async () => {
    await open({});
    source.script(() => ({ status: 429, headers: { 'retry-after': '3600' } }));
    expect((await chain.publish(THINGS)).status).toBe(500);
    expect(source.asked).toHaveLength(1);
  });
});

test.each([429, 503, 403])('Retry-After of a refusal with %i counts for the other streams of the account, too', async (status) => {
  await open({});
  source.script(() => ({ status, headers: { 'retry-after': '3600' } }));
  const answer = await chain.publish({ source: 'lab' });
  expect(answer.status).toBe(500);
  expect(String(answer.body)).toContain('gives no more answers for 3600 s');
  expect(source.asked).toHaveLength(1);
});

describe('an error map', () => {
  const failures: readonly FailureRule[] = [
    { status: 400, at: '/error/code', is: [4, 17], means: 'transient' },
    { status: 403, at: '/error/reason', is: ['rateLimitExceeded'], means: 'transient' },
    { at: '/error/code', is: [190], means: 'permanent', hint: 'the token has expired: make a new one' },
    { status: 503, means: 'permanent' },
  ];
  const body = (error: object) => ({ error: { message: 'in the language of the user', ...error } });

  test.each<[string, Reply, number, string]>([
    ['400 with a code of throttling', { status: 400, body: body({ code: 17 }) }, 500, 'http_400'],
    ['403 with a reason of throttling', { status: 403, body: body({ reason: 'rateLimitExceeded' }) }, 500, 'http_403'],
    ['400 with another code', { status: 400, body: body({ code: 18 }) }, 200, 'http_400'],
    ['400 with a body that is no JSON', { status: 400, body: '<html>' }, 200, 'http_400'],
    ['400 with a body that is cut', { status: 400, body: body({ code: 17 }), cut: true }, 200, 'http_400'],
    ['400 with a code in another place', { status: 400, body: { code: 17 } }, 200, 'http_400'],
    ['a status that the map turns', { status: 503, body: {} }, 200, 'http_503'],
    ['a status that it does not know', { status: 502, body: {} }, 500, 'http_502'],
    ['200 with an error', { body: body({ code: 190 }) }, 200, 'answer'],
  ])('judges %s', async (_what, reply, status, rule) => {
    await open({ failures });
    source.script(() => reply);
    expect((await chain.publish(THINGS)).status).toBe(status);
    expect(source.asked).toHaveLength(status === 500 ? 3 : 1);
    expect((await chain.notices.list()).map((notice) => notice.rule)).toEqual(status === 500 ? [] : [rule]);
    expect(await chain.objects(chain.raw)).toEqual([]);
  });

  test('tells a person what to do', async () => {
    await open({ failures });
    source.script(() => ({ status: 401, body: body({ code: 190 }) }));
    expect((await chain.publish(THINGS)).body.runs[0]?.message).toContain('answered 401: the token has expired: make a new one');
  });
});
