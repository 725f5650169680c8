import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Chain, openChain } from '../support/chain.ts';
import { labSettingsAt, labStream } from '../support/lab-source.ts';
import { type ScriptedSource, startScriptedSource } from '../support/scripted-source.ts';

/** The numbers of the records in an answer, and what Content-Range says. */
type Answer = readonly [readonly number[], string?];

const stream = labStream({ records: '', pages: { type: 'keyset', after: ({ id }) => ({ id: `gt.${JSON.stringify(id)}` }), end: 'counted' } });

let source: ScriptedSource;
let chain: Chain;
beforeEach(async () => {
  source = await startScriptedSource();
  chain = await openChain({ streams: [stream], sources: labSettingsAt(source.baseUrl) });
});
afterEach(async () => {
  await chain.close();
  await source.stop();
});

/** One run, with these answers one after the other. */
async function run(...answers: readonly Answer[]) {
  source.script(({ at }) => {
    const [ids = [], range = '*/*'] = answers[at - 1] ?? [];
    return { headers: { 'content-range': range }, body: ids.map((id) => ({ id })) };
  });
  return await chain.publish({ source: 'lab' });
}

describe('pages that end counted', () => {
  test('end where an empty page is counted and there is nothing', async () => {
    expect(await run([[1, 2]], [[]], [[], '*/0'])).toMatchObject({ status: 200, body: { runs: [{ records: 2 }] } });
    const behind = { id: 'gt.2' };
    expect(source.asked.map(({ query, headers }) => [query, headers['prefer']])).toEqual([
      [{}, undefined],
      [behind, undefined],
      [behind, 'count=exact'],
    ]);
  });

  test('go on where the page was empty by mistake', async () => {
    expect(await run([[]], [[1, 2], '0-1/3'], [[]], [[3], '0-0/1'], [[]], [[], '*/0'])).toMatchObject({ status: 200, body: { runs: [{ records: 3 }] } });
  });

  test.each([
    ['there are more records', '*/3'],
    ['nobody has counted', '*/*'],
  ])('leave no object where %s', async (_what, range) => {
    const { status, body } = await run([[1, 2]], [[]], [[], range]);
    expect([status, String(body)]).toEqual([500, expect.stringContaining('does not say that there are no more records')]);
    expect(await chain.objects(chain.raw)).toEqual([]);
  });
});
