import { afterAll, beforeAll } from '@jest/globals';
import { defineSource, secret, url } from '../../../shared/source.ts';
import { defineStream, merge, replace, type Stream, type StreamDeclaration } from '../../../shared/stream.ts';
import type { RequestContext, StreamRequest } from '../../../shared/vocabulary/request.ts';
import { describeStream } from '../../contract/stream.ts';
import { type Fixture, fixture } from '../../contract/stream-fixture.ts';
import { type StreamLab, streamLab } from '../../contract/stream-lab.ts';
import { describeRequests } from '../../contract/stream-request.ts';
import { openChain } from '../../support/chain.ts';

/** The suite of stream-request.ts on a stream of each kind of pages and windows, so that it is known to work before a source needs it. */
const settings = { baseUrl: url('LAB_BASE_URL', 'Address'), tokenUrl: url('LAB_TOKEN_URL', 'Address of tokens'), secret: secret('LAB_SECRET', 'Secret') };
type Names = keyof typeof settings;
const grant = { type: 'oauth2', grant: 'client_credentials', tokenUrl: 'tokenUrl', clientId: 'secret', clientSecret: 'secret' } as const;
const source = defineSource({ name: 'lab', title: 'Lab', settings, baseUrl: 'baseUrl', auth: grant });

const columns = {
  id: { type: 'INT64', required: true, description: 'Number' },
  day: { type: 'DATE', required: true, formats: ['YYYYMMDD', 'D/M/YYYY', 'M/D/YYYY'], description: 'Day' },
  changed: { type: 'TIMESTAMP', field: '/meta/changed', description: 'Change' },
  level: { type: 'STRING', page: '/level', description: 'What the page says' },
  value: { type: 'NUMERIC', description: 'Value' },
} as const;
const answer = { level: 'all', data: { items: [{ id: 1, day: '20260228', meta: { changed: '2026-02-28T10:00:00+01:00' }, value: 1.5 }] } };
const rows = [{ id: 1, day: '2026-02-28', changed: '2026-02-28T09:00:00Z', level: 'all', value: '1.5', _extra: null }];

type More = Pick<StreamDeclaration<Names, typeof columns>, 'pages' | 'window' | 'write'>;
const windowed = ({ window: { from = 'all', to } }: RequestContext<Names>): StreamRequest => ({ path: '/things', query: { from, to } });

function declare(name: string, more: Partial<More>, request: (context: RequestContext<Names>) => StreamRequest = windowed): Stream {
  const table = { dataset: 'lab', name };
  return defineStream({ source, name, description: name, request, records: '/data/items', columns, key: ['id'], write: merge(), table, ...more });
}

const instants = { grain: 'instant', overlap: '2h' } as const;
const days = { grain: 'day', overlap: '3d', start: '2026-01-01' } as const;

const styles: readonly Stream[] = [
  declare('document', {}, () => ({ path: '/things' })),
  declare('page_number', { pages: { type: 'page_number', parameter: 'page' } }),
  declare('page_total', { pages: { type: 'page_number', parameter: 'p', first: 0, total: '/meta/total' }, window: instants }),
  declare('page_pages', {
    pages: { type: 'page_number', parameter: 'p', totalPages: '/pages' },
    window: { ...days, step: '1d' },
    write: replace({ date: 'day' }),
  }),
  declare('offset', { pages: { type: 'offset', offset: 'skip', limit: 'top', size: 100, total: '/count' }, window: days }),
  declare('offset_body', { pages: { type: 'offset', offset: 'skip', limit: 'top', size: 2, total: '/count', in: 'body' } }, () => ({
    path: '/q',
    json: { a: 1 },
  })),
  declare('cursor', { pages: { type: 'cursor', parameter: 'after', next: '/paging/next', more: '/paging/more' }, write: replace('object'), window: instants }),
  declare('next_url', { pages: { type: 'next_url', in: { body: '/links/next' } }, window: instants }),
  declare('next_link', { pages: { type: 'next_url', in: 'link_header' }, write: replace() }),
  declare('content_range', { pages: { type: 'content_range', size: 1000 } }),
  declare('keyset', { pages: { type: 'keyset', after: ({ id }) => ({ id: `gt.${String(id)}` }) }, window: instants }),
];

let lab: StreamLab;
beforeAll(async () => {
  lab = streamLab(await openChain({ streams: styles }));
});
afterAll(async () => {
  await lab.chain.close();
});

for (const stream of styles) {
  const load = async (): Promise<Fixture> => fixture(stream, { json: answer, rows });
  if (stream.name === 'page_pages') describeStream(stream, load, () => lab);
  describeRequests(stream, load);
}
