import type { PermanentError } from '../../shared/errors.ts';
import { builtInObjectName, type RawName } from '../../shared/names.ts';
import { createObject, type ObjectInfo, type ObjectStore } from '../../shared/object-store/object-store.ts';
import { contractHash, type Stream } from '../../shared/stream.ts';
import type { Tally } from './tally.ts';

/** What one transform works on: one generation of a raw object, and what a person has accepted for it. */
export interface Work {
  readonly stream: Stream;
  readonly raw: RawName;
  readonly info: ObjectInfo;
  readonly accept: readonly string[];
  readonly codeVersion: string;
}

/** Writes the run record of an end; where an earlier delivery has written it, that one stays. */
export async function writeRunRecord(clean: ObjectStore, work: Work, tally: Tally, storedRejects: number, failure?: PermanentError): Promise<void> {
  const { stream, raw, info, accept, codeVersion } = work;
  const filled = (counts: Readonly<Record<string, number>>) => (Object.keys(counts).length === 0 ? undefined : counts);
  const row = {
    _raw_object: raw.name,
    _raw_generation: info.generation,
    _extracted_at: raw.runTime,
    _row: 1,
    source: raw.source,
    stream: raw.stream,
    outcome: failure === undefined ? 'success' : failure.details.gate === undefined ? 'failed' : 'refused',
    rule: failure?.rule,
    message: failure?.message,
    accept: accept.length === 0 ? undefined : accept.join('+'),
    records: tally.records,
    rows: tally.rows,
    rejects: tally.rejects,
    filtered: tally.filtered,
    rejects_stored: storedRejects,
    reject_rules: filled(tally.rejectRules.entries()),
    warnings: filled(tally.warnings.entries()),
    drift: filled(tally.drift.entries()),
    raw_size: info.size,
    raw_crc32c: info.crc32c,
    raw_created: info.created,
    code_version: codeVersion,
    contract_hash: contractHash(stream),
  };
  await createObject(clean, builtInObjectName('runs', raw, info, accept), `${JSON.stringify(row)}\n`);
}
