import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FailingAnswers, type Failure, failures, sendFailing } from './failing.ts';
import { type Ga4Row, generateGa4 } from './ga4-data.ts';
import { grantRefusal, METRICS, type ReportRequest, refusal, reportRefusal } from './ga4-refusals.ts';
import { startLoopbackServer } from './loopback-server.ts';

/** What a report says of itself, beside the rows. */
export interface Ga4Metadata {
  readonly subjectToThresholding?: boolean;
  readonly dataLossFromOtherRow?: boolean;
  readonly samplingMetadatas?: readonly { readonly samplesReadCount: string; readonly samplingSpaceSize: string }[];
}

export interface Ga4StandIn {
  readonly baseUrl: string;
  readonly property: string;
  /** The JSON key of a service account that may read the property. */
  readonly credentials: string;
  /** The bodies of the reports that were asked for. */
  readonly requests: readonly unknown[];
  /** How many tokens were given out. */
  tokens(): number;
  /** What there is; the date is one of the dimensions, as YYYYMMDD. */
  setRows(rows: readonly Ga4Row[]): void;
  setMetadata(metadata: Ga4Metadata): void;
  /** What remains of the tokens of the hour. */
  setTokensLeft(tokens: number): void;
  /** A page is never longer, whatever is asked for. */
  setPageRows(rows: number): void;
  /** Ends the tokens that were given out. */
  expireTokens(): void;
  fail(failure: Failure, which?: FailingAnswers): void;
  /** Forgets the failures. */
  heal(): void;
  stop(): Promise<void>;
}

interface State {
  tokens: string[];
  rows: readonly Ga4Row[];
  metadata: Ga4Metadata;
  tokensLeft: number;
  pageRows: number;
}

const TOKENS_PER_DAY = 200_000;
const PROPERTY = '213025502';
const MOST_ROWS = 250_000;

/** Starts a stand-in for the Data API of Google Analytics, and for the token endpoint, on a loopback port that the system chooses. */
export async function startGa4({
  seed = 1,
  rows,
  today = '2026-11-20',
}: {
  seed?: number;
  rows?: readonly Ga4Row[];
  today?: string;
} = {}): Promise<Ga4StandIn> {
  const planned = failures();
  const requests: unknown[] = [];
  const state: State = { tokens: [], rows: rows ?? generateGa4(seed, Date.parse(today)), metadata: {}, tokensLeft: 40_000, pageRows: MOST_ROWS };
  let given = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    if (request.url === '/token') {
      const refused = grantRefusal(body);
      const token = randomBytes(12).toString('hex');
      if (refused === undefined) {
        state.tokens.push(token);
        given += 1;
      }
      sendFailing(response, { access_token: token, token_type: 'Bearer', expires_in: 3600 }, refused);
      return;
    }
    const asked: unknown = parsed(body);
    const refused = accessRefusal(request, state.tokens) ?? reportRefusal(asked);
    if (refused !== undefined) {
      sendFailing(response, {}, refused);
      return;
    }
    requests.push(asked);
    const failure = planned.next();
    sendFailing(response, reportOf(asked as ReportRequest, state, failure), failure);
  }

  const { baseUrl, stop } = await startLoopbackServer((request, response) => void answer(request, response));
  return {
    baseUrl,
    property: PROPERTY,
    credentials: accountKey(`${baseUrl}/token`),
    requests,
    tokens: () => given,
    setRows: (next) => {
      state.rows = next;
    },
    setMetadata: (next) => {
      state.metadata = next;
    },
    setTokensLeft: (tokens) => {
      state.tokensLeft = tokens;
    },
    setPageRows: (most) => {
      state.pageRows = most;
    },
    expireTokens: () => {
      state.tokens = [];
    },
    fail: planned.add,
    heal: planned.clear,
    stop,
  };
}

function accessRefusal({ method, url, headers }: IncomingMessage, tokens: readonly string[]): Failure | undefined {
  const [, token = ''] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
  if (!tokens.includes(token)) return refusal(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
  if (method === 'POST' && url === `/v1beta/properties/${PROPERTY}:runReport`) return undefined;
  return refusal(403, 'PERMISSION_DENIED', 'User does not have sufficient permissions.');
}

/** A report as the failure has its page: without rows, the one before again, or under another total. */
function reportOf(asked: ReportRequest, { rows, metadata, tokensLeft, pageRows }: State, failure: Failure | undefined): object {
  const { dimensions = [], metrics, dateRanges, offset = 0, limit = 10_000 } = asked;
  const bounds = dateRanges.map(({ startDate, endDate }) => [startDate.replaceAll('-', ''), endDate.replaceAll('-', '')] as const);
  const names = dimensions.map(({ name }) => name);
  const found = rows
    .filter(({ date = '' }) => bounds.some(([first, last]) => date >= first && date <= last))
    .sort((a, b) => names.map((name) => (a[name] ?? '').localeCompare(b[name] ?? '')).find((order) => order !== 0) ?? 0);
  const size = Math.min(Number(limit), pageRows);
  const start = failure?.kind === 'repeated-page' ? Math.max(0, Number(offset) - size) : Number(offset);
  const page = failure?.kind === 'empty-page' ? [] : found.slice(start, start + size);
  const total = found.length + (failure?.kind === 'lying-total' ? failure.by : 0);
  const quota = { tokensPerDay: status(TOKENS_PER_DAY), tokensPerHour: status(tokensLeft), concurrentRequests: status(10) };
  return {
    dimensionHeaders: dimensions,
    metricHeaders: metrics.map(({ name }) => ({ name, type: METRICS[name] })),
    // Neither is there where it is empty.
    ...(page.length === 0 ? {} : { rows: page.map((row) => ({ dimensionValues: valuesOf(row, dimensions), metricValues: valuesOf(row, metrics) })) }),
    ...(total === 0 ? {} : { rowCount: total }),
    metadata: { currencyCode: 'GBP', timeZone: 'Europe/London', ...metadata },
    ...(asked.returnPropertyQuota === true ? { propertyQuota: quota } : {}),
    kind: 'analyticsData#runReport',
  };
}

/** Zero is left out, as protocol buffers do. */
function status(remaining: number): object {
  return remaining === 0 ? { consumed: 1 } : { consumed: 1, remaining };
}

function valuesOf(row: Ga4Row, columns: readonly { readonly name: string }[]): readonly object[] {
  return columns.map(({ name }) => ({ value: row[name] ?? '(not set)' }));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function accountKey(tokenUrl: string): string {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return JSON.stringify({ type: 'service_account', client_email: 'reader@example.iam.gserviceaccount.com', private_key: privateKey, token_uri: tokenUrl });
}
