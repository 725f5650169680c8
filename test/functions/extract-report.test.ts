import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Chain, openChain } from '../support/chain.ts';
import { labSettingsAt, labStream, things } from '../support/lab-source.ts';
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
const MESSAGE = { id: 'm', time: '2026-11-20T06:00:00Z' };

async function open({ everySeconds = 0, minDays = 0 } = {}): Promise<void> {
  const stream = labStream({
    window: { grain: 'day', overlap: '1d', start: '2026-11-01' },
    pages: { type: 'cursor', parameter: 'after', next: '/next' },
    request: ({ report, window }) => ({ path: report === undefined ? '/direct' : `/reports/${report}/rows`, query: { from: window.from ?? '' } }),
    report: {
      when: ({ from, to }) => (Date.parse(to) - Date.parse(from ?? '')) / 86_400_000 >= minDays,
      submit: ({ window }) => ({ path: '/reports', form: { since: window.from ?? '', until: window.to } }),
      id: '/report_run_id',
      poll: ({ report }) => ({ path: `/reports/${report}` }),
      state: (answer) => (JSON.stringify(answer).includes('Completed') ? 'done' : JSON.stringify(answer).includes('Failed') ? 'failed' : 'running'),
      everySeconds,
    },
  });
  chain = await openChain({ streams: [stream], sources: labSettingsAt(source.baseUrl) });
  chain.setNow('2026-11-20T06:00:01Z');
}

/** A source whose reports go through those states, one a poll. */
function reports(states: readonly string[], more: (asked: Asked) => Reply | undefined = () => undefined): (asked: Asked) => Reply {
  let submitted = 0;
  const left = [...states];
  return (asked) => {
    const special = more(asked);
    if (special !== undefined) return special;
    if (asked.path === '/reports') {
      submitted += 1;
      // A number of 19 digits, as vendors have them.
      return { body: `{"report_run_id": 900719925474099${submitted}001}` };
    }
    if (asked.path.endsWith('/rows')) {
      return asked.query['after'] === undefined ? { body: { items: things(1, 2), next: 'x' } } : { body: { items: things(3, 3) } };
    }
    return asked.path === '/direct' ? { body: { items: things(1, 1) } } : { body: { async_status: `Job ${left.shift() ?? 'Running'}` } };
  };
}

const paths = () => source.asked.map(({ method, path }) => `${method} ${path.replace('900719925474099', '')}`);
const names = async () => (await chain.objects(chain.raw)).map(({ name }) => name);

describe('a report', () => {
  test('is submitted once, polled until it is done, and its pages become one object', async () => {
    await open();
    source.script(reports(['Started', 'Running', 'Completed']));
    expect(await chain.publish(THINGS, MESSAGE)).toMatchObject({ status: 200, body: { runs: [{ records: 3 }] } });
    expect(paths()).toEqual([
      'POST /reports',
      'GET /reports/1001',
      'GET /reports/1001',
      'GET /reports/1001',
      'GET /reports/1001/rows',
      'GET /reports/1001/rows',
    ]);
    expect(source.asked[0]?.body).toBe('since=2026-11-01&until=2026-11-20');
    expect(await names()).toEqual([
      expect.stringMatching(/^lab\/things\/2026-11-20\/20261120T060000Z-[0-9a-f]{8}\.json-seq$/),
      expect.stringMatching(/^pending\/lab\/things\/2026-11-20\/20261120T060000Z-[0-9a-f]{8}\.20261101-20261120\.json$/),
    ]);
  });

  test('whose run dies while it is polled goes on at the next delivery, without a second submit', async () => {
    await open();
    source.script(reports(['Running'], ({ at }) => (at >= 3 ? { status: 503 } : undefined)));
    expect((await chain.publish(THINGS, MESSAGE)).status).toBe(500);
    expect(await names()).toEqual([expect.stringMatching(/^pending\//)]);
    source.script(reports(['Completed']));
    expect((await chain.publish(THINGS, MESSAGE)).status).toBe(200);
    expect(paths()).toEqual(['GET /reports/1001', 'GET /reports/1001/rows', 'GET /reports/1001/rows']);
  });

  test('that takes longer than an invocation is left to the next delivery', async () => {
    await open({ everySeconds: 900 });
    source.script(reports(['Running']));
    const answer = await chain.publish(THINGS, MESSAGE);
    expect(answer.status).toBe(500);
    expect(String(answer.body)).toContain('still making the report');
  });

  test('that fails is made anew, three times in all', async () => {
    await open();
    source.script(reports(['Failed', 'Failed', 'Completed']));
    expect((await chain.publish(THINGS, MESSAGE)).status).toBe(200);
    expect(paths().filter((path) => path === 'POST /reports')).toHaveLength(3);

    source.script(reports(['Failed', 'Failed', 'Failed']));
    expect(await chain.publish(THINGS, { ...MESSAGE, id: 'n' })).toMatchObject({ status: 200, body: { status: 'failure' } });
    expect(await chain.notices.list()).toMatchObject([{ rule: 'report', class: 'permanent' }]);
  });

  test('whose submit fails is not submitted again by the same delivery: it may have been taken', async () => {
    await open();
    source.script(() => ({ status: 503 }));
    expect((await chain.publish(THINGS, MESSAGE)).status).toBe(500);
    expect(paths()).toEqual(['POST /reports']);
  });

  test('without an id ends the run with a notice', async () => {
    await open();
    source.script(() => ({ body: { message: 'thank you' } }));
    expect((await chain.publish(THINGS, MESSAGE)).status).toBe(200);
    expect(await chain.notices.list()).toMatchObject([{ rule: 'report' }]);
    expect(await names()).toEqual([]);
  });

  test('is not made for a window that is small enough', async () => {
    await open({ minDays: 30 });
    source.script(reports([]));
    expect((await chain.publish(THINGS, MESSAGE)).status).toBe(200);
    expect(paths()).toEqual(['GET /direct']);
    expect(await names()).toEqual([expect.stringMatching(/^lab\//)]);
  });
});

test('a pending report is ignored by transform', async () => {
  await open();
  source.script(reports(['Completed']));
  await chain.publish(THINGS, MESSAGE);
  const pending = (await chain.objects(chain.raw)).find(({ name }) => name.startsWith('pending/'));
  expect(await chain.finalize(chain.raw, pending!)).toMatchObject({ status: 200, body: { runs: [{ outcome: 'ignored' }] } });
});
