import type { Notice } from '../../shared/notices/notices.ts';
import { generationOf } from './endings.ts';
import { type LedgerEntry, readLedger } from './ledger.ts';
import type { Pipeline } from './pipeline.ts';

/** A notice, and whether what failed has been loaded since. */
export interface SettledNotice extends Notice {
  readonly settled: boolean;
}

/** Reads every notice; it is settled by a later generation of the object, or, for an extract, by a later run of the stream. */
export async function readNotices(pipeline: Pipeline): Promise<readonly SettledNotice[]> {
  const notices = await pipeline.notices();
  const loads = notices.length === 0 ? [] : await readLedger(pipeline, "outcome = 'loaded'");
  return notices.map((notice) => ({ ...notice, settled: isSettled(notice, loads) }));
}

function isSettled({ function: name, source, stream, object, generation, first_seen }: Notice, loads: readonly LedgerEntry[]): boolean {
  if (name === 'extract') return loads.some((load) => load.source === source && load.stream === stream && load.runTime > first_seen.slice(0, 19));
  const failed = object === undefined || generation === undefined ? undefined : generationOf(object, generation, name === 'load');
  return failed !== undefined && loads.some((load) => load.rawObject === failed.name && BigInt(load.generation) >= BigInt(failed.generation));
}
