import { HttpError } from './http-error.ts';
import type { Route } from './route.ts';

/** A route with the parts of the path that vary. */
export interface Match {
  readonly route: Route;
  readonly path: Readonly<Record<string, string>>;
}

/** Finds the route of a request; throws HttpError (404, 405 with `Allow`). */
export function routerOf(routes: readonly Route[]): (method: string, pathname: string) => Match {
  const compiled = routes.map((route) => ({ route, parts: partsOf(route.path) }));
  return (method, pathname) => {
    const parts = partsOf(pathname);
    const found = compiled.flatMap(({ route, parts: pattern }) => {
      const path = match(pattern, parts);
      return path === undefined ? [] : [{ route, path }];
    });
    // A fixed path goes before one with a part that varies.
    const best = found.filter(({ path }) => Object.keys(path).length === Math.min(...found.map((one) => Object.keys(one.path).length)));
    const hit = best.find(({ route }) => route.method === (method === 'HEAD' ? 'GET' : method));
    if (hit !== undefined) return hit;
    if (found.length === 0) throw new HttpError('RES_NOT_FOUND', 'There is no such route; GET /openapi.json lists them');
    const allow = [...new Set([...best.map(({ route }) => route.method), 'OPTIONS'])].sort().join(', ');
    throw new HttpError('REQ_METHOD_NOT_ALLOWED', `This route takes ${allow}`, undefined, { allow });
  };
}

function partsOf(path: string): readonly string[] {
  return path.replace(/^\/+|\/+$/g, '').split('/');
}

function match(pattern: readonly string[], parts: readonly string[]): Readonly<Record<string, string>> | undefined {
  if (pattern.length !== parts.length) return undefined;
  const path: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(expected)?.[1];
    if (name === undefined && part !== expected) return undefined;
    if (name !== undefined) path[name] = decoded(part);
  }
  return path;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
