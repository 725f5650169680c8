import type { StorageEvent } from '../../shared/events.ts';
import type { CleanName } from '../../shared/names.ts';
import type { Stream } from '../../shared/stream.ts';
import { rowColumns, streamTable } from '../../shared/warehouse/stream-table.ts';
import type { LoadPlan, Scope } from '../../shared/warehouse/warehouse.ts';

/** What a load works on: one generation of a clean object. */
export interface Work {
  readonly event: StorageEvent;
  readonly stream: Stream;
  readonly clean: CleanName;
  readonly hash: string;
  readonly started: Date;
}

const STAGE_DATASET = 'ops_stage';

/** What the warehouse is told about a load; the same for every delivery but for the time of the load. */
export function planOf(work: Work, now: Date): LoadPlan {
  const { event, stream, clean, hash } = work;
  return {
    source: clean.source,
    stream: clean.stream,
    object: { bucket: event.bucket, name: event.name, generation: event.generation },
    target: streamTable(stream),
    stage: { dataset: STAGE_DATASET, table: `stage_${hash}` },
    ready: { dataset: STAGE_DATASET, table: `ready_${hash}` },
    rowColumns: rowColumns(stream),
    spread: [],
    scope: scopeOf(stream),
    key: stream.key,
    version: { time: clean.raw.runTime, generation: clean.bytes.generation, rawObject: clean.raw.name },
    loadedAt: now.toISOString(),
  };
}

/** Immutable facts: the same bytes under another name are the same facts. */
export function isFact({ write }: Stream): boolean {
  return write.mode === 'replace' && write.scope === 'object';
}

function scopeOf({ write, key }: Stream): Scope {
  if (write.mode === 'merge') return { columns: key };
  return write.scope === 'date' ? { columns: [write.column] } : write.scope;
}
