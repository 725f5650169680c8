import { messageEvent } from '../../shared/events.ts';
import { door } from '../../shared/invocation.ts';
import { type ExtractDeps, extract } from './extract.ts';

/** The function `extract`: a message on `extract-requests` becomes one raw object a stream. */
export function extractFunction(deps: ExtractDeps) {
  return door(deps, 'extract', messageEvent, (event) => extract(deps, event));
}
