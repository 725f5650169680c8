import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Connection, CrmProvider, CrmType, ItemResult } from '../crm/provider.ts';
import { type Claim, type Claimed, claimItems, type ItemState, OTHER_ACCOUNT } from '../crm-store/item-states.ts';
import { EnvelopeError, UnknownKeyError } from '../secrets/envelope.ts';
import { type Changes, changesOf, takenOf } from './changes.ts';
import { type ConnectionParts, connectionOf } from './connections.ts';
import { type Sendable, type Sent, sendAll } from './sending.ts';
import type { Outcome, Shipment, Shipped } from './shipment.ts';

export interface ShipDeps extends ConnectionParts {
  readonly providers: ReadonlyMap<CrmType, CrmProvider>;
  /** Takes items as `claimItems` does; default: with a statement of its own. */
  readonly claim?: (claims: readonly Claim[]) => Promise<ReadonlyMap<string, Claimed>>;
  readonly now: () => Date;
  /** From 0 to 1. */
  readonly random: () => number;
}

export interface ShipTime {
  readonly signal: AbortSignal;
  /** Milliseconds of the clock; no try begins later. */
  readonly deadline: number;
  /** How long an item stays taken, should this process die. */
  readonly leaseMs: number;
}

interface Taken {
  readonly shipment: Shipment;
  readonly token: string;
  readonly state: ItemState;
}

const LOOK_AGAIN_MS = 40;
const BUSY: Outcome = { outcome: 'later', reason: 'another delivery of the same item is on its way', statusCode: null };
/** Whatever of the parcel went to the account before is to be sent again. */
export const CHANGED: Outcome = { outcome: 'later', reason: 'the connection was changed in the meantime', statusCode: null };

/**
 * Takes every shipment that nobody else is sending, sends what is new in it to its CRM, and says what came of each, in order. The endings
 * are for the caller to record. All shipments must be of different items. Throws DatabaseError.
 */
export async function ship(deps: ShipDeps, shipments: readonly Shipment[], time: ShipTime): Promise<readonly Shipped[]> {
  const token = randomUUID();
  const { taken, changed } = await take(deps, shipments, token, time);
  const byIntegration = Map.groupBy(taken, ({ shipment }) => `${shipment.integration.integration_id} ${shipment.kind}`);
  const shipped = (await Promise.all([...byIntegration.values()].map((group) => shipGroup(deps, group, time)))).flat();
  const found = new Map(shipped.map((one) => [one.shipment, one]));
  return shipments.map((shipment) => found.get(shipment) ?? untaken(shipment, changed.has(shipment) ? CHANGED : BUSY));
}

function untaken(shipment: Shipment, outcome: Outcome): Shipped {
  return { shipment, outcome, attempts: 0, warnings: shipment.warnings, sent: {}, token: undefined };
}

interface Take {
  readonly taken: readonly Taken[];
  /** Their connections lead to other accounts by now. */
  readonly changed: ReadonlySet<Shipment>;
}

async function take(deps: ShipDeps, shipments: readonly Shipment[], token: string, { deadline, leaseMs, signal }: ShipTime): Promise<Take> {
  const claim = deps.claim ?? ((claims: readonly Claim[]) => claimItems(deps.database.query, claims));
  const taken: Taken[] = [];
  const changed = new Set<Shipment>();
  for (let open = shipments; open.length > 0; ) {
    const states = await claim(open.map((shipment) => claimOf(shipment, token, leaseMs)));
    for (const shipment of open) {
      const state = states.get(shipment.logId);
      if (state === OTHER_ACCOUNT) changed.add(shipment);
      else if (state !== undefined) taken.push({ shipment, token, state });
    }
    open = open.filter(({ logId }) => !states.has(logId));
    if (open.length > 0 && (signal.aborted || deps.now().getTime() + LOOK_AGAIN_MS > deadline)) break;
    // What is taken must not wait for what is not.
    if (open.length > 0 && taken.length > 0) break;
    if (open.length > 0) await wait(LOOK_AGAIN_MS);
  }
  return { taken, changed };
}

function claimOf(shipment: Shipment, token: string, leaseMs: number): Claim {
  const { integration, logId, kind, itemKey, operation, entityType, entityId, source } = shipment;
  return {
    logId,
    integrationId: integration.integration_id,
    account: integration.account,
    userId: integration.user_id,
    crmType: integration.crm_type,
    kind,
    itemKey,
    token,
    operation,
    entityType,
    entityId,
    fields: fieldsOf(shipment),
    source,
    leaseMs,
  };
}

/** Names only; those of custom properties are the caller's own and may be anything. */
function fieldsOf(shipment: Shipment): readonly string[] {
  if (shipment.kind === 'event') return ['event_name', 'time', ...Object.keys(shipment.item.properties).map((name) => `properties.${name}`)];
  const { custom_properties: custom = {}, ...standard } = shipment.item.contact;
  return [...Object.keys(standard), ...Object.keys(custom).map((name) => `custom_properties.${name}`)];
}

