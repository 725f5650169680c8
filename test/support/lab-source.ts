import { defineSource, type Source, secret, type SettingValues, text, url } from '../../shared/source.ts';
import { defineStream, type EmptyAnswer, merge, type Stream } from '../../shared/stream.ts';
import type { Auth } from '../../shared/vocabulary/auth.ts';
import type { Pages } from '../../shared/vocabulary/pages.ts';
import type { RequestContext, StreamRequest } from '../../shared/vocabulary/request.ts';

export const labSettings = {
  baseUrl: url('LAB_BASE_URL', 'Address'),
  tokenUrl: url('LAB_TOKEN_URL', 'Address of the tokens'),
  user: text('LAB_USER', 'User'),
  secret: secret('LAB_SECRET', 'Password, key or token'),
  refresh: secret('LAB_REFRESH', 'Refresh token'),
  account: secret('LAB_ACCOUNT', 'Service account'),
};

export type LabSetting = keyof typeof labSettings;
export type LabSource = Source<LabSetting>;

/** A source of the tests, with whatever a test is about. */
export function labSource(more: Partial<Pick<LabSource, 'auth' | 'failures' | 'budget' | 'pageBudget' | 'echoesSecrets'>> = {}): LabSource {
  const none: Auth<LabSetting> = { type: 'none' };
  return defineSource({ name: 'lab', title: 'Lab', settings: labSettings, baseUrl: 'baseUrl', auth: none, ...more });
}

/** A stream of that source: records `{id, name}` below `/items`, merged by id. */
export function labStream(
  more: {
    source?: LabSource;
    name?: string;
    records?: string;
    pages?: Pages;
    request?: (context: RequestContext<LabSetting>) => StreamRequest;
    empty?: EmptyAnswer;
  } & Partial<Pick<Stream, 'window'>> & { report?: Parameters<typeof defineStream<LabSetting, Record<string, never>>>[0]['report'] } = {},
): Stream {
  const { source = labSource(), name = 'things', window, report, pages } = more;
  return defineStream({
    source,
    name,
    description: 'Things',
    request: more.request ?? (() => ({ path: '/things' })),
    ...(pages === undefined ? {} : { pages }),
    ...(window === undefined ? {} : { window }),
    ...(report === undefined ? {} : { report }),
    ...(more.empty === undefined ? {} : { empty: more.empty }),
    records: more.records ?? '/items',
    columns: {
      id: { type: 'INT64', required: true, description: 'Number' },
      name: { type: 'STRING', description: 'Name' },
    },
    key: ['id'],
    write: merge(),
    table: { dataset: 'lab', name },
  });
}

/** Settings that point the source at an address. */
export function labSettingsAt(baseUrl: string, more: Partial<Record<LabSetting, string>> = {}): ReadonlyMap<string, SettingValues> {
  return new Map([['lab', { baseUrl, tokenUrl: `${baseUrl}/token`, user: 'u', secret: 's', refresh: 'r', account: '', ...more }]]);
}

/** Numbered records. */
export function things(from: number, to: number): readonly { id: number; name: string }[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => ({ id: from + index, name: `thing ${from + index}` }));
}
