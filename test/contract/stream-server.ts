import { generateKeyPairSync } from 'node:crypto';
import { pointerPath, valueAt } from '../../shared/json/pointer.ts';
import type { SettingValues, Source } from '../../shared/source.ts';
import type { Stream } from '../../shared/stream.ts';
import type { Members } from '../../shared/vocabulary/pages.ts';
import type { Asked, Reply } from '../support/scripted-source.ts';
import { withValue } from './stream-fixture.ts';

/** So many records are on a page, whatever a request wants: a server may give less. */
export const PAGE_SIZE = 2;
const TOKEN_PATH = '/suite/token';

/** Settings of every kind that let a source ask a server. */
export function settingsAt(source: Source, baseUrl: string): SettingValues {
  const values = Object.entries(source.settings).map(([name, setting]) => {
    if (setting.kind === 'url') return [name, source.baseUrl === name ? baseUrl : `${baseUrl}${TOKEN_PATH}`];
    return [name, isAccount(source, name) ? accountKey(baseUrl) : (setting.default ?? `suite-${name}`)];
  });
  return Object.fromEntries(values);
}

/** True for a question about a token; it is answered before any page is asked for. */
export function isTokenRequest({ path }: Asked): boolean {
  return path === TOKEN_PATH;
}

export const tokenReply: Reply = { body: { access_token: 'suite-token', token_type: 'Bearer', expires_in: 3600 } };

/** A page of the records, in the style that the stream declares, as an honest source answers it. */
export function pageReply(stream: Stream, envelope: unknown, records: readonly Members[], asked: Asked): Reply {
  const { pages } = stream;
  const start = startOf(stream, records, asked);
  const slice = pages.type === 'none' ? records : records.slice(start, start + PAGE_SIZE);
  const more = start + slice.length < records.length;
  let body = withValue(envelope, stream.records, slice);
  const say = (pointer: string | undefined, value: unknown) => {
    if (pointer !== undefined) body = withValue(body, pointer, value);
  };
  switch (pages.type) {
    case 'page_number':
      say(pages.total, records.length);
      say(pages.totalPages, Math.ceil(records.length / PAGE_SIZE));
      return { body: JSON.stringify(body) };
    case 'offset':
      say(pages.total, records.length);
      return { body: JSON.stringify(body) };
    case 'cursor':
      say(pages.next, more ? `after-${start + slice.length}` : undefined);
      say(pages.more, more);
      return { body: JSON.stringify(body) };
    case 'next_url': {
      const next = `${asked.path}?suite_start=${start + slice.length}`;
      if (pages.in === 'link_header') return { body: JSON.stringify(body), headers: more ? { link: `<${next}>; rel="next"` } : {} };
      say(pages.in.body, more ? next : undefined);
      return { body: JSON.stringify(body) };
    }
    default:
      return { body: JSON.stringify(body), headers: contentRange(start, slice.length, pages.type === 'keyset' ? records.length - start : records.length) };
  }
}

/** The index of the first record that a request asks for. */
function startOf({ pages }: Stream, records: readonly Members[], { query, headers, body }: Asked): number {
  switch (pages.type) {
    case 'none':
      return 0;
    case 'page_number':
      return (Number(query[pages.parameter]) - (pages.first ?? 1)) * PAGE_SIZE;
    case 'offset':
      return Number(pages.in === 'body' ? valueAt(JSON.parse(body), pointerPath(`/${pages.offset}`)) : query[pages.offset]);
    case 'cursor':
      return Number(query[pages.parameter]?.replace('after-', '') ?? 0);
    case 'next_url':
      return Number(query['suite_start'] ?? 0);
    case 'content_range':
      return Number(/^(\d+)-/.exec(headers['range'] ?? '')?.[1] ?? 0);
    case 'keyset':
      return records.findLastIndex((record) => Object.entries(pages.after(record)).every(([name, value]) => query[name] === value)) + 1;
  }
}

function contentRange(start: number, count: number, total: number): Readonly<Record<string, string>> {
  return { 'content-range': `${count === 0 ? '*' : `${start}-${start + count - 1}`}/${total}` };
}

function isAccount({ auth }: Source, name: string): boolean {
  return [auth].flat().some((way) => way.type === 'service_account' && way.key === name);
}

function accountKey(baseUrl: string): string {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return JSON.stringify({ client_email: 'suite@example.com', private_key: privateKey, token_uri: `${baseUrl}${TOKEN_PATH}` });
}
