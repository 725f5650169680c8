import { hash } from 'node:crypto';

/** Access tokens and sessions of CRMs, in this process's memory only. */
export interface TokenCache {
  /** The token under a key, made by `make` where there is none; callers at the same time share one making. */
  take<Token>(key: string, make: () => Promise<Token>): Promise<Token>;
  /** Forgets a token, but not one that has replaced it in the meantime. */
  drop(key: string, token: unknown): void;
}

export interface TokenCacheOptions {
  readonly now: () => number;
  /** Sessions end on the vendors' side after 15 minutes at the earliest. */
  readonly lifetimeMs?: number;
  readonly most?: number;
}

interface Entry {
  readonly until: number;
  readonly made: Promise<unknown>;
  token?: unknown;
}

/** Keeps tokens for `lifetimeMs` (10 minutes), at most `most` (10,000); the oldest goes first. */
export function createTokenCache({ now, lifetimeMs = 600_000, most = 10_000 }: TokenCacheOptions): TokenCache {
  const entries = new Map<string, Entry>();
  const forget = (key: string, entry: Entry): void => {
    if (entries.get(key) === entry) entries.delete(key);
  };
  return {
    take<Token>(key: string, make: () => Promise<Token>): Promise<Token> {
      const known = entries.get(key);
      if (known !== undefined && known.until > now()) return known.made as Promise<Token>;
      const entry: Entry = { until: now() + lifetimeMs, made: make() };
      entries.delete(key);
      entries.set(key, entry);
      const oldest = entries.size > most ? entries.keys().next().value : undefined;
      if (oldest !== undefined) entries.delete(oldest);
      entry.made.then(
        (token) => {
          entry.token = token;
        },
        () => forget(key, entry),
      );
      return entry.made as Promise<Token>;
    },
    drop(key, token) {
      const entry = entries.get(key);
      if (entry?.token === token && entry !== undefined) entries.delete(key);
    },
  };
}

/** Where the tokens of a connection are kept: new credentials have new tokens, and the key shows none of them. */
export function tokenKey({ integrationId, credentials }: { readonly integrationId: string; readonly credentials: Readonly<Record<string, string>> }): string {
  return `${integrationId} ${hash('sha256', JSON.stringify(Object.entries(credentials).sort()), 'base64url')}`;
}
