import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
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
