import { PermanentError, TransientError } from '../../shared/errors.ts';
import { type CleanName, parseCleanName } from '../../shared/names.ts';
import type { Warehouse } from '../../shared/warehouse/warehouse.ts';
import { jobId, objectHash, runJob } from './jobs.ts';

/** Every generation of every object with the same bytes takes one. */
const MAX_CLAIMS = 500;
/** Ends that leave nothing of older generations, or of any; refusals and failures change nothing in the table. */
const CHANGED = new Set(['loaded', 'duplicate', 'emptied']);
/** No name of an object has it. */
const BEFORE_GENERATION = '#';

/**
 * Finds the raw object under whose name the same bytes are in the table already; undefined where this one is to be loaded.
 * Whichever generation first claims the bytes owns them, so of two loads at the same moment only one goes on; the claim of an owner
 * whose rows have been replaced by other bytes, or who failed, passes to the next one. A newer generation of the owner makes a claim of
 * its own: between two with the same bytes the name may have had others, and another object may have claimed them by then. Whose
 * duplicate a clean object is (`work` names its jobs) is decided once: by the next delivery its stage may be gone, and the owner have
 * other bytes.
 */
export async function originalOf(warehouse: Warehouse, clean: CleanName, work: string): Promise<string | undefined> {
  const decided = await warehouse.job(jobId('claim', work, 1));
  if (decided?.state === 'done') return String(decided.result);
  const { name } = clean.raw;
  const { generation } = clean.bytes;
  for (let claim = 1; claim <= MAX_CLAIMS; claim += 1) {
    const owner = ownerOf(await runJob('claim', claimHash(clean, claim), (id) => warehouse.claim(id, `${name}${BEFORE_GENERATION}${generation}`)));
    if (owner.name === name) {
      // A newer one replaces what this one loads.
      if (BigInt(owner.generation) > BigInt(generation)) return undefined;
      if (owner.generation !== generation || !(await isStillOwner(warehouse, clean, claim))) continue;
      const before = await loadedBefore(warehouse, clean);
      return before === undefined ? undefined : await runJob('claim', work, (id) => warehouse.claim(id, before));
    }
    const state = await stateOf(warehouse, clean, owner);
    if (state === 'open')
      throw new TransientError('claim', `the same bytes are being loaded under the name ${owner.name}; where that never ends, replay that object`);
    if (state === 'holds') return await runJob('claim', work, (id) => warehouse.claim(id, owner.name));
  }
  throw new PermanentError('claim', `more than ${MAX_CLAIMS} objects or generations had these bytes`);
}

interface Owner {
  readonly name: string;
  readonly generation: string;
}

function ownerOf(claimed: string): Owner {
  const [name = '', generation = ''] = claimed.split(BEFORE_GENERATION);
  return { name, generation };
}

/**
 * Whether a generation may go on under its own claim. Where the claim has passed on, it may only find what another delivery of it did:
 * that it was loaded, or is replaced; after a failure the bytes are somebody else's.
 */
async function isStillOwner(warehouse: Warehouse, clean: CleanName, claim: number): Promise<boolean> {
  if ((await warehouse.job(jobId('claim', claimHash(clean, claim + 1), 1))) === undefined) return true;
  const { generation } = clean.bytes;
  const ends = await endsOf(warehouse, clean, { name: clean.raw.name, generation });
  return ends.some((end) => CHANGED.has(end.outcome) || (end.generation === generation && end.outcome === 'superseded'));
}

function claimHash({ source, stream, bytes }: CleanName, claim: number): string {
  return objectHash(`${source}/${stream} ${bytes.size}-${bytes.crc32c}`, String(claim));
}

/**
 * Finds the object whose rows are of the same bytes in the ledger: BigQuery forgets a job, and so a claim, after six months. Undefined
 * where this generation is the one that was loaded.
 */
async function loadedBefore(warehouse: Warehouse, clean: CleanName): Promise<string | undefined> {
  const { source, stream, bytes } = clean;
  const { rows } = await warehouse.query(
    `SELECT raw_object, raw_generation FROM ops.loads WHERE source = '${source}' AND stream = '${stream}' AND outcome = 'loaded'
     AND clean_object LIKE '%.${bytes.size}-${bytes.crc32c}.%' ORDER BY run_time, raw_generation`,
  );
  const loaded = rows.map(([name, generation]): Owner => ({ name: String(name), generation: String(generation) }));
  if (loaded.some(({ name, generation }) => name === clean.raw.name && generation === bytes.generation)) return undefined;
  for (const owner of loaded) if (owner.name !== clean.raw.name && (await stateOf(warehouse, clean, owner)) === 'holds') return owner.name;
  return undefined;
}

/**
 * What became of an owner's bytes: `open` until that generation has ended or a newer one is loaded, which leaves nothing of it; `holds`
 * where the newest rows under its name are of these bytes; else `gone`.
 */
async function stateOf(warehouse: Warehouse, clean: CleanName, owner: Owner): Promise<'open' | 'holds' | 'gone'> {
  const ends = await endsOf(warehouse, clean, owner);
  const newest = ends.find(({ outcome }) => CHANGED.has(outcome));
  if (newest === undefined && !ends.some(({ generation }) => generation === owner.generation)) return 'open';
  const had = newest?.outcome === 'loaded' ? parseCleanName(newest.object)?.bytes : undefined;
  return had?.size === clean.bytes.size && had.crc32c === clean.bytes.crc32c ? 'holds' : 'gone';
}

/** How this generation of an object and newer ones ended, the newest first; of one whose rows an emptied table has no more, that first. */
async function endsOf(warehouse: Warehouse, { source, stream }: CleanName, { name, generation }: Owner) {
  // The grammar of names has neither quotes nor backslashes.
  const { rows } = await warehouse.query(
    `SELECT outcome, clean_object, raw_generation FROM ops.loads
     WHERE source = '${source}' AND stream = '${stream}' AND raw_object = '${name}' AND raw_generation >= ${BigInt(generation)}
     ORDER BY raw_generation DESC, CASE outcome WHEN 'emptied' THEN 0 ELSE 1 END`,
  );
  return rows.map(([outcome, object, of]) => ({ outcome: String(outcome), object: String(object), generation: String(of) }));
}
