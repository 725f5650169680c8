import type { Failure } from './failing.ts';

export interface ReportRequest {
  readonly dimensions: readonly { readonly name: string }[];
  readonly metrics: readonly { readonly name: string }[];
  readonly dateRanges: readonly { readonly startDate: string; readonly endDate: string }[];
  readonly orderBys?: readonly { readonly dimension?: { readonly dimensionName: string }; readonly metric?: { readonly metricName: string } }[];
  readonly offset?: number | string;
  readonly limit?: number | string;
  readonly returnPropertyQuota?: boolean;
}

/** The members of a request in the discovery document; the property is in the path. */
const MEMBERS = new Set([
  'cohortSpec',
  'comparisons',
  'currencyCode',
  'dateRanges',
  'dimensionFilter',
  'dimensions',
  'keepEmptyRows',
  'limit',
  'metricAggregations',
  'metricFilter',
  'metrics',
  'offset',
  'orderBys',
  'returnPropertyQuota',
]);
const DIMENSIONS = new Set(['date', 'transactionId', 'sessionSource', 'sessionMedium', 'sessionCampaignName']);
/** The metrics of the property, with their types. */
export const METRICS: Readonly<Record<string, string>> = { purchaseRevenue: 'TYPE_CURRENCY', totalUsers: 'TYPE_INTEGER' };
const MOST_DIMENSIONS = 9;
const MOST_METRICS = 10;
const MOST_RANGES = 4;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** An error in the shape of Google's APIs. */
export function refusal(code: number, status: string, message: string, headers: Readonly<Record<string, string>> = {}): Failure {
  return { kind: 'error', status: code, headers, error: { code, message, status } };
}

/** Why a grant gets no token; undefined where it does. */
export function grantRefusal(body: string): Failure | undefined {
  const grant = new URLSearchParams(body).get('grant_type');
  const isKnown = grant === 'urn:ietf:params:oauth:grant-type:jwt-bearer' || grant === 'refresh_token';
  return isKnown ? undefined : refusal(400, 'INVALID_ARGUMENT', 'Invalid grant_type');
}

/** Why a body is no request for a report, by the discovery document and what the property has; undefined where it is one. */
export function reportRefusal(asked: unknown): Failure | undefined {
  if (typeof asked !== 'object' || asked === null) return invalid('Invalid JSON payload received.');
  const unknown = Object.keys(asked).find((name) => !MEMBERS.has(name));
  if (unknown !== undefined) return invalid(`Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`);
  const { dimensions = [], metrics = [], dateRanges = [] } = asked as Partial<ReportRequest>;
  const noDimension = dimensions.find(({ name }) => !DIMENSIONS.has(name));
  if (noDimension !== undefined) return invalid(`Field ${noDimension.name} is not a valid dimension.`);
  const noMetric = metrics.find(({ name }) => !(name in METRICS));
  if (noMetric !== undefined) return invalid(`Field ${noMetric.name} is not a valid metric.`);
  if (dimensions.length > MOST_DIMENSIONS) return invalid(`Requests are limited to ${MOST_DIMENSIONS} dimensions.`);
  if (metrics.length < 1 || metrics.length > MOST_METRICS) return invalid(`Requests need 1 to ${MOST_METRICS} metrics.`);
  if (dateRanges.length < 1 || dateRanges.length > MOST_RANGES) return invalid(`Requests need 1 to ${MOST_RANGES} date ranges.`);
  if (!dateRanges.every(({ startDate, endDate }) => DAY.test(startDate) && DAY.test(endDate) && startDate <= endDate)) return invalid('Invalid date range.');
  return pageRefusal(asked as ReportRequest);
}

function pageRefusal({ orderBys = [], dimensions = [], metrics, offset = 0, limit = 10_000 }: ReportRequest): Failure | undefined {
  const names = new Set([...dimensions, ...metrics].map(({ name }) => name));
  const other = orderBys.map(({ dimension, metric }) => dimension?.dimensionName ?? metric?.metricName ?? '').find((name) => !names.has(name));
  if (other !== undefined) return invalid(`Ordering by ${other}, which is not in the request.`);
  return Number(offset) >= 0 && Number(limit) > 0 ? undefined : invalid('The offset must not be negative, the limit must be positive.');
}

function invalid(message: string): Failure {
  return refusal(400, 'INVALID_ARGUMENT', message);
}
