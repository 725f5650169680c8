import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type EzFocusFailure, type EzFocusStandIn, startEzFocus } from '../../infra/local/stand-ins/ezfocus.ts';
import { retryDelay } from '../../shared/http.ts';
import { streams } from '../../shared/streams/index.ts';
import { type Chain, filesBelow, openChain } from '../support/chain.ts';
import { ezFocusSettings } from '../support/ezfocus.ts';

const ACCOUNTS = { source: 'ezfocus', stream: 'accounts' };

let standIn: EzFocusStandIn;
let chain: Chain;
beforeAll(async () => {
  standIn = await startEzFocus({ seed: 11, accounts: 120, callReports: 110, inventory: 130 });
});
beforeEach(async () => {
  chain = await openChain({ streams, sources: ezFocusSettings(standIn) });
});
afterEach(async () => {
  for (const dataSet of ['accounts', 'callReports', 'inventory'] as const) standIn.heal(dataSet);
  await chain.close();
});
afterAll(async () => {
  await standIn.stop();
});

async function rawNames(): Promise<readonly string[]> {
  return (await chain.objects(chain.raw)).map((object) => object.name);
}

/** How often the accounts were asked for since. */
function asked(since: number): number {
  return standIn.requests.slice(since).filter((request) => request.dataSet === 'accounts').length;
}

describe('a raw object', () => {
  test('holds what the source said, byte for byte, under the name of the run', async () => {
    const body = '[ {"accnt_no" : 1.0},\n {"accnt_no":"é"} ]\n';
    const before = standIn.data;
    standIn.serve('accounts', body);
    try {
      await chain.publish(ACCOUNTS, { id: 'm', time: '2026-11-20T06:00:07Z' });
      const [object] = await chain.objects(chain.raw);
      expect(object?.name).toMatch(/^ezfocus\/accounts\/2026-11-20\/20261120T060007Z-[0-9a-f]{8}\.json$/);
      const chunks: Uint8Array[] = [];
      for await (const chunk of (await chain.raw.read(object!.name, object!.generation))!) chunks.push(Buffer.from(chunk));
      expect(Buffer.concat(chunks).toString('utf8')).toBe(body);
    } finally {
      standIn.serve('accounts', before.accounts);
    }
  });

  test.each([
    ['accounts', ''],
    ['call_reports', 'Oils'],
    ['inventory', ''],
  ])('of %s is asked for with the segment %j', async (stream, segment) => {
    const before = standIn.requests.length;
    await chain.publish({ source: 'ezfocus', stream });
    expect(standIn.requests.slice(before)).toMatchObject([
      { status: 200, query: { seg: segment, prov: 'ON', tpcl: 'SUCC,LRS,MED', agent: standIn.credentials.agent } },
    ]);
  });
});

