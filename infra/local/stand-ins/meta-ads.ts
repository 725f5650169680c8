import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FailingAnswers, type Failure, failures, sendFailing } from './failing.ts';
import { startLoopbackServer } from './loopback-server.ts';
import { int, mulberry32 } from './random.ts';

export interface MetaCampaign {
  readonly id: string;
  readonly name: string;
  readonly objective: string;
  readonly status: string;
  readonly created_time: string;
}

/** What a campaign did on a day; numbers are texts. */
export interface MetaInsight {
  readonly campaign_id: string;
  readonly campaign_name: string;
  readonly impressions: string;
  readonly clicks: string;
  readonly spend: string;
  readonly account_currency: string;
  readonly actions?: readonly { readonly action_type: string; readonly value: string }[];
  readonly date_start: string;
  readonly date_stop: string;
}

export interface MetaRequest {
  readonly method: string;
  /** Without the version. */
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface MetaAdsStandIn {
  readonly baseUrl: string;
  readonly account: string;
  readonly token: string;
  readonly requests: readonly MetaRequest[];
  insights(): readonly MetaInsight[];
  setInsights(rows: readonly MetaInsight[]): void;
  /** A page is never longer, whatever is asked for. */
  setPageRows(rows: number): void;
  /** Longer ranges of days are refused when they are asked for at once. */
  setMostDays(days: number): void;
  /** The states that polls see, one each; then `Job Completed`. */
  setStates(states: readonly string[]): void;
  fail(failure: Failure, which?: FailingAnswers): void;
  /** Forgets the failures. */
  heal(): void;
  stop(): Promise<void>;
}

interface State {
  readonly token: string;
  readonly requests: MetaRequest[];
  readonly reports: Map<string, URLSearchParams>;
  readonly campaigns: readonly MetaCampaign[];
  insights: readonly MetaInsight[];
  pageRows: number;
  mostDays: number;
  states: string[];
  baseUrl: string;
}

const DAY_MS = 86_400_000;
const DAYS = 60;
const ACCOUNT = '1234567890';
const NAMES = ['Spring', 'Summer', 'Autumn'];

/** Starts a stand-in for the Marketing API on a loopback port that the system chooses. */
export async function startMetaAds({
  seed = 1,
  insights,
  today = '2026-11-20',
}: {
  seed?: number;
  insights?: readonly MetaInsight[];
  today?: string;
} = {}): Promise<MetaAdsStandIn> {
  const planned = failures();
  const state: State = {
    token: `EAA${randomBytes(16).toString('hex')}`,
    requests: [],
    reports: new Map(),
    campaigns: NAMES.map((name, at) => ({ id: campaignId(at), name, objective: 'OUTCOME_SALES', status: 'ACTIVE', created_time: '2025-01-01T09:00:00+0000' })),
    insights: insights ?? generateInsights(seed, Date.parse(today)),
    pageRows: Number.POSITIVE_INFINITY,
    mostDays: Number.POSITIVE_INFINITY,
    states: [],
    baseUrl: '',
  };
  const { baseUrl, stop } = await startLoopbackServer((request, response) => void answer(state, planned.next, request, response));
  state.baseUrl = baseUrl;
  return {
    baseUrl,
    account: ACCOUNT,
    token: state.token,
    requests: state.requests,
    insights: () => state.insights,
    setInsights: (rows) => {
      state.insights = rows;
    },
    setPageRows: (rows) => {
      state.pageRows = rows;
    },
    setMostDays: (days) => {
      state.mostDays = days;
    },
    setStates: (states) => {
      state.states = [...states];
    },
    fail: planned.add,
    heal: planned.clear,
    stop,
  };
}

async function answer(state: State, nextFailure: () => Failure | undefined, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://stand-in');
  const [, path = ''] = /^\/v\d+\.\d(\/.+)$/.exec(url.pathname) ?? [];
  const parameters = request.method === 'POST' ? new URLSearchParams(await textOf(request)) : url.searchParams;
  state.requests.push({ method: request.method ?? '', path, parameters: Object.fromEntries(parameters) });
  if (request.headers.authorization !== `Bearer ${state.token}`) {
    sendFailing(response, {}, refusal(400, 190, 'Error validating access token', 463));
    return;
  }
  const failure = nextFailure();
  const result = failure?.kind === 'error' ? {} : resultOf(state, request.method ?? '', path, parameters);
  sendFailing(response, result, failure ?? ('kind' in result ? (result as Failure) : undefined));
}

function resultOf(state: State, method: string, path: string, parameters: URLSearchParams): object | Failure {
  const account = `/act_${ACCOUNT}`;
  if (path === `${account}/campaigns`) return pageOf(state, path, parameters, state.campaigns);
  if (path === `${account}/insights` && method === 'POST') return submitted(state, parameters);
  if (path === `${account}/insights`) return insightsOf(state, path, parameters, parameters);
  const [, id = '', edge] = /^\/(\d+)(?:\/(insights))?$/.exec(path) ?? [];
  const report = state.reports.get(id);
  if (report === undefined) return refusal(400, 100, 'Unsupported get request.', 33);
  if (edge === undefined) return jobOf(state, id);
  return insightsOf({ ...state, mostDays: Number.POSITIVE_INFINITY }, path, report, parameters);
}

function submitted(state: State, parameters: URLSearchParams): object | Failure {
  const problem = problemOf(parameters);
  if (problem !== undefined) return problem;
  const id = String(6_000_000_000_000 + state.reports.size + 1);
  state.reports.set(id, parameters);
  return { report_run_id: id };
}

function jobOf(state: State, id: string): object {
  const status = state.states.shift() ?? 'Job Completed';
  return { id, async_status: status, async_percent_completion: status === 'Job Completed' ? 100 : 40 };
}

function insightsOf(state: State, path: string, asked: URLSearchParams, page: URLSearchParams): object | Failure {
  const problem = problemOf(asked);
  if (problem !== undefined) return problem;
  const { since, until } = JSON.parse(asked.get('time_range') ?? '') as { since: string; until: string };
  if ((Date.parse(until) - Date.parse(since)) / DAY_MS + 1 > state.mostDays)
    return refusal(500, 1, "Please reduce the amount of data you're asking for, then retry your request", 99);
  const fields = new Set(['date_start', 'date_stop', ...(asked.get('fields') ?? '').split(',')]);
  const rows = state.insights
    .filter(({ date_start: date }) => date >= since && date <= until)
    .map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => fields.has(name))));
  return pageOf(state, path, page, rows);
}

