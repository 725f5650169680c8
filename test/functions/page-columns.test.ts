import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileContract } from '../../functions/transform/contract.ts';
import { tally } from '../../functions/transform/tally.ts';
import { type Columns, defineStream, replace } from '../../shared/stream.ts';
import { type Chain, openChain } from '../support/chain.ts';
import { labSource } from '../support/lab-source.ts';

const columns = {
  day: { type: 'DATE', required: true, field: '/dimensions/0/value', formats: ['YYYYMMDD'], description: 'Day' },
  source: { type: 'STRING', field: '/dimensions/1/value', description: 'Source' },
  users: { type: 'INT64', field: '/metrics/0', description: 'Users' },
  escaped: { type: 'STRING', field: '/a~1b', description: 'A member with a slash' },
  note: { type: 'STRING', description: 'A member of the record' },
  is_sampled: { type: 'BOOL', page: '/metadata/sampled', description: 'Whether the source guessed' },
  rows_in_all: { type: 'INT64', page: '/rowCount', description: 'What the source declares' },
} satisfies Columns;

const declare = (name: string, more: Columns = columns, records = '/data/rows') =>
  defineStream({ source: labSource(), name, description: 'Rows', records, columns: more, write: replace('object'), table: { dataset: 'lab', name } });

let chain: Chain;
beforeAll(async () => {
  chain = await openChain({ streams: ['one', 'pages', 'lines', 'drift', 'large'].map((name) => declare(name)) });
});
afterAll(async () => {
  await chain.close();
});

const row = (day: string, from: string, users: unknown) => ({ dimensions: [{ value: day }, { value: from }], metrics: [users], note: 'n' });

async function rowsOf(stream: string, file: string, body: string) {
  const object = await chain.put(`lab/${stream}/2026-11-20/${file}`, body);
  const answer = await chain.finalize(chain.raw, object);
  const clean = (await chain.objects(chain.clean)).filter(({ name }) => name.startsWith(`lab/${stream}/`));
  const rows = (await Promise.all(clean.map(({ name }) => chain.lines(name)))).flat();
  return { answer, rows: rows.map(({ _raw_object: _o, _raw_generation: _g, _extracted_at: _e, _row: _r, ...rest }) => rest) };
}

describe('columns that reach into a record and its page', () => {
  test('get what stands there, although the page says it behind its records', async () => {
    const body = JSON.stringify({
      kind: 'report',
      data: { rows: [row('20261119', 'google', 7), row('20261118', '', '8')] },
      rowCount: 2,
      metadata: { sampled: true },
    });
    expect((await rowsOf('one', 'drop.json', body)).rows).toEqual([
      { day: '2026-11-19', source: 'google', users: 7, note: 'n', is_sampled: true, rows_in_all: 2 },
      { day: '2026-11-18', users: 8, note: 'n', is_sampled: true, rows_in_all: 2 },
    ]);
  });

  test('get what the page of each record says, of several pages', async () => {
    const pages = [
      { metadata: { sampled: true }, data: { rows: [row('20261119', 'a', 1), row('20261118', 'b', 2)] } },
      { data: { rows: [] } },
      { data: { rows: [row('20261117', 'c', 3)] }, metadata: { sampled: false } },
    ];
    const body = pages.map((page) => `\x1e${JSON.stringify(page)}\n`).join('');
    expect((await rowsOf('pages', 'drop.json-seq', body)).rows).toMatchObject([
      { source: 'a', is_sampled: true },
      { source: 'b', is_sampled: true },
      { source: 'c', is_sampled: false },
    ]);
  });

  test('are null of lines, which have no page', async () => {
    const { rows } = await rowsOf('lines', 'drop.ndjson', `${JSON.stringify(row('20261119', 'a', 1))}\n`);
    expect(rows).toEqual([{ day: '2026-11-19', source: 'a', users: 1, note: 'n' }]);
  });

  test('leave what nobody declared to _extra, and reject a record without a required one', async () => {
    const odd = { dimensions: 'none', 'a/b': 'x', other: 1, metadata: { sampled: false } };
    const body = JSON.stringify({
      data: { rows: [{ ...row('20261119', 'a', 1), ...{ 'a/b': 'x', other: 1, metadata: 2 } }, odd] },
      metadata: { sampled: true },
    });
    const { answer, rows } = await rowsOf('drift', 'drop.json', body);
    expect(answer.body.runs[0]).toMatchObject({ records: 2, rejects: 1, outcome: 'refused' });
    expect(rows).toEqual([]);
    const object = await chain.put('lab/drift/2026-11-21/drop.json', body, { accept: 'rejects' });
    await chain.finalize(chain.raw, object);
    const clean = (await chain.objects(chain.clean)).find(({ name }) => name.startsWith('lab/drift/'));
    expect(await chain.lines(clean!.name)).toMatchObject([{ escaped: 'x', is_sampled: true, _extra: { other: 1, metadata: 2 } }]);
  });

  test('need a page that can be held', async () => {
    const body = `{"data":{"rows":[]},"pad":"${'x'.repeat(33 * 1024 * 1024)}"}`;
    expect((await rowsOf('large', 'drop.json', body)).answer.body).toMatchObject({ status: 'failure' });
    expect(await chain.notices.list()).toContainEqual(expect.objectContaining({ rule: 'page_size', stream: 'large' }));
  });
});

