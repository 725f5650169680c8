import type { IncomingMessage } from 'node:http';

const METHODS = 'GET, POST, PATCH, DELETE';
const HEADERS = 'Content-Type, Authorization, X-Api-Key, X-User-Id, Idempotency-Key';

/** What a browser of another origin is allowed: nothing, unless the settings name its origin. Credentials never are. */
export function corsHeaders({ headers, method }: IncomingMessage, origins: readonly string[]): Readonly<Record<string, string>> {
  const { origin } = headers;
  if (origin === undefined || origins.length === 0) return {};
  if (!origins.includes(origin)) return { vary: 'Origin' };
  const allowed = { 'access-control-allow-origin': origin, vary: 'Origin', 'access-control-expose-headers': 'Idempotency-Replayed, Retry-After' };
  if (method !== 'OPTIONS') return allowed;
  return { ...allowed, 'access-control-allow-methods': METHODS, 'access-control-allow-headers': HEADERS, 'access-control-max-age': '600' };
}
