import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FailingAnswers, type Failure, failures, sendFailing } from './failing.ts';
import { startLoopbackServer } from './loopback-server.ts';
import { generateCampaigns, generateInsights, type MetaCampaign, type MetaInsight } from './meta-ads-data.ts';
import { accessRefusal, insightsRefusal, listRefusal, type MetaCall, rangeOf, refusal, statesRefusal } from './meta-ads-refusals.ts';

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
  setCampaigns(rows: readonly MetaCampaign[]): void;
  /** A page is never longer, whatever is asked for. */
  setPageRows(rows: number): void;
  /** Longer ranges of days are refused when they are asked for at once. */
  setMostDays(days: number): void;
  /** The states that polls see, one each; then `Job Completed`. */
  setStates(states: readonly string[]): void;
  /** How much of what it may ask for the account has used up, in percent, and after how many minutes it may ask again. */
  setUsage(percent: number, minutes: number): void;
  fail(failure: Failure, which?: FailingAnswers): void;
  /** Forgets the failures. */
  heal(): void;
  stop(): Promise<void>;
}

interface State {
  readonly token: string;
  readonly requests: MetaRequest[];
  readonly reports: Map<string, URLSearchParams>;
  campaigns: readonly MetaCampaign[];
  insights: readonly MetaInsight[];
  pageRows: number;
  mostDays: number;
  states: string[];
  usage: object;
  baseUrl: string;
}

const DAY_MS = 86_400_000;
const ACCOUNT = '1234567890';
/** What the list of campaigns leaves out unless it is asked for it. */
const HIDDEN = ['ARCHIVED', 'DELETED'];

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
    campaigns: generateCampaigns(Date.parse(today)),
    insights: insights ?? generateInsights(seed, Date.parse(today)),
    pageRows: Number.POSITIVE_INFINITY,
    mostDays: Number.POSITIVE_INFINITY,
    states: [],
    usage: usageOf(1, 0),
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
    setCampaigns: (rows) => {
      state.campaigns = rows;
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
    setUsage: (percent, minutes) => {
      state.usage = usageOf(percent, minutes);
    },
    fail: planned.add,
    heal: planned.clear,
    stop,
  };
}

async function answer(state: State, nextFailure: () => Failure | undefined, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://stand-in');
  const [, version = '', path = ''] = /^\/(v\d+\.\d)?(\/?.*)$/.exec(url.pathname) ?? [];
  const parameters = request.method === 'POST' ? new URLSearchParams(await textOf(request)) : url.searchParams;
  const call: MetaCall = { method: request.method ?? '', version, path, parameters };
  state.requests.push({ method: call.method, path, parameters: Object.fromEntries(parameters) });
  response.setHeader('x-business-use-case-usage', JSON.stringify(state.usage));
  const refused = accessRefusal(call, request.headers.authorization, state.token);
  const failure = refused ?? nextFailure();
  const result = failure?.kind === 'error' ? {} : resultOf(state, call, failure);
  sendFailing(response, result, failure ?? ('kind' in result ? (result as Failure) : undefined));
}

function resultOf(state: State, { method, path, parameters }: MetaCall, failure: Failure | undefined): object | Failure {
  const account = `/act_${ACCOUNT}`;
  if (path === `${account}/campaigns` && method === 'GET') return campaignsOf(state, path, parameters, failure);
  if (path === `${account}/insights` && method === 'POST') return submitted(state, parameters);
  if (path === `${account}/insights` && method === 'GET') return insightsOf(state, path, parameters, parameters, failure);
  const [, id = '', edge] = /^\/(\d+)(?:\/(insights))?$/.exec(path) ?? [];
  const report = state.reports.get(id);
  if (report === undefined || method !== 'GET') return refusal(400, 100, 'Unsupported request. Object does not exist.', 33);
  if (edge === undefined) return listRefusal('report', parameters) ?? jobOf(state, id);
  return insightsOf({ ...state, mostDays: Number.POSITIVE_INFINITY }, path, report, parameters, failure);
}

function campaignsOf(state: State, path: string, parameters: URLSearchParams, failure: Failure | undefined): object | Failure {
  const problem = listRefusal('campaigns', parameters) ?? statesRefusal(parameters);
  if (problem !== undefined) return problem;
  const wanted = JSON.parse(parameters.get('effective_status') ?? '[]') as readonly string[];
  const found = state.campaigns.filter(({ effective_status: is }) => (wanted.length === 0 ? !HIDDEN.includes(is) : wanted.includes(is)));
  return pageOf(state, path, parameters, narrowed(found, ['id'], parameters), failure);
}

function submitted(state: State, parameters: URLSearchParams): object | Failure {
  const problem = listRefusal('insights', parameters) ?? insightsRefusal(parameters);
  if (problem !== undefined) return problem;
  const id = String(6_000_000_000_000 + state.reports.size + 1);
  state.reports.set(id, parameters);
  return { report_run_id: id };
}

function jobOf(state: State, id: string): object {
  const status = state.states.shift() ?? 'Job Completed';
  return { id, async_status: status, async_percent_completion: status === 'Job Completed' ? 100 : 40 };
}

function insightsOf(state: State, path: string, asked: URLSearchParams, page: URLSearchParams, failure: Failure | undefined): object | Failure {
  const problem = listRefusal('insights', page) ?? insightsRefusal(asked);
  if (problem !== undefined) return problem;
  const { since, until } = rangeOf(asked);
  if ((Date.parse(until) - Date.parse(since)) / DAY_MS + 1 > state.mostDays)
    return refusal(500, 1, "Please reduce the amount of data you're asking for, then retry your request", 99);
  const rows = state.insights.filter(({ date_start: date }) => date >= since && date <= until);
  return pageOf(state, path, page, narrowed(rows, ['date_start', 'date_stop'], asked), failure);
}

/** The fields that are asked for, and those that are always told. */
function narrowed(rows: readonly object[], always: readonly string[], asked: URLSearchParams): readonly object[] {
  const fields = new Set([...always, ...(asked.get('fields') ?? '').split(',')]);
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => fields.has(name))));
}

/** A page, and the address of the next one, which has the token in it as Meta's has. One that is empty by mistake goes on where it stands. */
function pageOf({ pageRows, token, baseUrl }: State, path: string, parameters: URLSearchParams, rows: readonly object[], failure: Failure | undefined): object {
  const size = Math.min(pageRows, Number(parameters.get('limit') ?? 25));
  const asked = Number(Buffer.from(parameters.get('after') ?? '', 'base64').toString() || 0);
  if (rows.length === 0) return { data: [] };
  const start = failure?.kind === 'repeated-page' ? Math.max(0, asked - size) : asked;
  const end = failure?.kind === 'empty-page' ? start : start + size;
  const cursors = { before: Buffer.from(String(start)).toString('base64'), after: Buffer.from(String(end)).toString('base64') };
  const next = `${baseUrl}${path}?access_token=${token}&after=${cursors.after}`;
  return { data: rows.slice(start, end), paging: end < rows.length ? { cursors, next } : { cursors } };
}

function usageOf(percent: number, minutes: number): object {
  const shares = { call_count: percent, total_cputime: percent, total_time: percent };
  return { [ACCOUNT]: [{ type: 'ads_insights', ...shares, estimated_time_to_regain_access: minutes }] };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
