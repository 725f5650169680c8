import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { HttpOptions } from '../../shared/http.ts';
import type { Stream } from '../../shared/stream.ts';
import type { WindowDeclaration } from '../../shared/vocabulary/window.ts';
import { type Chain, openChain } from '../support/chain.ts';
import { labSettingsAt, labSource, labStream, things } from '../support/lab-source.ts';
import { type Asked, type Reply, type ScriptedSource, startScriptedSource } from '../support/scripted-source.ts';

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
const instants: WindowDeclaration = { grain: 'instant', overlap: '2h' };
const days: WindowDeclaration = { grain: 'day', overlap: '28d', start: '2026-01-01' };

async function open(
  window: WindowDeclaration,
  more: { maxPages?: number; failures?: ReturnType<typeof labSource>['failures']; http?: Partial<HttpOptions> } = {},
): Promise<void> {
  const stream: Stream = labStream({
    source: labSource(more.failures === undefined ? {} : { failures: more.failures }),
    window,
    pages: { type: 'page_number', parameter: 'page', totalPages: '/pages', ...(more.maxPages === undefined ? {} : { maxPages: more.maxPages }) },
    request: ({ window: { from, to } }) => ({ path: '/things', query: { from: from ?? 'all', to } }),
  });
  chain = await openChain({ streams: [stream], sources: labSettingsAt(source.baseUrl), http: { responseTimeoutMs: 500, ...more.http } });
}

const reply = (): Reply => ({ body: { items: things(1, 1), pages: 1 } });

/** The windows that were asked for, in order. */
function windows(): readonly string[] {
  return source.asked.map(({ query }) => `${query['from']} ${query['to']}`);
}

async function run(time: string, id = time): Promise<void> {
  chain.setNow(time);
  expect((await chain.publish(THINGS, { id, time })).status).toBe(200);
}

describe('a run asks for', () => {
  test('all before the event when there was none yet, then from the last run less the overlap', async () => {
    await open(instants);
    source.script(reply);
    await run('2026-11-20T06:00:00.700Z');
    await run('2026-11-21T06:00:00.100Z');
    expect(windows()).toEqual(['all 2026-11-20T06:00:00Z', '2026-11-20T04:00:00Z 2026-11-21T06:00:00Z']);
  });

  test('whole days up to the day of the event, from the declared start at the earliest', async () => {
    await open(days);
    source.script(reply);
    await run('2026-01-20T06:00:00Z');
    await run('2026-01-21T06:00:00Z');
    await run('2026-03-02T23:59:59Z');
    await run('2026-03-03T06:00:00Z');
    expect(windows()).toEqual(['2026-01-01 2026-01-20', '2026-01-01 2026-01-21', '2026-01-01 2026-03-02', '2026-02-02 2026-03-03']);
  });

  test('the same as before where the run in between failed', async () => {
    await open(instants);
    source.script(reply);
    await run('2026-11-20T06:00:00Z');
    source.script(() => ({ status: 403 }));
    await run('2026-11-21T06:00:00Z');
    source.script(reply);
    await run('2026-11-22T06:00:00Z');
    expect(windows()).toEqual(['2026-11-20T04:00:00Z 2026-11-22T06:00:00Z']);
  });

  test('nothing that a backfill or a drop has moved', async () => {
    await open(instants);
    source.script(reply);
    await run('2026-11-20T06:00:00Z');
    chain.setNow('2026-11-21T06:00:00Z');
    await chain.publish({ ...THINGS, from: '2026-10-01', to: '2026-10-02' }, { id: 'b', time: '2026-11-21T06:00:00Z' });
    await chain.put('lab/things/2026-11-21/dropped.json', '{"items":[]}');
    source.script(reply);
    await run('2026-11-22T06:00:00Z');
    expect(windows()).toEqual(['2026-11-20T04:00:00Z 2026-11-22T06:00:00Z']);
  });

  test('what came before its own event, when a later one has been there first', async () => {
    await open(instants);
    source.script(reply);
    await run('2026-11-20T06:00:00Z');
    await run('2026-11-22T06:00:00Z');
    source.script(reply);
    chain.setNow('2026-11-22T07:00:00Z');
    await chain.publish(THINGS, { id: 'late', time: '2026-11-21T06:00:00Z' });
    expect(windows()).toEqual(['2026-11-20T04:00:00Z 2026-11-21T06:00:00Z']);
  });
});

