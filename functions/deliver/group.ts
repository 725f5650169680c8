import { acknowledge, auditRefusals, type OutboxItem, type Refusal } from '../../shared/crm-store/outbox-items.ts';
import { activeIntegrations, type SealedIntegration } from '../../shared/crm-store/integrations.ts';
import type { OutboxName } from '../../shared/crm-delivery/outbox-name.ts';
import type { Parcel, ParcelKind } from '../../shared/crm-delivery/parcel.ts';
import { prepare } from '../../shared/crm-delivery/prepare.ts';
import { ship } from '../../shared/crm-delivery/ship.ts';
import type { Outcome, Shipment, Shipped } from '../../shared/crm-delivery/shipment.ts';
import type { DeliverDeps } from './deps.ts';
import type { Entry } from './parcels.ts';
import { type Sent, writeDown } from './write-down.ts';

/** A record with what is left of it to be sent, one after the other. */
interface Open {
  readonly ordinal: number;
  readonly shipments: readonly Shipment[];
}

/** Whose record is refused; its kind where it is not that of the object. */
interface Refused {
  readonly userId: string | undefined;
  readonly key: string;
  readonly kind?: ParcelKind;
}

/** How many records are not done. */
export interface Undone {
  /** The CRM takes them later. */
  readonly left: number;
  /** They were sent, and the database refuses to keep what became of them. */
  readonly unwritten: number;
}

const GROUP_MS = 30_000;
const LEASE_RESERVE_MS = 5_000;
const UNKNOWN: Outcome = { outcome: 'later', reason: 'it was not sent', statusCode: null };
const UNWRITTEN = 'the database refuses to keep what became of a record';

/**
 * Delivers records of one object, and writes down what became of each; resolves to how many are not done. `held` grows by the contacts and events of
 * which a record has to wait, with the reason: later records of the same one wait behind it, else a late retry would put an old version over a new one.
 */
export async function deliverGroup(
  deps: DeliverDeps,
  object: OutboxName,
  entries: readonly Entry[],
  held: Map<string, string>,
  signal: AbortSignal,
): Promise<Undone> {
  const { open, ended, refusals } = await sorted(deps, object, entries);
  await deps.database.transaction(async (query) => {
    await auditRefusals(query, refusals);
    await acknowledge(query, object.name, ended);
  });
  let [left, unwritten] = [0, 0];
  for (let wave = takeWave(open, held); wave.length > 0; wave = takeWave(open, held)) {
    const goesOn = await shipWave(deps, object, wave, held, signal);
    left += goesOn.left;
    unwritten += goesOn.unwritten;
    open.push(...goesOn.rest);
  }
  return { left: left + open.length, unwritten };
}

/** Parts what can be sent from what has ended already. */
async function sorted(deps: DeliverDeps, object: OutboxName, entries: readonly Entry[]) {
  const users = [...new Set(entries.flatMap((entry) => ('parcel' in entry ? entry.parcel.user_id : [])))];
  const active = await activeIntegrations(deps.database.query, users);
  const byUser = new Map<string, SealedIntegration>(active.filter((one) => one.crm_type === object.crmType).map((one) => [one.user_id, one]));
  const open: Open[] = [];
  const ended: OutboxItem[] = [];
  const refusals: Refusal[] = [];
  const refuse = (ordinal: number, { userId, key, kind = object.kind }: Refused, code: string, message: string): void => {
    ended.push({ ordinal, outcome: 'refused' });
    if (userId === undefined) return;
    const refusal = { userId, crmType: object.crmType, key, code, message };
    refusals.push({ ...refusal, kind });
    // Its contact may be delivered, and the conversation wait.
    if (kind === 'lead') refusals.push({ ...refusal, kind: 'event', ifWaiting: true });
  };
  for (const entry of entries) {
    const { ordinal } = entry;
    if ('problem' in entry) {
      refuse(ordinal, entry, 'invalid', entry.problem);
      continue;
    }
    const { parcel } = entry;
    const integration = byUser.get(parcel.user_id);
    if (integration === undefined) {
      const kind = parcel.contact_done === true ? 'event' : object.kind;
      refuse(ordinal, { userId: parcel.user_id, key: parcel.key, kind }, 'not_connected', `${object.crmType} is not connected`);
      continue;
    }
    const shipments = prepare(parcel, object.kind, integration);
    if (parcel.event !== undefined && !shipments.some(({ kind }) => kind === 'event')) refusals.push(notEnabled(parcel, object));
    if (shipments.length === 0) ended.push({ ordinal, outcome: 'skipped' });
    else open.push({ ordinal, shipments });
  }
  return { open, ended, refusals };
}

/** Of an event that waited when the settings changed. */
function notEnabled({ user_id: userId, key }: Parcel, { crmType }: OutboxName): Refusal {
  return { userId, crmType, key, kind: 'event', ifWaiting: true, code: 'not_enabled', message: 'the settings of the connection let this event out no more' };
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
): Promise<Undone & { readonly rest: readonly Open[] }> {
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
  const sent = wave.flatMap((one, index) => sentOf(one, shipped[index]));
  const refused = await writeDown(deps.database, object.name, sent);
  const rest: Open[] = [];
  let left = 0;
  for (const [index, one] of wave.entries()) {
    const record = sent[index];
    const outcome = record?.shipped.outcome ?? UNKNOWN;
    const isUnwritten = record !== undefined && refused.has(record);
    if (isUnwritten) held.set(itemOf(one), UNWRITTEN);
    else if (outcome.outcome === 'later') {
      left += 1;
      held.set(itemOf(one), outcome.reason);
    } else if (record?.ended === undefined) rest.push({ ordinal: one.ordinal, shipments: one.shipments.slice(1) });
  }
  return { left, unwritten: refused.size, rest };
}

/** A record ends when it is refused, or when nothing is left of it. */
function sentOf({ ordinal, shipments }: Open, shipped: Shipped | undefined): readonly Sent[] {
  if (shipped === undefined) return [];
  const { outcome } = shipped.outcome;
  const isEnd = outcome === 'refused' || (outcome !== 'later' && shipments.length === 1);
  return [{ shipped, ended: isEnd ? { ordinal, outcome } : undefined }];
}