describe('a failure', () => {
  const permanent: [string, EzFocusFailure, string][] = [
    ['401', { kind: 'status', status: 401 }, 'http_401'],
    ['403', { kind: 'status', status: 403 }, 'http_403'],
    ['404', { kind: 'status', status: 404 }, 'http_404'],
    ['an error object with 200', { kind: 'error-object' }, 'root'],
    ['HTML with 200', { kind: 'html' }, 'malformed'],
    ['incomplete JSON in a complete answer', { kind: 'incomplete-json' }, 'malformed'],
    ['a redirect', { kind: 'status', status: 302 }, 'http_302'],
  ];

  test.each(permanent)('that stays (%s) is asked once, ends with one notice, and leaves no object', async (_what, failure, rule) => {
    standIn.fail('accounts', failure);
    const before = standIn.requests.length;
    const delivery = { id: 'm', time: new Date().toISOString() };
    const response = await chain.publish(ACCOUNTS, delivery);
    expect(response).toMatchObject({ status: 200, body: { status: 'failure', runs: [{ outcome: 'failed', stream: 'ezfocus/accounts' }] } });
    expect(asked(before)).toBe(1);
    expect(await rawNames()).toEqual([]);
    await chain.publish(ACCOUNTS, delivery);
    expect(await chain.notices.list()).toMatchObject([
      { function: 'extract', class: 'permanent', rule, stream: 'accounts', rerun: 'npm run pipeline -- extract ezfocus/accounts' },
    ]);
  });

  const transient: [string, EzFocusFailure][] = [
    ['500', { kind: 'status', status: 500 }],
    ['503', { kind: 'status', status: 503 }],
    ['408', { kind: 'status', status: 408 }],
    ['429 with Retry-After', { kind: 'status', status: 429, retryAfter: '0' }],
    ['a body cut in transport', { kind: 'cut' }],
    ['a chunked body cut in transport', { kind: 'cut-chunked' }],
  ];

  test.each(transient)('that may go away (%s) is tried three times, then delivered again', async (_what, failure) => {
    standIn.fail('accounts', failure, 2);
    let before = standIn.requests.length;
    expect(await chain.publish(ACCOUNTS)).toMatchObject({ status: 200, body: { status: 'success' } });
    expect(asked(before)).toBe(3);

    standIn.fail('accounts', failure, 3);
    before = standIn.requests.length;
    const delivery = { id: 'again', time: new Date().toISOString() };
    expect((await chain.publish(ACCOUNTS, delivery)).status).toBe(500);
    expect(asked(before)).toBe(3);
    expect(await rawNames()).toHaveLength(1);
    expect(await chain.notices.list()).toEqual([]);
    expect(await chain.publish(ACCOUNTS, delivery)).toMatchObject({ status: 200, body: { status: 'success' } });
    expect(await rawNames()).toHaveLength(2);
  });

  test('that is a silence ends at the timeout and may go away', async () => {
    const impatient = await openChain({ streams, sources: ezFocusSettings(standIn), http: { responseTimeoutMs: 50, tries: 1 } });
    try {
      standIn.fail('accounts', { kind: 'hang' });
      const response = await impatient.publish(ACCOUNTS);
      expect(response.status).toBe(500);
      expect(String(response.body)).toContain('timed out');
      expect(await impatient.objects(impatient.raw)).toEqual([]);
    } finally {
      await impatient.close();
    }
  });

  test('that stalls in the middle of the body ends at the timeout and leaves no object', async () => {
    const impatient = await openChain({ streams, sources: ezFocusSettings(standIn), http: { idleTimeoutMs: 50, tries: 1 } });
    try {
      standIn.fail('accounts', { kind: 'stall' });
      expect((await impatient.publish(ACCOUNTS)).status).toBe(500);
      expect(await impatient.objects(impatient.raw)).toEqual([]);
    } finally {
      await impatient.close();
    }
  });

  test('of one stream does not stop the others; what worked is not asked for again', async () => {
    standIn.fail('accounts', { kind: 'status', status: 500 }, 3);
    standIn.fail('inventory', { kind: 'status', status: 403 });
    const before = standIn.requests.length;
    const delivery = { id: 'all', time: new Date().toISOString() };
    expect((await chain.publish({ source: 'ezfocus' }, delivery)).status).toBe(500);
    expect((await rawNames()).map((name) => name.split('/')[1])).toEqual(['call_reports']);
    const second = await chain.publish({ source: 'ezfocus' }, delivery);
    expect(second).toMatchObject({
      status: 200,
      body: { status: 'partial_failure', runs: [{ outcome: 'success' }, { outcome: 'done before' }, { outcome: 'failed' }] },
    });
    expect(standIn.requests.slice(before).filter((request) => request.dataSet === 'callReports')).toHaveLength(1);
    expect(await chain.notices.list()).toHaveLength(1);
  });
});

describe('age', () => {
  const event = { id: 'old', time: '2026-11-20T06:00:00.000Z' };

  test.each([
    ['just under an hour', '2026-11-20T06:59:59Z', 500, []],
    ['over an hour', '2026-11-20T07:00:01Z', 500, [{ state: 'late', class: 'transient', first_seen: event.time }]],
    ['just under six hours', '2026-11-20T11:59:59Z', 500, [{ state: 'late' }]],
    ['over six hours', '2026-11-20T12:00:01Z', 200, [{ state: 'final', class: 'permanent' }]],
  ])('a failing event of %s', async (_what, now, status, notices) => {
    standIn.fail('accounts', { kind: 'status', status: 500 });
    chain.setNow(now);
    expect((await chain.publish(ACCOUNTS, event)).status).toBe(status);
    expect((await chain.publish(ACCOUNTS, event)).status).toBe(status);
    expect(await chain.notices.list()).toMatchObject(notices);
    expect(await chain.notices.list()).toHaveLength(notices.length);
  });
});

describe('a message', () => {
  test.each([
    ['that is no object', 'x', 'no JSON object'],
    ['without a source', { stream: 'accounts' }, 'source'],
    ['of a source that nobody declared', { source: 'nobody' }, 'no source "nobody"'],
    ['of a stream that nobody declared', { source: 'ezfocus', stream: 'nothing' }, 'no stream "ezfocus/nothing"'],
    ['with a slip of the pen', { source: 'ezfocus', form: '2026-01-01' }, '"form"'],
    ['with a window for a stream that has none', { ...ACCOUNTS, from: '2026-01-01' }, 'no windows'],
  ])('%s is refused with a notice and acknowledged', async (_what, json, words) => {
    const response = await chain.publish(json);
    expect(response).toMatchObject({ status: 200, body: { status: 'failure' } });
    expect(response.body.runs[0]?.message).toContain(words);
    expect(await chain.notices.list()).toMatchObject([{ class: 'permanent', state: 'final' }]);
    expect(await rawNames()).toEqual([]);
  });

  const attributes = { 'content-type': 'application/json', 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '//pubsub.googleapis.com/projects/p/topics/t' };
  const published = { ...attributes, 'ce-type': 'google.cloud.pubsub.topic.v1.messagePublished' };
  const message = (text: string) => JSON.stringify({ message: { data: Buffer.from(text).toString('base64') } });

  test.each([
    ['without a time', published, message('{"source":"ezfocus"}'), 'no time'],
    ['of another type', { ...published, 'ce-type': 'google.cloud.storage.object.v1.finalized', 'ce-time': '2026-11-20T06:00:00Z' }, '{}', 'its type is'],
    ['that is no CloudEvent', { 'content-type': 'application/json' }, '{"source":"ezfocus"}', 'its type is missing'],
    ['whose data is not JSON', { ...published, 'ce-time': '2026-11-20T06:00:00Z' }, message('ezfocus'), 'not JSON'],
    ['without data', { ...published, 'ce-time': '2026-11-20T06:00:00Z' }, '{"message":{}}', 'no data'],
  ])('in an event %s is refused, so that it does not come again', async (_what, headers, body, words) => {
    const response = await chain.post('extract', headers, body);
    expect(response).toMatchObject({ status: 200, body: { status: 'failure' } });
    expect(response.body.runs[0]?.message).toContain(words);
  });

  test('for a source without settings says which are missing', async () => {
    const off = await openChain({ streams });
    try {
      const response = await off.publish(ACCOUNTS);
      expect(response.body.runs[0]?.message).toContain('EZFOCUS_BASE_URL');
    } finally {
      await off.close();
    }
  });
});

