import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { syncLogs } from '../../shared/streams/crm/sync-logs.ts';
import { type Chain, openChain } from '../support/chain.ts';
import { labSettingsAt, labStream, things } from '../support/lab-source.ts';
import { type Reply, type ScriptedSource, startScriptedSource } from '../support/scripted-source.ts';

const STARTED = Date.parse('2026-11-20T06:00:00Z');
const MINUTE_MS = 60_000;
const ALL = { source: 'lab' };
const delivery = { id: 'm', time: new Date(STARTED).toISOString() };
const page: Reply = { body: { items: things(1, 1), pages: 1 } };

let source: ScriptedSource;
let chain: Chain;
/** Ends the time of the invocation at hand. */
let end = new AbortController();
beforeAll(async () => {
  source = await startScriptedSource();
});
beforeEach(async () => {
  jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
    end = new AbortController();
    return end.signal;
  });
  const pages = { type: 'page_number', parameter: 'page', totalPages: '/pages' } as const;
  const streams = ['first', 'second'].map((name) => labStream({ name, pages, request: () => ({ path: `/${name}` }) }));
  chain = await openChain({ streams, sources: labSettingsAt(source.baseUrl) });
  at(0);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await chain.close();
});
afterAll(async () => {
  await source.stop();
});

function at(minutes: number): void {
  chain.setNow(new Date(STARTED + minutes * MINUTE_MS).toISOString());
}

/** An answer that has not come when the invocation ends. */
function tooLate(minutes: number): Reply {
  at(minutes);
  end.abort();
  return { hang: true };
}

/** One delivery in which the first stream answers after so many minutes, and the second not in time. */
async function slowSecond(begins: number) {
  at(begins);
  source.script(({ path }) => {
    if (path === '/second') return tooLate(begins + 9);
    at(begins + 5);
    return page;
  });
  return await chain.publish(ALL, delivery);
}

test('a stream that begins late in an invocation and does not end comes again, and ends where it has one for itself', async () => {
  expect((await slowSecond(0)).status).toBe(500);
  expect(await chain.notices.list()).toEqual([]);
  at(20);
  source.script(() => page);
  expect(await chain.publish(ALL, delivery)).toMatchObject({ status: 200, body: { runs: [{ outcome: 'done before' }, { outcome: 'success' }] } });
  expect(source.asked.map(({ path }) => path)).toEqual(['/second']);
});

test('a stream that does not end in an invocation of its own ends for good', async () => {
  await slowSecond(0);
  expect(await slowSecond(20)).toMatchObject({ status: 200, body: { runs: [{ outcome: 'done before' }, { outcome: 'failed' }] } });
  expect(await chain.notices.list()).toMatchObject([{ stream: 'second', class: 'permanent', rule: 'time' }]);
});

test('streams of which none ever ends do not come again for ever', async () => {
  const none = async (begins: number) => {
    at(begins);
    source.script(() => tooLate(begins + 9));
    return (await chain.publish(ALL, delivery)).status;
  };
  expect([await none(0), await none(20), await none(400)]).toEqual([500, 500, 200]);
  expect((await chain.notices.list()).filter(({ state }) => state === 'final').map(({ stream }) => stream)).toEqual(['first', 'second']);
});

test('a message that brings something each time goes on, however old it is', async () => {
  at(400);
  source.script(() => {
    at(409);
    return page;
  });
  expect((await chain.publish(ALL, delivery)).status).toBe(500);
  expect(await chain.notices.list()).toEqual([]);
  at(420);
  expect(await chain.publish(ALL, delivery)).toMatchObject({ status: 200, body: { runs: [{ outcome: 'done before' }, { outcome: 'success' }] } });
});

describe('a run that is too large for an invocation of its own', () => {
  const pages = { type: 'page_number', parameter: 'page', totalPages: '/pages' } as const;
  const windowed = (start: { start?: string } = {}) =>
    labStream({
      name: 'windowed',
      pages,
      window: { grain: 'instant', overlap: '1h', ...start },
      request: ({ window: { from = 'all' } }) => ({ path: `/${from.slice(0, 10)}` }),
    });
  let large: Chain;
  const open = async (stream: ReturnType<typeof labStream>, dir?: string) => {
    large = await openChain({
      streams: [labStream({ name: 'first', pages }), stream],
      sources: labSettingsAt(source.baseUrl),
      ...(dir === undefined ? {} : { dir }),
    });
    large.setNow(delivery.time);
  };
  beforeEach(() => open(windowed()));
  afterEach(() => large.close());

  /** Asks for a stream, as it was the first thing of its invocation. */
  async function ask(reply: Reply | 'too late', stream: string, days: { from?: string; to?: string } = {}) {
    source.script(() => (reply === 'too late' ? tooLate(0) : reply));
    await large.publish({ source: 'lab', stream, ...days }, { ...delivery, id: JSON.stringify([reply, days]) });
    return source.asked.map(({ path }) => path);
  }

  test.each([
    ['without windows', 'first', {}, /lab\/first has no windows: let its declaration ask for larger pages, or for less$/],
    ['of a backfill', 'windowed', { from: '2026-11-01', to: '2026-11-02' }, /: ask for fewer days at a time \(--from, --to\)$/],
    ['of the schedule', 'windowed', {}, /, then set start in the window of its declaration to the day behind them, and deploy$/],
  ])('%s says what to do', async (_, stream, days, message) => {
    await ask('too late', stream, days);
    expect(await large.notices.list()).toMatchObject([{ rule: 'time', message: expect.stringMatching(message) }]);
  });

  test('is not asked again and again where it is a database', async () => {
    const rows = Array.from({ length: 2_000 }, (_, row) => ({ line: '{}', place: [String(row)] }));
    const query = async () => {
      large.setNow(new Date(STARTED + 9 * MINUTE_MS).toISOString());
      return rows as never;
    };
    const database = async () => ({ query, transaction: () => Promise.reject(new Error('none')), close: async () => undefined });
    await large.close();
    large = await openChain({ streams: [syncLogs], sources: new Map([['crm', { dsn: 'x', instance: '' }]]), database });
    large.setNow(delivery.time);
    expect(await large.publish({ source: 'crm', stream: 'sync_logs' }, delivery)).toMatchObject({ status: 200, body: { status: 'failure' } });
    expect(await large.notices.list()).toMatchObject([{ rule: 'time', message: expect.stringMatching(/, after 2000 rows: a scheduled run asks/) }]);
    expect(await large.objects(large.raw)).toEqual([]);
  });

  test('goes on from the start of the window, once that is set', async () => {
    expect(await ask('too late', 'windowed')).toEqual(['/all']);
    expect(await ask(page, 'windowed', { from: '2026-11-01', to: '2026-11-18' })).toEqual(['/2026-11-01']);
    expect(await ask('too late', 'windowed')).toEqual(['/all']);
    await large.closeKeepingFiles();
    await open(windowed({ start: '2026-11-19' }), large.dir);
    expect(await ask(page, 'windowed')).toEqual(['/2026-11-19']);
  });
});
