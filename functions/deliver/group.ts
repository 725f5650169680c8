import { acknowledge, auditRefusals, type OutboxItem, type Refusal } from '../../shared/crm-store/outbox-items.ts';
import { activeIntegrations, type SealedIntegration } from '../../shared/crm-store/integrations.ts';
import { endItems, releaseItems } from '../../shared/crm-store/item-states.ts';
import { endingsOf } from '../../shared/crm-delivery/endings.ts';
import type { OutboxName } from '../../shared/crm-delivery/outbox-name.ts';
import { prepare } from '../../shared/crm-delivery/prepare.ts';
import { ship } from '../../shared/crm-delivery/ship.ts';
import type { Outcome, Shipment, Shipped } from '../../shared/crm-delivery/shipment.ts';
import type { DeliverDeps } from './deps.ts';
import type { Entry } from './parcels.ts';

/** A record with what is left of it to be sent, one after the other. */
interface Open {
  readonly ordinal: number;
  readonly shipments: readonly Shipment[];
}

const GROUP_MS = 30_000;
const LEASE_RESERVE_MS = 5_000;
const UNKNOWN: Outcome = { outcome: 'later', reason: 'it was not sent', statusCode: null };

/**
 * Delivers records of one object, and writes down what became of each; resolves to how many have to wait. `held` grows by the contacts and events of
 * which a record has to wait, with the reason: later records of the same one wait behind it, else a late retry would put an old version over a new one.
 */
export async function deliverGroup(
  deps: DeliverDeps,
  object: OutboxName,
  entries: readonly Entry[],
  held: Map<string, string>,
  signal: AbortSignal,
): Promise<number> {
  const { open, ended, refusals } = await sorted(deps, object, entries);
  await deps.database.transaction(async (query) => {
    await auditRefusals(query, refusals);
    await acknowledge(query, object.name, ended);
  });
  let waiting = 0;
  for (let wave = takeWave(open, held); wave.length > 0; wave = takeWave(open, held)) {
    const goesOn = await shipWave(deps, object, wave, held, signal);
    waiting += goesOn.waiting;
    open.push(...goesOn.rest);
  }
  return waiting + open.length;
}

/** Parts what can be sent from what has ended already. */
async function sorted(deps: DeliverDeps, object: OutboxName, entries: readonly Entry[]) {
  const users = [...new Set(entries.flatMap((entry) => ('parcel' in entry ? entry.parcel.user_id : [])))];
  const active = await activeIntegrations(deps.database.query, users);
  const byUser = new Map<string, SealedIntegration>(active.filter((one) => one.crm_type === object.crmType).map((one) => [one.user_id, one]));
  const open: Open[] = [];
  const ended: OutboxItem[] = [];
  const refusals: Refusal[] = [];
  const refuse = (ordinal: number, userId: string | undefined, key: string, code: string, message: string): void => {
    ended.push({ ordinal, outcome: 'refused' });
    if (userId !== undefined) refusals.push({ userId, crmType: object.crmType, key, kind: object.kind, code, message });
  };
  for (const entry of entries) {
    const { ordinal } = entry;
    if ('problem' in entry) {
      refuse(ordinal, entry.userId, entry.key, 'invalid', entry.problem);
      continue;
    }
    const { parcel } = entry;
    const integration = byUser.get(parcel.user_id);
    if (integration === undefined) {
      refuse(ordinal, parcel.user_id, parcel.key, 'not_connected', `${object.crmType} is not connected`);
      continue;
    }
    const shipments = prepare(parcel, object.kind, integration);
    if (shipments.length === 0) ended.push({ ordinal, outcome: 'skipped' });
    else open.push({ ordinal, shipments });
  }
  return { open, ended, refusals };
}

/** Takes records out of the list whose next shipments are of different items: of two versions of one contact the second waits for the first. */
function takeWave(open: Open[], held: ReadonlyMap<string, string>): readonly Open[] {
  const seen = new Set(held.keys());
  const wave: Open[] = [];
  const rest: Open[] = [];
  for (const one of open) {
    const item = itemOf(one);
    (seen.has(item) ? rest : wave).push(one);
    seen.add(item);
  }
  open.splice(0, open.length, ...rest);
  return wave;
}

function itemOf({ shipments: [next] }: Open): string {
  return next === undefined ? '' : `${next.integration.integration_id} ${next.kind} ${next.itemKey}`;
}

async function shipWave(
  deps: DeliverDeps,
  object: OutboxName,
  wave: readonly Open[],
  held: Map<string, string>,
  signal: AbortSignal,
): Promise<{ waiting: number; rest: readonly Open[] }> {
  const groupMs = deps.groupMs ?? GROUP_MS;
  const shipped = await ship(
    deps,
    wave.flatMap(({ shipments: [next] }) => next ?? []),
    {
      signal: AbortSignal.any([signal, AbortSignal.timeout(groupMs)]),
      deadline: deps.now().getTime() + groupMs,
      leaseMs: groupMs + LEASE_RESERVE_MS,
    },
  );
  const rest: Open[] = [];
  const ended: OutboxItem[] = [];
  let waiting = 0;
  for (const [index, one] of wave.entries()) {
    const { ordinal, shipments } = one;
    const outcome = shipped[index]?.outcome ?? UNKNOWN;
    const left = shipments.slice(1);
    if (outcome.outcome === 'later') {
      waiting += 1;
      held.set(itemOf(one), outcome.reason);
    } else if (outcome.outcome === 'refused' || left.length === 0) ended.push({ ordinal, outcome: outcome.outcome });
    else rest.push({ ordinal, shipments: left });
  }
  await writeDown(deps, object, shipped, ended);
  return { waiting, rest };
}

async function writeDown(deps: DeliverDeps, object: OutboxName, shipped: readonly Shipped[], ended: readonly OutboxItem[]): Promise<void> {
  try {
    await deps.database.transaction(async (query) => {
      await endItems(
        query,
        endingsOf(shipped, () => object.name),
      );
      await acknowledge(query, object.name, ended);
    });
  } catch (error) {
    // Others need not wait for the end of the lease.
    await releaseItems(deps.database.query, [...new Set(shipped.flatMap(({ token }) => token ?? []))]).catch(() => undefined);
    throw error;
  }
}