/** A page, and the address of the next one, which has the token in it as Meta's has. */
function pageOf({ pageRows, token, baseUrl }: State, path: string, parameters: URLSearchParams, rows: readonly object[]): object {
  const start = Number(Buffer.from(parameters.get('after') ?? '', 'base64').toString() || 0);
  const end = start + Math.min(pageRows, Number(parameters.get('limit') ?? 25));
  if (rows.length === 0) return { data: [] };
  const cursors = { before: Buffer.from(String(start)).toString('base64'), after: Buffer.from(String(end)).toString('base64') };
  const next = `${baseUrl}${path}?access_token=${token}&after=${cursors.after}`;
  return { data: rows.slice(start, end), paging: end < rows.length ? { cursors, next } : { cursors } };
}

function problemOf(parameters: URLSearchParams): Failure | undefined {
  const range = /^\{"since":"(\d{4}-\d\d-\d\d)","until":"(\d{4}-\d\d-\d\d)"\}$/.exec(parameters.get('time_range') ?? '');
  const isGood = range !== null && `${range[1]}` <= `${range[2]}` && parameters.get('level') === 'campaign' && parameters.get('time_increment') === '1';
  return isGood ? undefined : refusal(400, 100, 'Invalid parameter');
}

/** An error in the shape of the Graph API. */
export function refusal(status: number, code: number, message: string, subcode?: number): Failure {
  const more = subcode === undefined ? {} : { error_subcode: subcode };
  return { kind: 'error', status, error: { message, type: 'OAuthException', code, ...more, fbtrace_id: 'A0000000000000000000000' } };
}

/** What three campaigns did on the days up to one; the same seed gives the same. */
export function generateInsights(seed: number, today: number): readonly MetaInsight[] {
  const random = mulberry32(seed);
  return Array.from({ length: DAYS }, (_, day) => new Date(today - day * DAY_MS).toISOString().slice(0, 10)).flatMap((date) =>
    NAMES.map((name, at) => {
      const clicks = int(random, 0, 60);
      const purchases = int(random, 0, Math.ceil(clicks / 12));
      return {
        campaign_id: campaignId(at),
        campaign_name: name,
        impressions: String(clicks * 20 + int(random, 1, 300)),
        clicks: String(clicks),
        spend: (clicks * 0.31 + 0.01).toFixed(2),
        account_currency: 'GBP',
        ...(purchases === 0 ? {} : { actions: [{ action_type: 'omni_purchase', value: String(purchases) }] }),
        date_start: date,
        date_stop: date,
      };
    }),
  );
}

function campaignId(at: number): string {
  return String(120_200_000_000_000_001n + BigInt(at));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
