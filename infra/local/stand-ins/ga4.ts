import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FailingAnswers, type Failure, failures, sendFailing } from './failing.ts';
import { startLoopbackServer } from './loopback-server.ts';
import { digits, int, mulberry32, pick } from './random.ts';

/** A transaction by the names of the API's dimensions and metrics; all values are texts there. */
export type Ga4Row = Readonly<Record<string, string>>;

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
  /** What there is; the date is one of the dimensions, as YYYYMMDD. */
  setRows(rows: readonly Ga4Row[]): void;
  setMetadata(metadata: Ga4Metadata): void;
  /** What remains of the tokens of the hour. */
  setTokensLeft(tokens: number): void;
  fail(failure: Failure, which?: FailingAnswers): void;
  /** Forgets the failures. */
  heal(): void;
  stop(): Promise<void>;
}

interface ReportRequest {
  readonly dimensions: readonly { readonly name: string }[];
  readonly metrics: readonly { readonly name: string }[];
  readonly dateRanges: readonly { readonly startDate: string; readonly endDate: string }[];
  readonly offset?: number | string;
  readonly limit?: number | string;
}

const DAY_MS = 86_400_000;
/** A demonstration needs few: so many days up to now have transactions. */
const DAYS = 60;
const MOST_ROWS = 250_000;
const TOKENS_PER_DAY = 200_000;
const NUMBERS = new Set(['purchaseRevenue', 'totalUsers']);
const PROPERTY = '213025502';

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
  const token = randomBytes(12).toString('hex');
  const planned = failures();
  const requests: unknown[] = [];
  let held = rows ?? generateGa4(seed, Date.parse(today));
  let metadata: Ga4Metadata = {};
  let tokensLeft = 40_000;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    if (request.url === '/token') {
      sendFailing(response, { access_token: token, token_type: 'Bearer', expires_in: 3600 }, tokenFailure(body));
      return;
    }
    const asked: unknown = parsed(body);
    const refusal = refusalOf(request, asked, token);
    if (refusal === undefined) requests.push(asked);
    const report = refusal === undefined ? reportOf(asked as ReportRequest, held, metadata, tokensLeft) : {};
    sendFailing(response, report, refusal ?? planned.next());
  }

  const { baseUrl, stop } = await startLoopbackServer((request, response) => void answer(request, response));
  return {
    baseUrl,
    property: PROPERTY,
    credentials: accountKey(`${baseUrl}/token`),
    requests,
    setRows: (next) => {
      held = next;
    },
    setMetadata: (next) => {
      metadata = next;
    },
    setTokensLeft: (tokens) => {
      tokensLeft = tokens;
    },
    fail: planned.add,
    heal: planned.clear,
    stop,
  };
}

/** Transactions of the days up to one; the same seed gives the same. */
export function generateGa4(seed: number, today: number): readonly Ga4Row[] {
  const random = mulberry32(seed);
  return Array.from({ length: DAYS }, (_, day) => new Date(today - day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '')).flatMap((date) =>
    Array.from({ length: int(random, 2, 6) }, (_, at) => ({
      date,
      transactionId: `T${date}${digits(at, 2)}`,
      sessionSource: pick(random, ['google', 'facebook', '(direct)']),
      sessionMedium: pick(random, ['cpc', 'organic', '(none)']),
      sessionCampaignName: pick(random, ['Spring', 'Summer', '(not set)']),
      purchaseRevenue: String(int(random, 1_000, 30_000) / 100),
      totalUsers: '1',
    })),
  );
}

/** The refusal of a request that the discovery document does not allow. */
function refusalOf({ method, url, headers }: IncomingMessage, asked: unknown, token: string): Failure | undefined {
  if (headers.authorization !== `Bearer ${token}`) return refusal(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
  if (method !== 'POST' || url !== `/v1beta/properties/${PROPERTY}:runReport`)
    return refusal(403, 'PERMISSION_DENIED', 'User does not have sufficient permissions.');
  if (typeof asked !== 'object' || asked === null) return refusal(400, 'INVALID_ARGUMENT', 'Invalid JSON payload received.');
  const { dimensions = [], metrics = [], dateRanges = [], limit = 10_000 } = asked as Partial<ReportRequest>;
  const isWithin = dimensions.length <= 9 && metrics.length >= 1 && metrics.length <= 10 && dateRanges.length >= 1 && dateRanges.length <= 4;
  const areDays = dateRanges.every(({ startDate, endDate }) => isDay(startDate) && isDay(endDate) && startDate <= endDate);
  return isWithin && areDays && Number(limit) <= MOST_ROWS ? undefined : refusal(400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.');
}

function reportOf(asked: ReportRequest, held: readonly Ga4Row[], metadata: Ga4Metadata, tokensLeft: number): object {
  const { dimensions, metrics, dateRanges, offset = 0, limit = 10_000 } = asked;
  const bounds = dateRanges.map(({ startDate, endDate }) => [startDate.replaceAll('-', ''), endDate.replaceAll('-', '')] as const);
  const names = dimensions.map(({ name }) => name);
  const found = held
    .filter(({ date = '' }) => bounds.some(([first, last]) => date >= first && date <= last))
    .sort((a, b) => names.map((name) => (a[name] ?? '').localeCompare(b[name] ?? '')).find((order) => order !== 0) ?? 0);
  const page = found.slice(Number(offset), Number(offset) + Number(limit));
  const quota = { tokensPerDay: status(TOKENS_PER_DAY), tokensPerHour: status(tokensLeft), concurrentRequests: status(10) };
  return {
    dimensionHeaders: dimensions,
    metricHeaders: metrics.map(({ name }) => ({ name, type: NUMBERS.has(name) ? 'TYPE_INTEGER' : 'TYPE_FLOAT' })),
    // An empty report has neither.
    ...(found.length === 0
      ? {}
      : { rows: page.map((row) => ({ dimensionValues: valuesOf(row, dimensions), metricValues: valuesOf(row, metrics) })), rowCount: found.length }),
    metadata: { currencyCode: 'GBP', timeZone: 'Europe/London', ...metadata },
    propertyQuota: quota,
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

function tokenFailure(body: string): Failure | undefined {
  const grant = new URLSearchParams(body).get('grant_type');
  const isKnown = grant === 'urn:ietf:params:oauth:grant-type:jwt-bearer' || grant === 'refresh_token';
  return isKnown ? undefined : refusal(400, 'INVALID_ARGUMENT', 'Invalid grant_type');
}

function refusal(code: number, state: string, message: string): Failure {
  return { kind: 'error', status: code, error: { code, message, status: state } };
}

function isDay(text: unknown): boolean {
  return typeof text === 'string' && /^\d{4}-\d\d-\d\d$/.test(text);
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
