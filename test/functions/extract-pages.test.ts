import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Columns } from '../../shared/stream.ts';
import type { Pages } from '../../shared/vocabulary/pages.ts';
import type { RequestContext, StreamRequest } from '../../shared/vocabulary/request.ts';
import { type Chain, openChain } from '../support/chain.ts';
import { labSettingsAt, type LabSetting, labStream, things } from '../support/lab-source.ts';
import { type Asked, type Reply, type ScriptedSource, startScriptedSource } from '../support/scripted-source.ts';

let source: ScriptedSource;
const chains: Chain[] = [];
beforeAll(async () => {
  source = await startScriptedSource();
});
afterAll(async () => {
  await Promise.all(chains.map((chain) => chain.close()));
  await source.stop();
});

interface Style {
  readonly pages: Pages;
  readonly request?: (context: RequestContext<LabSetting>) => StreamRequest;
  /** What the source says of `total` things, two a page. */
  readonly reply: (asked: Asked, total: number) => Reply;
}

const SIZE = 2;
const slice = (start: number, total: number) => things(start + 1, Math.min(start + SIZE, total));

const styles: Readonly<Record<string, Style>> = {
  'page numbers until an empty page': {
    pages: { type: 'page_number', parameter: 'page' },
    reply: ({ query }, total) => ({ body: { items: slice((Number(query['page']) - 1) * SIZE, total) } }),
  },
  'page numbers with a total of pages': {
    pages: { type: 'page_number', parameter: 'p', first: 0, totalPages: '/meta/pages' },
    reply: ({ query }, total) => ({ body: { items: slice(Number(query['p']) * SIZE, total), meta: { pages: Math.ceil(total / SIZE) } } }),
  },
  'page numbers with a total of records': {
    pages: { type: 'page_number', parameter: 'page', total: '/total' },
    reply: ({ query }, total) => ({ body: { items: slice((Number(query['page']) - 1) * SIZE, total), total } }),
  },
  'offset and limit in the query': {
    pages: { type: 'offset', offset: 'skip', limit: 'top', size: SIZE, total: '/count' },
    reply: ({ query }, total) => ({ body: { count: String(total), items: slice(Number(query['skip']), total).slice(0, Number(query['top'])) } }),
  },
  'offset and limit in the body': {
    pages: { type: 'offset', offset: 'offset', limit: 'limit', size: SIZE, total: '/rowCount', in: 'body' },
    request: () => ({ path: '/things', json: { dimensions: ['a'] } }),
    reply: ({ body, method }, total) => {
      const { offset, limit, dimensions } = JSON.parse(body);
      if (method !== 'POST' || limit !== SIZE || dimensions?.[0] !== 'a') return { status: 400 };
      return { body: { items: slice(offset, total), rowCount: total } };
    },
  },
  'a cursor in the body': {
    pages: { type: 'cursor', parameter: 'after', next: '/paging/cursors/after' },
    reply: ({ query }, total) => {
      const start = Number(query['after'] ?? 0);
      const cursors = start + SIZE < total ? { after: String(start + SIZE) } : {};
      return { body: { items: slice(start, total), paging: { cursors } } };
    },
  },
  'a cursor that stays on the last page, where the source says whether there is more': {
    pages: { type: 'cursor', parameter: 'cursor', next: '/next', more: '/hasMore' },
    reply: ({ query }, total) => {
      const start = Number(query['cursor'] ?? 0);
      return { body: { items: slice(start, total), next: start + SIZE, hasMore: start + SIZE < total } };
    },
  },
  'the next address in the body': {
    pages: { type: 'next_url', in: { body: '/links/next' } },
    reply: ({ query }, total) => {
      const start = Number(query['from'] ?? 0);
      const next = start + SIZE < total ? `${source.baseUrl}/things?from=${start + SIZE}&fields=a&fields=b` : null;
      return { body: { items: slice(start, total), links: { next } } };
    },
  },
  'the next address in the header Link': {
    pages: { type: 'next_url', in: 'link_header' },
    reply: ({ query }, total) => {
      const start = Number(query['from'] ?? 0);
      const link = `</things?from=0>; rel="first"${start + SIZE < total ? `, </things?from=${start + SIZE}>; rel="next"` : ''}`;
      return { body: { items: slice(start, total) }, headers: { link } };
    },
  },
  'ranges of items': {
    pages: { type: 'content_range', size: SIZE },
    reply: ({ headers }, total) => {
      const [, from = '', to = ''] = /^(\d+)-(\d+)$/.exec(headers['range'] ?? '') ?? [];
      if (headers['prefer'] !== 'count=exact' || Number(to) - Number(from) + 1 !== SIZE) return { status: 400 };
      const items = slice(Number(from), total);
      const range = items.length === 0 ? '*' : `${from}-${Number(from) + items.length - 1}`;
      return { status: items.length < total ? 206 : 200, body: { items }, headers: { 'content-range': `${range}/${total}` } };
    },
  },
  'what stands behind the last record': {
    pages: { type: 'keyset', after: (last) => ({ id: `gt.${last['id']}` }) },
    reply: ({ query }, total) => ({ body: { items: slice(Number(query['id']?.slice(3) ?? 0), total) } }),
  },
};

