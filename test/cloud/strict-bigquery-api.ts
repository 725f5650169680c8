/** A method of BigQuery's API as far as it is used here; a test compares the table with Google's discovery document. */
export interface ApiMethod {
  readonly id: string;
  readonly method: string;
  /** Below `/bigquery/v2/`. */
  readonly path: string;
  readonly query: readonly string[];
  /** The schema of the body. */
  readonly body?: string;
}

export interface ApiCall {
  readonly id: string;
  readonly names: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The type of a member: a JSON type, `int64` (a string), the name of a schema, or a map of texts; `[]` is a list. */
export type MemberType = 'string' | 'int64' | 'boolean' | 'integer' | 'texts' | (string & {});

/** Query parameters that every method has. */
export const COMMON_QUERY = ['prettyPrint'];

export const API_METHODS: readonly ApiMethod[] = [
  { id: 'bigquery.jobs.insert', method: 'POST', path: 'projects/{projectId}/jobs', query: [], body: 'Job' },
  { id: 'bigquery.jobs.get', method: 'GET', path: 'projects/{projectId}/jobs/{jobId}', query: ['location'] },
  {
    id: 'bigquery.jobs.getQueryResults',
    method: 'GET',
    path: 'projects/{projectId}/queries/{jobId}',
    query: ['location', 'pageToken', 'formatOptions.useInt64Timestamp'],
  },
  { id: 'bigquery.datasets.get', method: 'GET', path: 'projects/{projectId}/datasets/{datasetId}', query: [] },
  { id: 'bigquery.datasets.insert', method: 'POST', path: 'projects/{projectId}/datasets', query: [], body: 'Dataset' },
  { id: 'bigquery.tables.get', method: 'GET', path: 'projects/{projectId}/datasets/{datasetId}/tables/{tableId}', query: [] },
  { id: 'bigquery.tables.insert', method: 'POST', path: 'projects/{projectId}/datasets/{datasetId}/tables', query: [], body: 'Table' },
  { id: 'bigquery.tables.patch', method: 'PATCH', path: 'projects/{projectId}/datasets/{datasetId}/tables/{tableId}', query: [], body: 'Table' },
  { id: 'bigquery.tables.delete', method: 'DELETE', path: 'projects/{projectId}/datasets/{datasetId}/tables/{tableId}', query: [] },
];

export const API_SCHEMAS: Readonly<Record<string, Readonly<Record<string, MemberType>>>> = {
  Job: { jobReference: 'JobReference', configuration: 'JobConfiguration' },
  JobReference: { projectId: 'string', jobId: 'string', location: 'string' },
  JobConfiguration: { labels: 'texts', dryRun: 'boolean', load: 'JobConfigurationLoad', query: 'JobConfigurationQuery' },
  JobConfigurationLoad: {
    sourceUris: 'string[]',
    sourceFormat: 'string',
    schema: 'TableSchema',
    destinationTable: 'TableReference',
    createDisposition: 'string',
    writeDisposition: 'string',
    autodetect: 'boolean',
    ignoreUnknownValues: 'boolean',
    maxBadRecords: 'integer',
  },
  JobConfigurationQuery: { query: 'string', useLegacySql: 'boolean', maximumBytesBilled: 'int64' },
  Dataset: { datasetReference: 'DatasetReference', location: 'string', defaultTableExpirationMs: 'int64' },
  DatasetReference: { projectId: 'string', datasetId: 'string' },
  Table: {
    tableReference: 'TableReference',
    description: 'string',
    labels: 'texts',
    schema: 'TableSchema',
    timePartitioning: 'TimePartitioning',
    clustering: 'Clustering',
  },
  TableReference: { projectId: 'string', datasetId: 'string', tableId: 'string' },
  TableSchema: { fields: 'TableFieldSchema[]' },
  TableFieldSchema: { name: 'string', type: 'string', mode: 'string', description: 'string', precision: 'int64', scale: 'int64' },
  TimePartitioning: { type: 'string', field: 'string' },
  Clustering: { fields: 'string[]' },
};

/** Reads a request of the table; throws, naming what is wrong, on any other. */
export function readCall(method: string, url: URL, body: string): ApiCall {
  const found = API_METHODS.map((candidate) => ({ candidate, names: match(candidate, method, url.pathname) })).find(({ names }) => names !== undefined);
  if (found?.names === undefined) throw new Error(`unknown request ${method} ${url.pathname}`);
  const { candidate, names } = found;
  for (const key of url.searchParams.keys()) {
    if (!candidate.query.includes(key) && !COMMON_QUERY.includes(key)) throw new Error(`${candidate.id} has no parameter ${key}`);
  }
  const value: unknown = body === '' ? {} : JSON.parse(body);
  if (candidate.body === undefined && body !== '') throw new Error(`${candidate.id} has no body`);
  if (candidate.body !== undefined) checkValue(candidate.id, candidate.body, value);
  return { id: candidate.id, names, query: url.searchParams, body: value as ApiCall['body'] };
}

function match({ method, path }: ApiMethod, actual: string, pathname: string): Readonly<Record<string, string>> | undefined {
  // Where BIGQUERY_EMULATOR_HOST is set, the client leaves the prefix out.
  const pattern = path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  const groups = method === actual ? new RegExp(`^(?:/bigquery/v2)?/${pattern}$`).exec(pathname)?.groups : undefined;
  return groups && Object.fromEntries(Object.entries(groups).map(([key, value]) => [key, decodeURIComponent(value)]));
}

function checkValue(where: string, type: MemberType, value: unknown): void {
  const schema = API_SCHEMAS[type];
  if (type.endsWith('[]')) checkList(where, type.slice(0, -2), value);
  else if (schema === undefined) checkScalar(where, type, value);
  else checkObject(where, type, schema, value);
}

function checkList(where: string, type: MemberType, value: unknown): void {
  if (!Array.isArray(value)) throw new Error(`${where} is no list`);
  for (const [index, item] of value.entries()) checkValue(`${where}[${index}]`, type, item);
}

function checkObject(where: string, type: MemberType, schema: Readonly<Record<string, MemberType>>, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${where} is no object`);
  for (const [name, member] of Object.entries(value)) {
    const memberType = schema[name];
    if (memberType === undefined) throw new Error(`${where}: ${type} has no member ${name}`);
    checkValue(`${where}.${name}`, memberType, member);
  }
}

function checkScalar(where: string, type: MemberType, value: unknown): void {
  const isRight =
    type === 'int64'
      ? typeof value === 'string' && /^-?\d+$/.test(value)
      : type === 'integer'
        ? Number.isInteger(value)
        : type === 'texts'
          ? typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string')
          : typeof value === type;
  if (!isRight) throw new Error(`${where} is no ${type}`);
}