async function shipGroup(deps: ShipDeps, group: readonly Taken[], time: ShipTime): Promise<readonly Shipped[]> {
  const [first] = group;
  const provider = first === undefined ? undefined : deps.providers.get(first.shipment.integration.crm_type);
  if (first === undefined) return [];
  if (provider === undefined) return group.map((one) => ended(one, refusal('type', 'this CRM cannot be connected any more')));
  const plans = group.map((one) => planOf(one, provider));
  const open = plans.filter((plan) => plan.sendable !== undefined);
  const results = open.length === 0 ? [] : await sendTo(deps, first.shipment, provider, open, time);
  const byPlan = new Map(open.map((plan, index) => [plan, results[index]]));
  return plans.map((plan) => {
    const sent = byPlan.get(plan);
    if (plan.outcome !== undefined) return ended(plan.taken, plan.outcome);
    if (sent === undefined) return ended(plan.taken, BUSY);
    return {
      ...ended(plan.taken, outcomeOf(sent.result, plan.taken)),
      attempts: sent.attempts,
      sent: takenOf(plan.sent, leftOutOf(sent.result), plan.taken.state.sent),
      warnings: warningsOf(plan.taken, sent.result),
    };
  });
}

interface Plan {
  readonly taken: Taken;
  /** Where nothing has to be sent. */
  readonly outcome?: Outcome;
  readonly sendable?: Sendable;
  readonly sent: Changes['sent'];
}

function planOf(taken: Taken, provider: CrmProvider): Plan {
  const { shipment, state } = taken;
  const known: Outcome = { outcome: 'unchanged', crmId: state.crmEntityId, statusCode: null };
  if (shipment.kind === 'event') {
    return state.deliveredAt === null ? { taken, sendable: { kind: 'event', item: shipment.item }, sent: {} } : { taken, outcome: known, sent: {} };
  }
  if (state.occurredAt !== null && Date.parse(shipment.occurredAt) < state.occurredAt.getTime()) return { taken, outcome: { outcome: 'superseded' }, sent: {} };
  // What else a CRM requires, a record that is there has already: the CRM knows whether it is.
  if (shipment.item.contact.email === '') return { taken, outcome: refusal('missing_field', `${provider.title} takes no contact without email`), sent: {} };
  const keyField = provider.keyField?.(shipment.integration.settings);
  const { item, sent, isUnchanged } = changesOf(shipment.item, state, { required: provider.required, keyField });
  return isUnchanged ? { taken, outcome: known, sent } : { taken, sendable: { kind: 'contact', item }, sent };
}

async function sendTo(deps: ShipDeps, { integration }: Shipment, provider: CrmProvider, plans: readonly Plan[], time: ShipTime): Promise<readonly Sent[]> {
  const { now, random } = deps;
  let connection: Connection;
  try {
    connection = connectionOf(integration, provider, deps);
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error;
    return plans.map(() => ({ result: unopened(error), attempts: 0 }));
  }
  const items = plans.flatMap(({ sendable }) => sendable ?? []);
  return await sendAll(provider, connection, items, { now, random, signal: time.signal, deadline: time.deadline });
}

/** A key can still be set, and then all of it goes out; what no key opens is for the user. */
function unopened(error: EnvelopeError): ItemResult {
  if (error instanceof UnknownKeyError) return { outcome: 'later', reason: error.message };
  return { outcome: 'refused', code: 'credentials', message: `${error.message}; connect again` };
}

function outcomeOf(result: ItemResult, { state }: Taken): Outcome {
  const statusCode = result.statusCode ?? null;
  if (result.outcome === 'later') return { outcome: 'later', reason: result.reason, statusCode };
  if (result.outcome === 'refused') return { outcome: 'refused', code: result.code, message: result.message, statusCode };
  const created = result.created === undefined ? {} : { created: result.created };
  return { outcome: 'delivered', crmId: result.crmId ?? state.crmEntityId, ...created, statusCode };
}

function warningsOf({ shipment }: Taken, result: ItemResult): readonly string[] {
  return result.outcome === 'delivered' ? [...shipment.warnings, ...(result.warnings ?? [])] : shipment.warnings;
}

function leftOutOf(result: ItemResult): readonly string[] {
  return result.outcome === 'delivered' ? (result.leftOut ?? []) : [];
}

function ended({ shipment, token }: Taken, outcome: Outcome): Shipped {
  return { shipment, outcome, attempts: 0, warnings: shipment.warnings, sent: {}, token };
}

function refusal(code: string, message: string): Outcome {
  return { outcome: 'refused', code, message, statusCode: null };
}
