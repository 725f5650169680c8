import { storageEvent } from '../../shared/events.ts';
import { door } from '../../shared/invocation.ts';
import { type LoadDeps, load } from './load.ts';

/** The function `load`: an object finalized in CLEAN becomes rows of its table and a row of the ledger. */
export function loadFunction(deps: LoadDeps) {
  return door(deps, 'load', storageEvent, (event) => load(deps, event));
}