test.each<[string, Columns, string, string]>([
  ['the page by a name', { a: { type: 'STRING', page: 'c' } }, '/rows', 'no JSON pointer'],
  ['the answer by a name', { a: { type: 'STRING', answer: 'c' } }, '/rows', 'no JSON pointer'],
  ['a page that is nothing but records', { a: { type: 'STRING', page: '/c' } }, '', 'nothing but records'],
])('a column that reads %s is refused', (_what, more, records, words) => {
  expect(() => declare('wrong', more, records)).toThrow(words);
});

describe('columns that are elsewhere in an answer than in a dropped file', () => {
  const elsewhere = {
    day: { type: 'DATE', required: true, answer: '/when/0', description: 'Day' },
    currency: { type: 'STRING', field: 'currency', page: '/metadata/currency', description: 'Currency' },
    bought: {
      type: 'INT64',
      answer: { list: '/actions', by: 'type', is: ['buy', 'order'], value: ['/n'], sum: { zeroWith: 'when' } },
      description: 'How many were bought',
    },
    first: { type: 'STRING', answer: { list: '/actions', by: 'type', is: ['order', 'buy'], value: ['/text', '/n'] }, description: 'The first of them' },
  } satisfies Columns;

  test.each([
    [
      'an answer',
      {
        when: ['2026-01-02'],
        actions: [
          { type: 'buy', n: 2 },
          { type: 'look', n: 9 },
          { type: 'order', n: '3' },
        ],
      },
      ['2026-01-02', 'GBP', 5, '3'],
    ],
    ['an answer without a list', { when: ['2026-01-02'] }, ['2026-01-02', 'GBP', 0, undefined]],
    ['a file', { day: '2026-01-02', currency: 'USD', bought: '4', first: 'x' }, ['2026-01-02', 'GBP', 4, 'x']],
    ['a file without a column', { day: '2026-01-02' }, ['2026-01-02', 'GBP', undefined, undefined]],
    ['a file that says null', { day: '2026-01-02', bought: null, actions: [{ type: 'buy', n: 2 }] }, ['2026-01-02', 'GBP', undefined, '2']],
  ])('are read from %s', (_what, record, [day, currency, bought, first]) => {
    const row = compileContract(declare('elsewhere', elsewhere)).convert(record, tally(), { metadata: { currency: 'GBP' } });
    expect(JSON.parse(String(row))).toEqual(JSON.parse(JSON.stringify({ day, currency, bought, first })));
  });

  test('have the word of the file where there is no page', () => {
    const row = compileContract(declare('elsewhere', elsewhere)).convert({ day: '2026-01-02', currency: 'USD' }, tally());
    expect(JSON.parse(String(row))).toMatchObject({ currency: 'USD' });
  });
});
