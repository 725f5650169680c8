import { storageEvent } from '../../shared/events.ts';
import { door } from '../../shared/invocation.ts';
import { deliver } from './deliver.ts';
import type { DeliverDeps } from './deps.ts';

/** The function `deliver`: an object finalized in OUTBOX goes to its CRM. */
export function deliverFunction(deps: DeliverDeps) {
  return door(deps, 'deliver', storageEvent, (event) => deliver(deps, event));
}