describe('the wait before the next try', () => {
  const options = { firstDelayMs: 5_000, jitter: () => 0, now: () => new Date('2026-11-20T06:00:00Z') };

  test.each([
    ['doubles from five seconds', 1, undefined, 5_000],
    ['doubles from five seconds, second try', 2, undefined, 10_000],
    ['is what the server asks for, in seconds', 1, '7', 7_000],
    ['is what the server asks for, as a date', 1, 'Fri, 20 Nov 2026 06:00:30 GMT', 30_000],
    ['is nothing when that date has passed', 1, 'Fri, 20 Nov 2026 05:00:00 GMT', 0],
    ['is what the server asks for, as a date of RFC 850', 1, 'Friday, 20-Nov-26 06:00:30 GMT', 30_000],
    ['is what the server asks for, as a date of RFC 3339', 1, '2026-11-20T07:00:30+01:00', 30_000],
    ['does not care for a header that says nothing', 1, 'soon', 5_000],
    ['does not take a number below 0 for a date', 1, '-5', 5_000],
    ['does not take a number with more behind it for a date', 1, '60;', 5_000],
    ['does not take a number with a comma for a date', 1, '0,5', 5_000],
    ['does not take an empty header for nothing', 1, ' ', 5_000],
  ])('%s', (_what, attempt, header, expected) => {
    expect(retryDelay(attempt, header, options)).toBe(expected);
  });

  test('is spread by up to a fifth', () => {
    expect(retryDelay(1, undefined, { ...options, jitter: () => 1 })).toBe(6_000);
  });
});

test('no credential is anywhere: not in a log line, object, notice, answer or file, whatever the source echoes', async () => {
  const answers: string[] = [];
  const stderr: string[] = [];
  const write = process.stderr.write.bind(process.stderr);
  const consoleError = console.error;
  process.stderr.write = ((text: string) => stderr.push(String(text))) as never;
  console.error = (...words: unknown[]) => stderr.push(words.map(String).join(' '));
  try {
    const failures: EzFocusFailure[] = [
      { kind: 'status', status: 401 },
      { kind: 'status', status: 500 },
      { kind: 'error-object' },
      { kind: 'html' },
      { kind: 'incomplete-json' },
      { kind: 'cut' },
      { kind: 'cut-chunked' },
    ];
    for (const failure of failures) {
      for (const dataSet of ['accounts', 'callReports', 'inventory'] as const) standIn.fail(dataSet, failure, 3);
      answers.push(JSON.stringify(await chain.publish({ source: 'ezfocus' })));
      for (const dataSet of ['accounts', 'callReports', 'inventory'] as const) standIn.heal(dataSet);
    }
    chain.setNow(new Date(Date.now() + 7 * 3_600_000).toISOString());
    standIn.fail('accounts', { kind: 'status', status: 503 });
    answers.push(JSON.stringify(await chain.publish(ACCOUNTS)));
    standIn.heal('accounts');
    answers.push(JSON.stringify(await chain.publish({ source: 'ezfocus' })));
    await chain.settle();
  } finally {
    process.stderr.write = write;
    console.error = consoleError;
  }
  const { username, password, accountsKey, callReportsKey, inventoryKey } = standIn.credentials;
  const secrets = [username, password, accountsKey, callReportsKey, inventoryKey, `${username}:${password}`];
  const forms = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
  ]);
  const files = await filesBelow(chain.dir);
  const places: [string, string][] = [
    ['log', chain.logged.join('\n')],
    ['answers', answers.join('\n')],
    ['stderr', stderr.join('\n')],
    ['notices', JSON.stringify(await chain.notices.list())],
    ...[...files].map(([file, bytes]): [string, string] => [file, bytes.toString('latin1')]),
  ];
  expect(files.size).toBeGreaterThan(10);
  expect(answers.join('')).toContain('401');
  const leaks = places.flatMap(([place, text]) => forms.filter((form) => text.includes(form)).map(() => place));
  expect(leaks).toEqual([]);
});
