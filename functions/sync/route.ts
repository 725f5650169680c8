import type { CrmProvider, CrmType } from '../../shared/crm/provider.ts';
import type { ShipDeps } from '../../shared/crm-delivery/ship.ts';
import type { SealedIntegration } from '../../shared/crm-store/integrations.ts';
import type { Log } from '../../shared/log.ts';
import type { ObjectStore } from '../../shared/object-store/object-store.ts';
import type { Answer } from './answer.ts';
import type { Schema } from './schema.ts';
import type { Statements } from './statements.ts';

/** What the service is made of. */
export interface SyncDeps extends ShipDeps {
  readonly providers: ReadonlyMap<CrmType, CrmProvider>;
  readonly outbox: ObjectStore;
  readonly log: Log;
  readonly codeVersion: string;
  readonly environment: string;
  /** Proves the caller; undefined where the platform has done so. */
  readonly apiKey: string | undefined;
  readonly origins: readonly string[];
  readonly requestsPerMinute: number;
  /** How long a request may take before what is open goes to OUTBOX, in milliseconds; default 8 s. */
  readonly budgetMs?: number;
}

/** A request as a route gets it, with everything checked that its declaration names. */
export interface Call {
  readonly deps: SyncDeps;
  readonly statements: Statements;
  /** Empty where the route needs no caller. */
  readonly userId: string;
  /** The active integrations of the caller. Where the route delivers they were asked for while the request was admitted. */
  integrations(): Promise<readonly SealedIntegration[]>;
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Valid by the route's schema; undefined where it has none. */
  readonly body: unknown;
  /** Says that two requests are the same one: the caller's key, else one of our own. */
  readonly key: string;
  readonly receivedAt: Date;
  /** Ends with the time of the request. */
  readonly signal: AbortSignal;
  /** Milliseconds of the clock. */
  readonly deadline: number;
}

/** One route: what it takes and gives, for the router and for the documentation. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With `{name}` for a part that varies. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  /** Anybody may ask; default false. */
  readonly open?: boolean;
  readonly body?: Schema;
  readonly query?: Readonly<Record<string, { readonly description: string; readonly required?: boolean }>>;
  /** Whether a repeat with the same Idempotency-Key gets the first answer. */
  readonly idempotent?: boolean;
  /** JSON Schema of `data`, by status. */
  readonly answers: Readonly<Record<number, { readonly description: string; readonly data?: Schema }>>;
  /** Statuses of errors beyond those that every route may answer. */
  readonly errors?: readonly number[];
  handle(call: Call): Promise<Answer>;
}