/** Every case has a stream of its own: a chain for each would take most of the time. */
const CASES = ['none', 'one', 'one_page', 'more', 'many', 'fails', 'error', 'html', 'comma', 'gone', 'cut'];

async function chainOf({ pages, request }: Pick<Style, 'pages' | 'request'>, names: readonly string[] = ['things']): Promise<Chain> {
  const streams = names.map((name) => labStream({ name, pages, ...(request === undefined ? {} : { request }) }));
  const chain = await openChain({ streams, sources: labSettingsAt(source.baseUrl) });
  chains.push(chain);
  return chain;
}

async function rawObjects(chain: Chain, stream = 'things') {
  return (await chain.objects(chain.raw)).filter(({ name }) => name.startsWith(`lab/${stream}/`));
}

/** What transform makes of the stream's raw object; loading it is the same for all, and proven elsewhere. */
async function idsOf(chain: Chain, stream = 'things'): Promise<readonly unknown[]> {
  for (const object of await rawObjects(chain, stream)) await chain.finalize(chain.raw, object);
  const clean = (await chain.objects(chain.clean)).filter(({ name }) => name.startsWith(`lab/${stream}/`));
  const rows = await Promise.all(clean.map(({ name }) => chain.lines(name)));
  return rows.flat().map(({ id }) => id);
}

const THINGS = { source: 'lab', stream: 'things' };

describe.each(Object.entries(styles))('%s', (_name, style) => {
  let chain: Chain;
  beforeAll(async () => {
    chain = await chainOf(style, CASES);
  });

  test.each([
    ['none', 0],
    ['one', 1],
    ['one_page', SIZE],
    ['more', SIZE + 1],
    ['many', 3 * SIZE + 1],
  ])('%s: one object of pages, all records once', async (stream, total) => {
    source.script((asked) => style.reply(asked, total));
    expect(await chain.publish({ source: 'lab', stream })).toMatchObject({
      status: 200,
      body: { status: 'success', runs: [{ outcome: 'success', records: total }] },
    });
    const objects = await rawObjects(chain, stream);
    expect(objects.map(({ name }) => name)).toEqual([expect.stringMatching(/^lab\/\w+\/\d{4}-\d\d-\d\d\/\d{8}T\d{6}Z-[0-9a-f]{8}\.json-seq$/)]);
    expect(await idsOf(chain, stream)).toEqual(things(1, total).map(({ id }) => id));
  });

  test('a page that fails three times leaves no object, and the next delivery begins anew', async () => {
    source.script((asked) => (asked.at >= 2 ? { status: 503 } : style.reply(asked, 5)));
    const delivery = { id: 'm', time: new Date().toISOString() };
    const message = { source: 'lab', stream: 'fails' };
    expect((await chain.publish(message, delivery)).status).toBe(500);
    expect(await rawObjects(chain, 'fails')).toEqual([]);
    source.script((asked) => (asked.at === 2 ? { status: 503 } : style.reply(asked, 5)));
    expect(await chain.publish(message, delivery)).toMatchObject({ status: 200, body: { runs: [{ records: 5 }] } });
    expect(await idsOf(chain, 'fails')).toEqual([1, 2, 3, 4, 5]);
  });

  test.each<[string, Reply, string]>([
    ['error', { body: { error: { message: 'no' } } }, 'records'],
    ['html', { body: '<html>', headers: { 'content-type': 'text/html' } }, 'records'],
    ['comma', { body: '{"items":[{"id":3}],}' }, 'malformed'],
    ['gone', { status: 404 }, 'http_404'],
  ])('a page that turns into something else (%s) ends the run with a notice and no object', async (stream, reply, rule) => {
    source.script((asked) => (asked.at === 2 ? reply : style.reply(asked, 5)));
    expect(await chain.publish({ source: 'lab', stream })).toMatchObject({ status: 200, body: { status: 'failure' } });
    expect(await rawObjects(chain, stream)).toEqual([]);
    expect((await chain.notices.list()).filter((notice) => notice.stream === stream)).toMatchObject([{ class: 'permanent', rule }]);
  });

  test('a page that is cut in transport is asked for again, alone', async () => {
    source.script((asked) => (asked.at === 2 ? { ...style.reply(asked, 5), cut: true } : style.reply(asked, 5)));
    expect(await chain.publish({ source: 'lab', stream: 'cut' })).toMatchObject({ status: 200, body: { runs: [{ records: 5 }] } });
    const pages = source.asked.map(({ query, headers, body }) => JSON.stringify([query, headers['range'], body]));
    expect(pages.filter((page) => page === pages[1])).toHaveLength(2);
    expect(new Set(pages).size).toBe(pages.length - 1);
  });
});

