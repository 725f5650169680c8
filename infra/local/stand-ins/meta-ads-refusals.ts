import type { Failure } from './failing.ts';

/** What a request asks of the Graph API. */
export interface MetaCall {
  readonly method: string;
  /** As v25.0; '' where the path names none. */
  readonly version: string;
  /** Without the version. */
  readonly path: string;
  readonly parameters: URLSearchParams;
}

/** What a node or an edge can tell; nothing else may be asked for. */
const FIELDS = {
  campaigns: ['id', 'name', 'objective', 'status', 'effective_status', 'start_time', 'stop_time', 'created_time', 'updated_time'],
  insights: [
    'account_currency',
    'account_id',
    'actions',
    'campaign_id',
    'campaign_name',
    'clicks',
    'cpc',
    'ctr',
    'date_start',
    'date_stop',
    'impressions',
    'spend',
  ],
  report: ['id', 'account_id', 'async_status', 'async_percent_completion', 'date_start', 'date_stop'],
} as const;
/** Versions that Meta has not ended (developers.facebook.com/documentation/ads-commerce/marketing-api/marketing-api-changelog/versions.md). */
const VERSIONS = new Set(['v25.0', 'v26.0', 'v27.0']);
const STATES = new Set(['ACTIVE', 'PAUSED', 'ARCHIVED', 'DELETED', 'IN_PROCESS', 'WITH_ISSUES']);
const LEVELS = new Set(['account', 'campaign', 'adset', 'ad']);
const DAY = /^\d{4}-\d\d-\d\d$/;

/** An error in the shape of the Graph API. */
export function refusal(status: number, code: number, message: string, subcode?: number, headers: Readonly<Record<string, string>> = {}): Failure {
  const more = subcode === undefined ? {} : { error_subcode: subcode };
  return { kind: 'error', status, headers, error: { message, type: 'OAuthException', code, ...more, fbtrace_id: 'A0000000000000000000000' } };
}

/** Why a request gets no answer, whatever it asks for; undefined where it may. */
export function accessRefusal({ version }: MetaCall, authorization: string | undefined, token: string): Failure | undefined {
  if (!VERSIONS.has(version)) return refusal(400, 2635, 'You are calling a deprecated version of the Ads API. Please update to the latest version.');
  if (authorization === undefined) return refusal(400, 190, 'An access token is required to request this resource.');
  return authorization === `Bearer ${token}` ? undefined : refusal(400, 190, 'Error validating access token', 463);
}

/** Why a list of fields, a limit or a cursor is none of this edge's. */
export function listRefusal(edge: keyof typeof FIELDS, parameters: URLSearchParams): Failure | undefined {
  const known: ReadonlySet<string> = new Set(FIELDS[edge]);
  const unknown = (parameters.get('fields') ?? '').split(',').find((name) => name !== '' && !known.has(name));
  if (unknown !== undefined) return refusal(400, 100, `(#100) Tried accessing nonexisting field (${unknown})`);
  if (!/^[1-9]\d*$/.test(parameters.get('limit') ?? '25')) return refusal(400, 100, '(#100) Param limit must be a positive number');
  const after = Buffer.from(parameters.get('after') ?? '', 'base64').toString();
  return /^\d*$/.test(after) ? undefined : refusal(400, 100, '(#100) Invalid cursors values');
}

/** Why the insights that are asked for are none: what the days are, what a row is. */
export function insightsRefusal(parameters: URLSearchParams): Failure | undefined {
  const { since, until } = rangeOf(parameters);
  if (!DAY.test(since) || !DAY.test(until)) return refusal(400, 100, '(#100) Must be a date representation in the format YYYY-MM-DD');
  if (since > until) return refusal(400, 100, '(#100) The start date must be before the end date');
  if (!LEVELS.has(parameters.get('level') ?? 'account')) return refusal(400, 100, '(#100) level must be one of: ad, adset, campaign, account');
  const days = Number(parameters.get('time_increment') ?? 'NaN');
  return days >= 1 && days <= 90 ? undefined : refusal(400, 100, '(#100) Param time_increment must be in [1, 90]');
}

/** Why the states of campaigns that are asked for are none. */
export function statesRefusal(parameters: URLSearchParams): Failure | undefined {
  const states = parsed(parameters.get('effective_status') ?? '[]');
  const areKnown = Array.isArray(states) && states.every((state) => STATES.has(String(state)));
  return areKnown ? undefined : refusal(400, 100, '(#100) Param effective_status must be an array of the known states');
}

/** The days that are asked for; '' where they are not said. */
export function rangeOf(parameters: URLSearchParams): { readonly since: string; readonly until: string } {
  const range = { ...(parsed(parameters.get('time_range') ?? '') as Readonly<Record<string, unknown>>) };
  return { since: String(range['since'] ?? ''), until: String(range['until'] ?? '') };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
