/** A method of the JSON API as far as it is used here; a test compares the table with Google's discovery document. */
export interface ApiMethod {
  readonly id: string;
  readonly method: string;
  /** Below `/storage/v1/`, and for uploads below `/upload/storage/v1/`. */
  readonly path: string;
  readonly query: readonly string[];
  /** Members of an object resource that the body may have. */
  readonly body?: readonly string[];
  readonly isUpload?: boolean;
}

export interface ApiRequest {
  readonly id: string;
  /** The names in the path, decoded. */
  readonly names: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly resource: Readonly<Record<string, unknown>>;
}

/** Query parameters that every method has. */
export const COMMON_QUERY = ['alt', 'fields', 'prettyPrint', 'uploadType'];

export const API_METHODS: readonly ApiMethod[] = [
  {
    id: 'storage.objects.insert',
    method: 'POST',
    path: 'b/{bucket}/o',
    query: ['name', 'ifGenerationMatch'],
    body: ['contentType', 'metadata'],
    isUpload: true,
  },
  { id: 'storage.objects.get', method: 'GET', path: 'b/{bucket}/o/{object}', query: ['generation'] },
  { id: 'storage.objects.list', method: 'GET', path: 'b/{bucket}/o', query: ['prefix', 'maxResults', 'pageToken'] },
  { id: 'storage.objects.delete', method: 'DELETE', path: 'b/{bucket}/o/{object}', query: ['ifGenerationMatch'] },
  {
    id: 'storage.objects.rewrite',
    method: 'POST',
    path: 'b/{sourceBucket}/o/{sourceObject}/rewriteTo/b/{destinationBucket}/o/{destinationObject}',
    query: ['sourceGeneration', 'ifGenerationMatch'],
    body: ['contentType', 'metadata'],
  },
];

const INT64 = ['generation', 'ifGenerationMatch', 'sourceGeneration', 'maxResults'];

/** Reads a request of the table; throws, naming what is wrong, on any other. */
export function readRequest(method: string, url: URL, body: string): ApiRequest {
  const found = API_METHODS.map((candidate) => ({ candidate, names: match(candidate, method, url.pathname) })).find(({ names }) => names !== undefined);
  if (found?.names === undefined) throw new Error(`unknown request ${method} ${url.pathname}`);
  const { candidate, names } = found;
  for (const [key, value] of url.searchParams) {
    if (!candidate.query.includes(key) && !COMMON_QUERY.includes(key)) throw new Error(`${candidate.id} has no parameter ${key}`);
    if (INT64.includes(key) && !/^\d+$/.test(value)) throw new Error(`${candidate.id}: ${key} is no int64: ${value}`);
  }
  const resource: Record<string, unknown> = body === '' ? {} : JSON.parse(body);
  for (const key of Object.keys(resource)) if (!candidate.body?.includes(key)) throw new Error(`${candidate.id}: the body must not have ${key}`);
  return { id: candidate.id, names, query: url.searchParams, resource };
}

function match({ method, path, isUpload }: ApiMethod, actual: string, pathname: string): Readonly<Record<string, string>> | undefined {
  const pattern = path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  // Where STORAGE_EMULATOR_HOST is set, the client leaves the prefix out, but not of uploads.
  const prefix = isUpload ? '/upload/storage/v1' : '(?:/storage/v1)?';
  const groups = method === actual ? new RegExp(`^${prefix}/${pattern}$`).exec(pathname)?.groups : undefined;
  return groups && Object.fromEntries(Object.entries(groups).map(([key, value]) => [key, decodeURIComponent(value)]));
}