describe('a source that contradicts itself leaves no object', () => {
  const offset = styles['offset and limit in the query'] as Style;
  const permanent: [string, Style, (asked: Asked) => Reply, string][] = [
    ['declares more than it sends', offset, (asked) => withCount(offset.reply(asked, 5), 6), 'total'],
    ['declares less than it sends', offset, (asked) => withCount(offset.reply(asked, 5), 3), 'total'],
    ['declares nothing', offset, (asked) => withCount(offset.reply(asked, 5), null), 'total'],
    ['sends an empty page in the middle', offset, (asked) => (asked.at === 2 ? { body: { items: [], count: 5 } } : offset.reply(asked, 5)), 'total'],
    ['sends one page for ever', styles['page numbers until an empty page'] as Style, () => ({ body: { items: things(1, 2) } }), 'page_repeated'],
    [
      'sends one page again and repeats the number that it was asked for',
      styles['page numbers with a total of records'] as Style,
      ({ query, at }) => ({ body: { page: query['page'], request: `r${at}`, items: things(1, 2), total: 4 } }),
      'page_repeated',
    ],
    [
      'sends one page again and repeats the offset that it was asked for',
      offset,
      ({ query }) => ({ body: { skip: query['skip'], items: things(1, 2), count: 4, self: `/things?skip=${query['skip']}` } }),
      'page_repeated',
    ],
    [
      'sends one page again that names itself as the next',
      styles['the next address in the body'] as Style,
      ({ at }) => ({ body: { at, items: things(1, 2), links: { next: `${source.baseUrl}/things?from=2` } } }),
      'page_repeated',
    ],
    [
      'names one cursor for ever',
      styles['a cursor in the body'] as Style,
      ({ at }) => ({ body: { items: things(at, at), paging: { cursors: { after: 'x' } } } }),
      'page_repeated',
    ],
    [
      'does not say how many pages there are',
      { ...(styles['page numbers with a total of pages'] as Style), pages: { type: 'page_number', parameter: 'p', totalPages: '/pages', maxPages: 4 } },
      () => ({ body: { items: [] } }),
      'total',
    ],
    [
      'says that there is more and names no cursor',
      styles['a cursor that stays on the last page, where the source says whether there is more'] as Style,
      () => ({ body: { items: things(1, 2), next: null, hasMore: true } }),
      'cursor',
    ],
    [
      'never ends',
      { ...(styles['page numbers until an empty page'] as Style), pages: { type: 'page_number', parameter: 'page', maxPages: 4 } },
      ({ at }) => ({ body: { items: things(at, at) } }),
      'page_cap',
    ],
  ];

  test.each(permanent)('%s', async (_what, style, reply, rule) => {
    const chain = await chainOf(style);
    source.script(reply);
    expect(await chain.publish(THINGS)).toMatchObject({ status: 200, body: { status: 'failure' } });
    expect(await rawObjects(chain)).toEqual([]);
    expect(await chain.notices.list()).toMatchObject([{ class: 'permanent', rule }]);
  });

  test('a total that moves while the pages come may be right the next time', async () => {
    const chain = await chainOf(offset);
    source.script((asked) => withCount(offset.reply(asked, 5), asked.at === 1 ? 5 : 6));
    expect((await chain.publish(THINGS)).status).toBe(500);
    expect(await rawObjects(chain)).toEqual([]);
  });
});

