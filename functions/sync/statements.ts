import { type Admission, type Admitted, admitRequests } from '../../shared/crm-store/admission.ts';
import { activeIntegrations, type SealedIntegration } from '../../shared/crm-store/integrations.ts';
import { type Claim, type Claimed, claimItems, type Ending, endItems } from '../../shared/crm-store/item-states.ts';
import type { RequestEnd } from '../../shared/crm-store/requests.ts';
import type { Query } from '../../shared/database/database.ts';
import { grouped } from '../../shared/database/grouped.ts';

/** What a request asks of the database, put together with what others ask at about the same time; each is answered after the commit. */
export interface Statements {
  admit(admission: Admission): Promise<Admitted>;
  /** The active integrations of a user. */
  integrations(userId: string): Promise<readonly SealedIntegration[]>;
  claim(claims: readonly Claim[]): Promise<ReadonlyMap<string, Claimed>>;
  end(ends: Ends): Promise<void>;
}

/** What becomes known at the end of a request, or of a step of one. */
export interface Ends {
  readonly endings: readonly Ending[];
  /** Its answer, where a repeat is to get it. */
  readonly request?: RequestEnd;
}

/** The statements of one process: at 200 requests a second, statements and commits of their own would be a third of all work. */
export function groupedStatements(query: Query, requestsPerMinute: number): Statements {
  return {
    admit: grouped((admissions: readonly Admission[]) => admitRequests(query, admissions, requestsPerMinute), {
      keysOf: ({ userId, once }) => (once === undefined ? [] : [`${userId}\n${once.key}`]),
    }),
    integrations: grouped((users: readonly string[]) => integrationsOf(query, users), { keysOf: () => [] }),
    claim: grouped((all: readonly (readonly Claim[])[]) => claimAll(query, all), {
      keysOf: (claims) => claims.map(({ userId, crmType, kind, itemKey }) => `${userId}\n${crmType} ${kind} ${itemKey}`),
    }),
    end: grouped((all: readonly Ends[]) => endAll(query, all), { keysOf: ({ endings }) => endings.map(({ logId }) => logId) }),
  };
}

async function integrationsOf(query: Query, users: readonly string[]): Promise<readonly (readonly SealedIntegration[])[]> {
  const found = Map.groupBy(await activeIntegrations(query, [...new Set(users)]), ({ user_id: user }) => user);
  return users.map((user) => found.get(user) ?? []);
}

async function claimAll(query: Query, all: readonly (readonly Claim[])[]): Promise<readonly ReadonlyMap<string, Claimed>[]> {
  const states = await claimItems(query, all.flat());
  return all.map((claims) => new Map(claims.flatMap(({ logId }) => entryOf(states, logId))));
}

function entryOf(states: ReadonlyMap<string, Claimed>, logId: string): readonly [string, Claimed][] {
  const state = states.get(logId);
  return state === undefined ? [] : [[logId, state]];
}

async function endAll(query: Query, all: readonly Ends[]): Promise<readonly undefined[]> {
  await endItems(
    query,
    all.flatMap(({ endings }) => endings),
    all.flatMap(({ request }) => request ?? []),
  );
  return all.map(() => undefined);
}
