import type { ShipDeps } from '../../shared/crm-delivery/ship.ts';
import type { Surroundings } from '../../shared/invocation.ts';
import type { WorkStore } from '../../shared/object-store/object-store.ts';

/** What `deliver` is made of. */
export interface DeliverDeps extends Surroundings, ShipDeps {
  readonly outbox: WorkStore;
  /** How long one group of records may take before the next, in milliseconds; default 30 s. */
  readonly groupMs?: number;
}
