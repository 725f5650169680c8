import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { redaction } from '../../functions/extract/secrets.ts';
import { type Chain, filesBelow, openChain } from '../support/chain.ts';
import { type LabSource, labSettingsAt, labSource, labStream, things } from '../support/lab-source.ts';
import { type ScriptedSource, startScriptedSource } from '../support/scripted-source.ts';

const SECRET = 'CANARY/0123456789';
const LARGE = 'x'.repeat(70_000);

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

/** One answer of a stream without pages; with a second stream of the same account behind it. */
async function publish(body: string | object, more: Parameters<typeof labSource>[0] = {}) {
  const lab: LabSource = labSource(more);
  const streams = ['things', 'others'].map((name) => labStream({ source: lab, name, empty: { at: '/kind', is: 'report' } }));
  chain = await openChain({ streams, sources: labSettingsAt(source.baseUrl, { secret: SECRET }) });
  source.script(() => ({ body }));
  return await chain.publish({ source: 'lab', stream: 'things' });
}

const objects = async () => (await chain.objects(chain.raw)).map(({ name }) => name.split('.').at(-1));
const rules = async () => (await chain.notices.list()).map(({ rule }) => rule);

describe('a single answer', () => {
  test.each<[string, object]>([
    ['that says that it is empty', { kind: 'report' }],
    ['that says so behind other members', { a: [1, { items: [] }], kind: 'report' }],
  ])('%s is an object without records, which transform takes', async (_what, body) => {
    expect(await publish(body)).toMatchObject({ status: 200, body: { status: 'success', runs: [{ records: 0 }] } });
    expect(await objects()).toEqual(['json']);
    const [raw] = await chain.objects(chain.raw);
    expect(await chain.finalize(chain.raw, raw!)).toMatchObject({ status: 200, body: { status: 'success', runs: [{ records: 0 }] } });
  });

  test.each<[string, object, number, string[]]>([
    ['an error that may go away', { error: { code: 17 } }, 500, []],
    ['an error that stays', { error: { code: 190 } }, 200, ['answer']],
    ['an error that nobody mapped', { error: { code: 1 } }, 200, ['records']],
    ['something else without records', { kind: 'other' }, 200, ['records']],
    ['something too long to be empty', { kind: 'report', text: LARGE }, 200, ['records']],
    ['something too long to be an error', { error: { code: 17 }, text: LARGE }, 200, ['records']],
  ])('that is %s leaves no object', async (_what, body, status, expected) => {
    const failures: LabSource['failures'] = [
      { at: '/error/code', is: [17], means: 'transient' },
      { at: '/error/code', is: [190], means: 'permanent' },
    ];
    expect((await publish(body, { failures })).status).toBe(status);
    expect(await rules()).toEqual(expected);
    expect(await objects()).toEqual([]);
  });

  test('tells how long the account wants to be left alone', async () => {
    const wait: NonNullable<LabSource['pageBudget']> = (envelope) => (JSON.stringify(envelope).includes('"left":0') ? 3_600_000 : 0);
    await publish({}, { pageBudget: wait });
    source.script(() => ({ body: { items: things(1, 1), left: 0 } }));
    expect((await chain.publish({ source: 'lab' })).status).toBe(500);
    expect(source.asked).toHaveLength(1);
  });

  test.each([
    ['short', { items: things(1, 1), self: `https://lab/?key=${encodeURIComponent(SECRET)}&again=${SECRET}` }],
    ['long', { items: things(1, 3_000), self: `https://lab/?key=${SECRET}` }],
  ])('that repeats a secret (%s) is stored without it', async (_what, body) => {
    expect(await publish(body, { echoesSecrets: true })).toMatchObject({ body: { status: 'success', runs: [{ records: body.items.length }] } });
    const [raw] = await chain.objects(chain.raw);
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await chain.raw.read(raw!.name, raw!.generation))!) chunks.push(Buffer.from(chunk));
    const self = body.self.replaceAll(SECRET, '***').replaceAll(encodeURIComponent(SECRET), '***');
    expect(JSON.parse(Buffer.concat(chunks).toString('utf8'))).toEqual({ ...body, self });
    const files = [...(await filesBelow(chain.dir)).values()].map((bytes) => bytes.toString('latin1'));
    expect(files.filter((text) => text.includes('CANARY'))).toEqual([]);
  });
});

test('a secret is found wherever chunks end', () => {
  const secrets = ['abcde', 'cdefg', 'ab', 'aa'].map((text) => Buffer.from(text));
  const text = Buffer.from('aabcdefg-abcdabcdefg-a-ab-aaaabcde');
  const whole = redaction(secrets);
  const expected = whole.push(text).toString() + whole.end().toString();
  expect(expected).not.toMatch(/abcde|cdefg|ab|aa/);
  for (let size = 1; size <= text.length; size += 1) {
    const parts = redaction(secrets);
    let stored = '';
    for (let at = 0; at < text.length; at += size) stored += parts.push(text.subarray(at, at + size)).toString();
    expect([size, stored + parts.end().toString()]).toEqual([size, expected]);
  }
});
