import { PermanentError, TransientError } from '../../shared/errors.ts';
import { type CleanName, parseCleanName } from '../../shared/names.ts';
import type { Warehouse } from '../../shared/warehouse/warehouse.ts';
import { jobId, objectHash, runJob } from './jobs.ts';

const MAX_CLAIMS = 50;

/**
 * Finds the raw object under whose name the same bytes are in the table already; undefined where this one is to be loaded.
 * Whoever first claims the bytes owns them, so of two loads at the same moment only one goes on; the claim of an owner
 * whose rows have been replaced by other bytes, or who failed, passes to the next one. Whose duplicate a clean object is
 * (`work` names its jobs) is decided once: by the next delivery its stage may be gone, and the owner have other bytes.
 */
export async function originalOf(warehouse: Warehouse, clean: CleanName, work: string): Promise<string | undefined> {
  const decided = await warehouse.job(jobId('claim', work, 1));
  if (decided?.state === 'done') return String(decided.result);
  const { size, crc32c } = clean.bytes;
  for (let claim = 1; claim <= MAX_CLAIMS; claim += 1) {
    const owner = await runJob('claim', claimHash(clean, claim), (id) => warehouse.claim(id, clean.raw.name));
    if (owner === clean.raw.name) {
      // Its claim may have passed on while it had other bytes.
      if ((await warehouse.job(jobId('claim', claimHash(clean, claim + 1), 1))) === undefined) return undefined;
      continue;
    }
    const ended = await lastEnd(warehouse, clean, owner);
    if (ended === undefined) throw new TransientError('claim', `the same bytes are being loaded under the name ${owner}`);
    if (ended.outcome === 'loaded' && ended.size === size && ended.crc32c === crc32c) return await runJob('claim', work, (id) => warehouse.claim(id, owner));
  }
  throw new PermanentError('claim', `more than ${MAX_CLAIMS} objects had these bytes and lost them again`);
}

function claimHash({ source, stream, bytes }: CleanName, claim: number): string {
  return objectHash(`${source}/${stream} ${bytes.size}-${bytes.crc32c}`, String(claim));
}

/**
 * How the newest generation of a raw object ended that was loaded, or is the duplicate of another, with its bytes; else any other end
 * of it: refusals and failures change nothing in the table.
 */
async function lastEnd(warehouse: Warehouse, { source, stream }: CleanName, owner: string) {
  // The grammar of names has neither quotes nor backslashes.
  const { rows } = await warehouse.query(
    `SELECT outcome, clean_object FROM ops.loads WHERE source = '${source}' AND stream = '${stream}' AND raw_object = '${owner}'
     ORDER BY CASE WHEN outcome IN ('loaded', 'duplicate') THEN 1 ELSE 2 END, raw_generation DESC LIMIT 1`,
  );
  const [outcome, object] = rows[0] ?? [];
  const bytes = typeof object === 'string' ? parseCleanName(object)?.bytes : undefined;
  return bytes === undefined ? undefined : { outcome, ...bytes };
}
