import type { CrmType } from '../../shared/crm/provider.ts';
import { stableUuid } from '../../shared/crm-store/digest.ts';
import type { SealedIntegration } from '../../shared/crm-store/integrations.ts';
import type { Ending } from '../../shared/crm-store/item-states.ts';
import { endingsOf } from '../../shared/crm-delivery/endings.ts';
import { outboxName } from '../../shared/crm-delivery/outbox-name.ts';
import type { Parcel, ParcelKind } from '../../shared/crm-delivery/parcel.ts';
import { normaliseOnce, prepare } from '../../shared/crm-delivery/prepare.ts';
import { CHANGED, ship } from '../../shared/crm-delivery/ship.ts';
import type { Shipment, Shipped } from '../../shared/crm-delivery/shipment.ts';
import { createObject } from '../../shared/object-store/object-store.ts';
import { providerOf } from './crm-type.ts';
import { HttpError } from './http-error.ts';
import type { Call } from './route.ts';

/** One CRM of a fan-out: what it is given, in order, and what came of each. */
export interface Leg {
  readonly integration: SealedIntegration;
  readonly parcel: Parcel;
  /** None where the settings let nothing out. */
  readonly shipments: readonly Shipment[];
  readonly shipped: readonly Shipped[];
}

/** All CRMs of a fan-out, and what is still to be written down: it goes with the answer of the request, in one commit. */
export interface FannedOut {
  readonly legs: readonly Leg[];
  readonly endings: readonly Ending[];
}

/** Beyond the time for tries: to put by what is open, and to write down what happened. */
const RESERVE_MS = 600;
const LEASE_RESERVE_MS = 4_000;

/** The active integrations of the caller, those that the request names; throws an HttpError for a type that is none. */
export async function chosenIntegrations({ deps, integrations }: Call, types: readonly string[]): Promise<readonly SealedIntegration[]> {
  const chosen = new Set<CrmType>(types.map((type) => providerOf(deps.providers, type).type));
  const active = await integrations();
  return active.filter(({ crm_type }) => chosen.size === 0 || chosen.has(crm_type));
}

/**
 * Delivers a parcel to all CRMs in parallel, within the time of the request; what is open then is put into OUTBOX. All of it is in the audit once the
 * returned endings are. Throws HttpError where something could neither be delivered nor put by.
 */
export async function fanOut(
  call: Call,
  kind: ParcelKind,
  integrations: readonly SealedIntegration[],
  parcelFor: (integration: SealedIntegration) => Parcel,
): Promise<FannedOut> {
  const normalise = normaliseOnce();
  let legs: readonly Leg[] = integrations.map((integration) => {
    const parcel = parcelFor(integration);
    return { integration, parcel, shipments: prepare(parcel, kind, integration, normalise), shipped: [] };
  });
  let endings: readonly Ending[] = [];
  const most = Math.max(0, ...legs.map(({ shipments }) => shipments.length));
  for (let step = 0; step < most; step += 1) {
    if (endings.length > 0) await call.statements.end({ endings });
    ({ legs, endings } = await shipStep(call, kind, legs, step));
  }
  return { legs, endings };
}

async function shipStep(call: Call, kind: ParcelKind, legs: readonly Leg[], step: number): Promise<FannedOut> {
  const ready = legs.filter((leg) => leg.shipments[step] !== undefined && leg.shipped.every(({ outcome }) => isGood(outcome.outcome)));
  const shipped = await shipAll(
    call,
    ready.flatMap(({ shipments }) => shipments[step] ?? []),
  );
  const objects = new Map<Shipped, string | undefined>();
  await Promise.all(
    shipped.map(async (one, index) => {
      const leg = ready[index];
      if (one.outcome.outcome === 'later' && leg !== undefined) objects.set(one, await putBy(call, kind, leg, one.outcome === CHANGED ? 0 : step));
    }),
  );
  const endings = endingsOf(shipped, (one) => objects.get(one) ?? null);
  const lost = [...objects].filter(([, name]) => name === undefined).map(([one]) => one.shipment.integration.crm_type);
  if (lost.length > 0) {
    await call.statements.end({ endings });
    throw notPutBy(lost);
  }
  const shippedLegs = legs.map((leg) => {
    const one = shipped[ready.indexOf(leg)];
    return one === undefined ? leg : { ...leg, shipped: [...leg.shipped, one] };
  });
  return { legs: shippedLegs, endings };
}

async function shipAll({ deps, statements, deadline: end }: Call, shipments: readonly Shipment[]): Promise<readonly Shipped[]> {
  const deadline = end - RESERVE_MS;
  const now = deps.now().getTime();
  return await ship({ ...deps, claim: statements.claim }, shipments, {
    signal: AbortSignal.timeout(Math.max(1, deadline - now)),
    deadline,
    leaseMs: Math.max(0, end - now) + LEASE_RESERVE_MS,
  });
}

function notPutBy(crms: readonly CrmType[]): HttpError {
  return new HttpError(
    'SRV_OUTBOX_ERROR',
    'Not delivered and not put by: repeat the request with the same Idempotency-Key',
    { crm_types: crms },
    { 'retry-after': '2' },
  );
}

/** Whether what comes after may be sent. */
function isGood(outcome: string): boolean {
  return outcome === 'delivered' || outcome === 'unchanged' || outcome === 'superseded';
}

/** Writes the object that `deliver` works from, once whatever is repeated; undefined where that failed. */
async function putBy({ deps, receivedAt }: Call, kind: ParcelKind, { integration, parcel }: Leg, step: number): Promise<string | undefined> {
  const name = outboxName(integration.crm_type, kind, receivedAt, stableUuid('outbox', parcel.user_id, integration.crm_type, parcel.key, step));
  const body: Parcel = step === 0 ? parcel : { ...parcel, contact_done: true };
  try {
    await createObject(deps.outbox, name, JSON.stringify(body));
    return name;
  } catch (error) {
    deps.log('ERROR', 'sync.failed', { object: name, message: 'OUTBOX could not be written', error: error instanceof Error ? error.name : typeof error });
    return undefined;
  }
}
