import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { defineSource, url } from '../../shared/source.ts';
import { defineStream, merge } from '../../shared/stream.ts';
import { type Chain, openChain } from '../support/chain.ts';

/** One answer: the records of a page, and what Content-Range says. */
type Page = readonly [readonly number[], string?];

const source = defineSource({ name: 'lab', title: 'Lab', settings: { baseUrl: url('LAB_URL', 'Address') }, baseUrl: 'baseUrl', auth: { type: 'none' } });
const numbers = defineStream({
  source,
  name: 'numbers',
  description: 'Numbers',
  request: () => ({ path: '/numbers' }),
  pages: { type: 'keyset', after: ({ n }) => ({ after: JSON.stringify(n) }), end: 'counted' },
  columns: { n: { type: 'INT64', required: true } },
  key: ['n'],
  write: merge(),
  table: { dataset: 'lab', name: 'numbers' },
});

let pages: Page[];
let asked: string[];
let server: Server;
let chain: Chain;
beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers['prefer'] ?? ''}`.trim());
    const [records, range = '*/*'] = pages.shift() ?? [[]];
    response.writeHead(200, { 'content-type': 'application/json', 'content-range': range });
    response.end(JSON.stringify(records.map((n) => ({ n }))));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  chain = await openChain({ streams: [numbers], sources: new Map([['lab', { baseUrl }]]) });
});
afterEach(async () => {
  await chain.close();
  server.close();
});

describe('pages that end counted', () => {
  test('end where an empty page is counted and there is nothing', async () => {
    pages = [[[1, 2]], [[]], [[], '*/0']];
    expect(await chain.publish({ source: 'lab' })).toMatchObject({ status: 200, body: { runs: [{ records: 2 }] } });
    expect(asked).toEqual(['/numbers', '/numbers?after=2', '/numbers?after=2 count=exact']);
  });

  test('go on where the page was empty by mistake', async () => {
    pages = [[[]], [[1, 2], '0-1/3'], [[]], [[3], '0-0/1'], [[]], [[], '*/0']];
    expect(await chain.publish({ source: 'lab' })).toMatchObject({ status: 200, body: { runs: [{ records: 3 }] } });
  });

  test.each([
    ['there are more records', '*/3'],
    ['nobody has counted', '*/*'],
  ])('leave no object where %s', async (_what, range) => {
    pages = [[[1, 2]], [[]], [[], range]];
    const { status, body } = await chain.publish({ source: 'lab' });
    expect([status, String(body)]).toEqual([500, expect.stringContaining('does not say that there are no more records')]);
    expect(await chain.objects(chain.raw)).toEqual([]);
  });
});