describe('a backfill', () => {
  const objects = async () => (await chain.objects(chain.raw)).map(({ name }) => name);

  test('is one object a window; a window that fails ends its own run only, and the next delivery skips those that are there', async () => {
    await open({ ...days, step: '10d' });
    let refused = 2;
    const script = ({ query }: Asked): Reply => {
      if (query['from'] === '2026-02-11' && refused > 0) {
        refused -= 1;
        return { status: 503 };
      }
      return reply();
    };
    source.script(script);
    const delivery = { id: 'b', time: '2026-11-20T06:00:00Z' };
    chain.setNow(delivery.time);
    refused = 3;
    expect((await chain.publish({ ...THINGS, from: '2026-02-01', to: '2026-02-25' }, delivery)).status).toBe(500);
    expect(windows()).toEqual(['2026-02-01 2026-02-11', '2026-02-11 2026-02-21', '2026-02-11 2026-02-21', '2026-02-11 2026-02-21', '2026-02-21 2026-02-26']);
    expect(await objects()).toHaveLength(2);
    source.script(reply);
    expect(await chain.publish({ ...THINGS, from: '2026-02-01', to: '2026-02-25' }, delivery)).toMatchObject({
      status: 200,
      body: { status: 'success', runs: [{ outcome: 'done before' }, { outcome: 'success' }, { outcome: 'done before' }] },
    });
    expect(windows()).toEqual(['2026-02-11 2026-02-21']);
    expect(await objects()).toEqual(Array(3).fill(expect.stringMatching(/\/2026-11-20\/20261120T060000Z-backfill-[0-9a-f]{8}\.json-seq$/)));
  });

  test('that fails for good names the command that runs its window again', async () => {
    await open({ ...instants, step: '1d' });
    source.script(({ query }) => (query['from'] === '2026-02-02T00:00:00Z' ? { status: 403 } : reply()));
    await chain.publish({ ...THINGS, from: '2026-02-01', to: '2026-02-03' }, { id: 'b', time: '2026-11-20T06:00:00Z' });
    expect(await objects()).toHaveLength(2);
    expect(await chain.notices.list()).toMatchObject([{ rerun: 'npm run pipeline -- extract lab/things --from 2026-02-02 --to 2026-02-02' }]);
  });

  test.each([
    ['with today as its end takes today, too', { from: '2026-11-19', to: '2026-11-20' }, '2026-11-19T00:00:00Z 2026-11-21T00:00:00Z'],
    ['without an end goes up to yesterday', { from: '2026-11-18' }, '2026-11-18T00:00:00Z 2026-11-20T00:00:00Z'],
    ['without a beginning begins with all there is', { to: '2026-11-18' }, 'all 2026-11-19T00:00:00Z'],
  ])('%s', async (_what, asked, window) => {
    await open(instants);
    source.script(reply);
    chain.setNow('2026-11-20T06:00:00Z');
    await chain.publish({ ...THINGS, ...asked }, { id: 'b', time: '2026-11-20T06:00:00Z' });
    expect(windows()).toEqual([window]);
  });

  test.each([
    ['over days that are none', { from: '2026-02-30' }, 'YYYY-MM-DD'],
    ['that ends before it begins', { from: '2026-02-10', to: '2026-02-09' }, 'ends before it begins'],
    ['up to a day to come', { from: '2026-11-18', to: '2026-11-21' }, 'the last day that can be asked for is 2026-11-20'],
    ['from a day to come', { from: '2026-11-21', to: '9999-12-31' }, 'the last day that can be asked for is 2026-11-20'],
    ['of more windows than one message should make', { from: '2024-01-01', to: '2026-11-20' }, 'more than 1000 windows of 1d'],
  ])('%s is refused, and nothing is asked', async (_what, asked, words) => {
    await open({ ...instants, step: '1d' });
    source.script(reply);
    const answer = await chain.publish({ ...THINGS, ...asked }, { id: 'b', time: '2026-11-20T06:00:00Z' });
    expect(answer).toMatchObject({ status: 200, body: { status: 'failure' } });
    expect(answer.body.runs[0]?.message).toContain(words);
    expect(source.asked).toEqual([]);
    expect(await chain.notices.list()).toHaveLength(1);
  });
});

