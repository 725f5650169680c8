import { storageEvent } from '../../shared/events.ts';
import { door } from '../../shared/invocation.ts';
import { type TransformDeps, transform } from './transform.ts';

/** The function `transform`: an object finalized in RAW becomes rejects, a run record and a clean object. */
export function transformFunction(deps: TransformDeps) {
  return door(deps, 'transform', storageEvent, (event) => transform(deps, event));
}
