import { setTimeout } from 'node:timers/promises';
import type { BigQuery, BigQueryOptions } from '@google-cloud/bigquery';

export interface BigQueryWarehouseOptions {
  readonly projectId: string;
  /** Where the datasets are, e.g. `northamerica-northeast1`; outside US and EU a job is only found with it. */
  readonly location: string;
  /** What one query may read at most, in bytes as decimal text; what would read more is refused before it costs anything. */
  readonly maximumBytesBilled: string;
  /** Another place of the API, as `http://127.0.0.1:<port>`; nothing is authenticated there. */
  readonly apiEndpoint?: string;
  /** How the client repeats requests; default: three times within seconds. */
  readonly retryOptions?: NonNullable<BigQueryOptions['retryOptions']>;
  /** Milliseconds to wait before a running job is asked for the n-th time (from 1). */
  readonly pollDelayMs?: (asked: number) => number;
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `projects/<project>/`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: object;
  /** The change is made only while the resource has this etag. */
  readonly etag?: string;
}

/** The way to one project's BigQuery. */
export interface Connection {
  readonly projectId: string;
  readonly location: string;
  readonly maximumBytesBilled: string;
  /** Sends a request through Google's client, which repeats it after 408, 429, 5xx and lost connections. */
  ask<Answer>(request: Request): Promise<Answer>;
  pause(asked: number): Promise<void>;
  /** The datasets that this process has seen. */
  readonly datasets: Set<string>;
}

const MAX_POLL_MS = 5_000;

/** The client is imported and made by the first request. */
export function connect(options: BigQueryWarehouseOptions): Connection {
  const { projectId, location, maximumBytesBilled, pollDelayMs = pollDelay } = options;
  let client: Promise<BigQuery> | undefined;
  return {
    projectId,
    location,
    maximumBytesBilled,
    datasets: new Set(),
    async ask(request) {
      client ??= open(options);
      return await send(await client, request);
    },
    async pause(asked) {
      await setTimeout(pollDelayMs(asked));
    },
  };
}

async function open({ projectId, location, apiEndpoint, retryOptions }: BigQueryWarehouseOptions): Promise<BigQuery> {
  const { BigQuery } = await import('@google-cloud/bigquery');
  const client = new BigQuery({
    projectId,
    location,
    ...(apiEndpoint === undefined ? {} : { apiEndpoint }),
    ...(retryOptions === undefined ? {} : { retryOptions }),
  });
  if (apiEndpoint !== undefined) client.authClient.authorizeRequest = async (request) => ({ headers: new Headers(), ...request });
  return client;
}

/** The client's own calls lose digits, merge columns of one name and take a warning for a failure; its `request` gives the answer as it is. */
function send<Answer>(client: BigQuery, { method, path, query, body, etag }: Request): Promise<Answer> {
  const options = {
    method,
    uri: `/${path}`,
    ...(query === undefined ? {} : { qs: query }),
    ...(body === undefined ? {} : { json: body }),
    ...(etag === undefined ? {} : { headers: { 'If-Match': etag } }),
  };
  return new Promise((resolve, reject) => {
    client.request(options, (error, answer) => (error === null ? resolve(answer) : reject(error)));
  });
}

function pollDelay(asked: number): number {
  return Math.min(MAX_POLL_MS, 100 * 2 ** asked);
}