describe('a window that is too large', () => {
  const failures = [{ status: 500, at: '/error/code', is: [1], means: 'too_much' }] as const;
  const length = ({ query }: Asked) => (Date.parse(query['to'] ?? '') - Date.parse(query['from'] ?? '')) / 86_400_000;
  const ids = async () => {
    const [object] = await chain.objects(chain.raw);
    await chain.finalize(chain.raw, object!);
    const [clean] = (await chain.objects(chain.clean)).filter(({ name }) => name.startsWith('lab/'));
    return (await chain.lines(clean!.name)).map(({ id }) => id);
  };
  /** One thing a day, numbered by the day of January. */
  const daily = ({ query }: Asked): readonly object[] => {
    const day = (text: string | undefined) => Number(text?.slice(8));
    return things(day(query['from']), day(query['to']) - 1);
  };

  test.each<[string, Reply]>([
    ['as the source says', { status: 500, body: { error: { code: 1 } } }],
    ['for a gateway', { status: 504 }],
    ['to be answered in time', { hang: true }],
  ])('%s is halved until it is not, into one object with every day once', async (_what, refusal) => {
    await open(days, { failures });
    source.script((asked) => (length(asked) > 3 ? refusal : { body: { items: daily(asked), pages: 1 } }));
    await run('2026-01-11T06:00:00Z');
    expect(windows()).toEqual([
      '2026-01-01 2026-01-11',
      '2026-01-01 2026-01-06',
      '2026-01-01 2026-01-03',
      '2026-01-03 2026-01-06',
      '2026-01-06 2026-01-11',
      '2026-01-06 2026-01-08',
      '2026-01-08 2026-01-11',
    ]);
    expect(await ids()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('is not one that the source calls passing, whatever the status', async () => {
    await open(days, { failures: [{ status: 504, at: '/code', is: ['PGRST003'], means: 'transient' }] });
    source.script(({ at }) => (at === 1 ? { status: 504, body: { code: 'PGRST003' } } : { body: { items: [], pages: 1 } }));
    await run('2026-01-11T06:00:00Z');
    expect(windows()).toEqual(['2026-01-01 2026-01-11', '2026-01-01 2026-01-11']);
  });

  test('on its second page begins anew, so that nothing is there twice', async () => {
    await open(days, { failures });
    source.script((asked) => {
      const large = length(asked) > 3;
      if (large && asked.query['page'] === '2') return { status: 500, body: { error: { code: 1 } } };
      return { body: { items: daily(asked), pages: large ? 2 : 1 } };
    });
    await run('2026-01-05T06:00:00Z');
    expect(await ids()).toEqual([1, 2, 3, 4]);
  });

  test('for the cap of pages is halved, too', async () => {
    await open(days, { maxPages: 2 });
    source.script((asked) => ({ body: { items: daily(asked).slice(Number(asked.query['page']) - 1, Number(asked.query['page'])), pages: length(asked) } }));
    await run('2026-01-05T06:00:00Z');
    expect(await ids()).toEqual([1, 2, 3, 4]);
  });

  test('although it is one day ends the run with a notice', async () => {
    await open(days, { failures });
    source.script(() => ({ status: 500, body: { error: { code: 1 } } }));
    await run('2026-01-03T06:00:00Z');
    expect(await chain.objects(chain.raw)).toEqual([]);
    expect(await chain.notices.list()).toMatchObject([{ rule: 'too_much', class: 'permanent' }]);
  });
});

test('a long first run is asked for step by step, into one object', async () => {
  await open({ ...days, step: '7d' });
  source.script(reply);
  await run('2026-01-17T06:00:00Z');
  expect(windows()).toEqual(['2026-01-01 2026-01-08', '2026-01-08 2026-01-15', '2026-01-15 2026-01-17']);
  expect(await chain.objects(chain.raw)).toHaveLength(1);
});

describe('a backfill that takes more time than an invocation has', () => {
  test('goes on at the next delivery, which may begin with another window', async () => {
    await open({ ...days, step: '10d' }, { http: { jitter: () => 0.7 } });
    const delivery = { id: 'b', time: '2026-11-20T06:00:00Z' };
    chain.setNow(delivery.time);
    source.script(() => {
      chain.setNow('2026-11-20T06:09:00Z');
      return reply();
    });
    const message = { ...THINGS, from: '2026-02-01', to: '2026-02-28' };
    const answer = await chain.publish(message, delivery);
    expect(answer.status).toBe(500);
    expect(String(answer.body)).toContain('had no time left');
    expect(windows()).toEqual(['2026-02-01 2026-02-11']);
    source.script(reply);
    expect((await chain.publish(message, delivery)).status).toBe(200);
    expect(windows()).toEqual(['2026-02-21 2026-03-01', '2026-02-11 2026-02-21']);
  });
});
