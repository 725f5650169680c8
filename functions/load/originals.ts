import { PermanentError, TransientError } from '../../shared/errors.ts';
import { type CleanName, parseCleanName } from '../../shared/names.ts';
import type { Warehouse } from '../../shared/warehouse/warehouse.ts';
import { objectHash, runJob } from './jobs.ts';

const MAX_CLAIMS = 50;

/**
 * Finds the raw object under whose name the same bytes are in the table already; undefined where this one is to be loaded.
 * Whoever first claims the bytes owns them, so of two loads at the same moment only one goes on; the claim of an owner
 * whose rows have been replaced by other bytes, or who failed, passes to the next one.
 */
export async function originalOf(warehouse: Warehouse, clean: CleanName): Promise<string | undefined> {
  const { size, crc32c } = clean.bytes;
  for (let claim = 1; claim <= MAX_CLAIMS; claim += 1) {
    const hash = objectHash(`${clean.source}/${clean.stream} ${size}-${crc32c}`, String(claim));
    const owner = await runJob('claim', hash, (id) => warehouse.claim(id, clean.raw.name));
    if (owner === clean.raw.name) return undefined;
    const ended = await lastEnd(warehouse, clean, owner);
    if (ended === undefined) throw new TransientError('claim', `the same bytes are being loaded under the name ${owner}`);
    if (ended.outcome === 'loaded' && ended.size === size && ended.crc32c === crc32c) return owner;
  }
  throw new PermanentError('claim', `more than ${MAX_CLAIMS} objects had these bytes and lost them again`);
}

/** The newest generation of a raw object that was loaded, with its bytes, else any other end of it: refusals and failures change nothing in the table. */
async function lastEnd(warehouse: Warehouse, { source, stream }: CleanName, owner: string) {
  // The grammar of names has neither quotes nor backslashes.
  const { rows } = await warehouse.query(
    `SELECT outcome, clean_object FROM ops.loads WHERE source = '${source}' AND stream = '${stream}' AND raw_object = '${owner}'
     ORDER BY CASE outcome WHEN 'loaded' THEN 1 ELSE 2 END, raw_generation DESC LIMIT 1`,
  );
  const [outcome, object] = rows[0] ?? [];
  const bytes = typeof object === 'string' ? parseCleanName(object)?.bytes : undefined;
  return bytes === undefined ? undefined : { outcome, ...bytes };
}