describe('the next address', () => {
  const style = styles['the next address in the body'] as Style;

  test.each(['http://127.0.0.2:1/things', 'https://elsewhere.example.com/', 'file:///etc/passwd', '//elsewhere.example.com/x'])(
    'on another host (%s) is not asked',
    async (next) => {
      const chain = await chainOf(style);
      source.script(() => ({ body: { items: things(1, 1), links: { next } } }));
      expect(await chain.publish(THINGS)).toMatchObject({ status: 200, body: { status: 'failure' } });
      expect(await chain.notices.list()).toMatchObject([{ rule: 'next_url' }]);
      expect(source.asked).toHaveLength(1);
      expect(await rawObjects(chain)).toEqual([]);
    },
  );

  test.each([
    ['?from=2', '/v1/things'],
    ['things?from=2', '/v1/things'],
    ['more/things?from=2', '/v1/more/things'],
    ['/v1/other?from=2', '/v1/other'],
  ])('that is relative (%s) begins at the page that names it', async (next, path) => {
    const chain = await chainOf({ ...style, request: () => ({ path: '/v1/things', query: { fields: 'a' } }) });
    source.script(({ at }) => ({ body: { items: things(at, at), links: { next: at === 1 ? next : null } } }));
    expect(await chain.publish(THINGS)).toMatchObject({ body: { status: 'success', runs: [{ records: 2 }] } });
    expect(source.asked.map((one) => [one.path, one.query])).toEqual([
      ['/v1/things', { fields: 'a' }],
      [path, { from: '2' }],
    ]);
  });

  test('in a header Link that is none ends the run for good', async () => {
    const chain = await chainOf(styles['the next address in the header Link'] as Style);
    source.script(() => ({ body: { items: things(1, 1) }, headers: { link: 'garbage' } }));
    expect(await chain.publish(THINGS)).toMatchObject({ status: 200, body: { status: 'failure' } });
    expect(await chain.notices.list()).toMatchObject([{ class: 'permanent', rule: 'link' }]);
  });

  test('keeps parameters of one name', async () => {
    const chain = await chainOf(style);
    let search = '';
    source.script((asked) => {
      search = JSON.stringify(asked.query);
      return style.reply(asked, 3);
    });
    await chain.publish(THINGS);
    expect(search).toBe('{"from":"2","fields":"b"}');
  });
});

test.each<[string, Pages, (asked: Asked) => Reply]>([
  [
    'leads on from each of them to another one',
    { type: 'cursor', parameter: 'after', next: '/next' },
    ({ at }) => ({ body: { items: things(1, 1), ...(at < 3 ? { next: `c${at}` } : {}) } }),
  ],
  [
    'leads on from each of them to another address',
    { type: 'next_url', in: { body: '/next' } },
    ({ at }) => ({ body: { items: things(1, 1), next: at < 3 ? `${source.baseUrl}/things?c=${at}` : null } }),
  ],
])('pages with equal records are no repetition where the source %s', async (_what, pages, reply) => {
  const chain = await chainOf({ pages });
  source.script(reply);
  expect(await chain.publish(THINGS)).toMatchObject({ body: { status: 'success', runs: [{ records: 3 }] } });
});

test('pages with equal records are no repetition where a column reads what tells the pages apart', async () => {
  const stream = labStream({ pages: { type: 'page_number', parameter: 'page', totalPages: '/pages' } });
  const day: Columns = { day: { type: 'DATE', page: '/day', description: 'Day' } };
  const chain = await openChain({ streams: [{ ...stream, columns: { ...stream.columns, ...day } }], sources: labSettingsAt(source.baseUrl) });
  chains.push(chain);
  source.script(({ at }) => ({ body: { items: things(1, 1), pages: 2, day: `2026-11-0${at}` } }));
  expect(await chain.publish(THINGS)).toMatchObject({ body: { status: 'success', runs: [{ records: 2 }] } });
});

test('pages are stored byte for byte, and numbers keep their text on the way to the next page', async () => {
  const chain = await chainOf({ pages: { type: 'cursor', parameter: 'after', next: '/next' } });
  const first = '{ "items": [ {"id":1, "name":"é"} ],\r\n "next": 9007199254740993 }';
  const second = '\ufeff{"items":[]}';
  source.script(({ query }) => ({ body: query['after'] === '9007199254740993' ? second : first }));
  expect(await chain.publish(THINGS)).toMatchObject({ body: { status: 'success' } });
  const [object] = await rawObjects(chain);
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await chain.raw.read(object!.name, object!.generation))!) chunks.push(Buffer.from(chunk));
  expect(Buffer.concat(chunks).toString('utf8')).toBe(`\x1e${first}\n\x1e${second}\n`);
});

test('a page that is not UTF-8 beside its records is not taken as the last one', async () => {
  const chain = await chainOf({ pages: { type: 'cursor', parameter: 'after', next: '/next' } });
  source.script(() => ({ body: Buffer.from('{"items":[{"id":1}],"next":"caf\xe9"}', 'latin1') }));
  expect(await chain.publish(THINGS)).toMatchObject({ status: 200, body: { status: 'failure' } });
  expect(await rawObjects(chain)).toEqual([]);
  expect(await chain.notices.list()).toMatchObject([{ class: 'permanent', rule: 'malformed' }]);
});

function withCount(reply: Reply, count: number | null): Reply {
  return { ...reply, body: { ...(reply.body as object), count } };
}
