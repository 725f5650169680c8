import type { Catalog } from '../../shared/catalog.ts';
import { PermanentError, TransientError } from '../../shared/errors.ts';
import type { StorageEvent } from '../../shared/events.ts';
import { type Answer, answer, deadline, emptyReport, type RunReport, type Subject, type Surroundings, settle, shellWord } from '../../shared/invocation.ts';
import type { OnRecords, RecordReader } from '../../shared/json/elements.ts';
import { recordReader } from '../../shared/json/record-reader.ts';
import { cleanObjectName, isIgnored, parseRawName } from '../../shared/names.ts';
import type { ObjectStore } from '../../shared/object-store/object-store.ts';
import { membersOf, type Stream } from '../../shared/stream.ts';
import { cleanRows } from './clean-rows.ts';
import { type Contract, compileContract } from './contract.ts';
import { refusal, warnAboutColumns, warnAboutVolume } from './gates.ts';
import { plainBytes } from './plain-bytes.ts';
import { type RejectRows, rejectRows } from './reject-rows.ts';
import { type Work, writeRunRecord } from './run-record.ts';
import { tally as newTally, type Tally } from './tally.ts';

export interface TransformDeps extends Surroundings {
  readonly raw: ObjectStore;
  readonly clean: ObjectStore;
  readonly catalog: Catalog;
}

/** Rows are written after so many bytes at the latest: `{}` of 3 bytes becomes a row of up to 1 KB. */
const SLICE_BYTES = 64 * 1024;

const contracts = new WeakMap<Stream, Contract>();

/** Turns one generation of a raw object into its rejects, run record and clean object, in that order. */
export async function transform(deps: TransformDeps, event: StorageEvent): Promise<Answer> {
  const { name, generation } = event;
  // What has no name of a raw object cannot be replayed: it needs one first.
  const rerun = parseRawName(name) === undefined ? `drop ${shellWord(name.split('/').at(-1) ?? name)} --as <source>/<stream>` : `replay ${shellWord(name)}`;
  const subject: Subject = { object: name, generation, rerun };
  if (isIgnored(name)) {
    deps.log('DEBUG', 'transform.ignored', { object: name });
    return answer([emptyReport(subject, 'ignored')]);
  }
  const started = deps.now();
  try {
    const work = await findWork(deps, event);
    if (work === undefined) {
      deps.log('INFO', 'transform.ignored', { object: name, generation, reason: 'a newer generation is there' });
      return answer([emptyReport(subject, 'superseded')]);
    }
    return await transformWork(deps, event, work, started);
  } catch (error) {
    const failure = await settle(deps, 'transform', event, subject, error);
    return answer([{ ...emptyReport(subject, 'failed'), message: failure.message }]);
  }
}

/** What the event is about; undefined where that generation is gone. */
async function findWork(deps: TransformDeps, event: StorageEvent): Promise<Work | undefined> {
  const raw = parseRawName(event.name);
  if (raw === undefined) {
    throw new PermanentError(
      'name',
      `"${event.name.slice(0, 300)}" is no raw object's name (<source>/<stream>/<YYYY-MM-DD>/<file>.<json|ndjson|json-seq|csv>[.gz]); the verb drop names files`,
    );
  }
  const stream = deps.catalog.find(raw.source, raw.stream);
  if (stream === undefined) throw new PermanentError('stream', `there is no stream "${raw.source}/${raw.stream}"; the verb streams lists them`);
  const info = await deps.raw.stat(event.name);
  if (info?.generation !== event.generation) return undefined;
  const accept = (info.metadata['accept'] ?? '').split('+').filter((gate) => /^[a-z]+$/.test(gate));
  return { stream, raw, info, accept, codeVersion: deps.codeVersion };
}

async function transformWork(deps: TransformDeps, event: StorageEvent, work: Work, started: Date): Promise<Answer> {
  const { raw, info, accept } = work;
  const subject: Subject = { source: raw.source, stream: raw.stream, object: raw.name, generation: info.generation, rerun: `replay ${shellWord(raw.name)}` };
  const cleanName = cleanObjectName(raw, info, accept);
  const tally = newTally();
  const rejects = rejectRows(deps.clean, work);
  const report = (outcome: string): RunReport => ({
    ...emptyReport(subject, outcome),
    records: tally.records,
    rows: tally.rows,
    rejects: tally.rejects,
    ms: deps.now().getTime() - started.getTime(),
  });
  try {
    if ((await deps.clean.stat(cleanName)) !== undefined) return answer([report('done before')]);
    await writeClean(deps, work, cleanName, tally, rejects);
    const done = report('success');
    deps.log('INFO', 'transform.done', {
      ...subjectFields(subject),
      clean: cleanName,
      records: done.records,
      rows: done.rows,
      rejects: done.rejects,
      ms: done.ms,
    });
    return answer([done]);
  } catch (error) {
    const failure = await settle(deps, 'transform', event, rerunOf(subject, error), error, async (permanent) => {
      await rejects.commit();
      await writeRunRecord(deps.clean, work, tally, rejects.stored, permanent);
    });
    return answer([{ ...report(failure.details.gate === undefined ? 'failed' : 'refused'), message: failure.message }]);
  } finally {
    await rejects.abort();
  }
}

async function writeClean(deps: TransformDeps, work: Work, cleanName: string, tally: Tally, rejects: RejectRows): Promise<void> {
  const { stream, raw, accept } = work;
  const writer = await deps.clean.create(cleanName);
  try {
    const rows = cleanRows(writer, { rawObject: raw.name, rawGeneration: work.info.generation, extractedAt: raw.runTime });
    await convertAll(deps, work, tally, rows, rejects);
    if (raw.format === 'csv') warnAboutColumns(stream.columns, tally);
    warnAboutVolume(stream.expect, tally);
    const required = Object.entries(stream.columns).flatMap(([name, column]) => (column.required === true ? [name] : []));
    const refused = refusal(stream.expect, tally, required, accept);
    if (refused !== undefined) throw new PermanentError(refused.gate, refused.message, { gate: refused.gate, counts: refused.counts });
    await rows.flush(true);
    await rejects.commit();
    await writeRunRecord(deps.clean, work, tally, rejects.stored);
    await writer.commit();
  } finally {
    await writer.abort();
  }
}

/** Reads the object once, a chunk at a time: the records of a chunk are converted without a pause between them. */
async function convertAll(deps: TransformDeps, work: Work, tally: Tally, rows: ReturnType<typeof cleanRows>, rejects: RejectRows): Promise<void> {
  const { stream, raw, info } = work;
  const contract = contractOf(stream);
  const onRecords: OnRecords = (records, lines, page) => {
    for (let index = 0; index < records.length; index += 1) {
      const record = records[index];
      tally.records += 1;
      const row = contract.convert(record, tally, page);
      if (typeof row === 'string') {
        rows.add(tally.records, row);
        tally.rows += 1;
      } else if (row === undefined) tally.filtered += 1;
      else {
        tally.rejects += 1;
        for (const reason of row) tally.rejectRules.add(`${reason.field}: ${reason.rule}`);
        rejects.add({ ordinal: tally.records, line: lines?.[index], record, reasons: row });
      }
    }
  };
  const reader = await readerOf(work, onRecords);
  const signal = deadline(deps.timeoutMs);
  const stored = await deps.raw.read(raw.name, info.generation, signal);
  if (stored === undefined) throw new TransientError('superseded', 'the generation was replaced while it was read');
  for await (const chunk of plainBytes(stored)) {
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
      reader.push(chunk.subarray(at, at + SLICE_BYTES));
      if (rows.isFull) await rows.flush(false);
    }
    await rejects.flush();
    if (signal.aborted) throw new TransientError('time', 'the transform ran out of time');
  }
  reader.end();
}

/** The parser of CSV is imported when a CSV comes: it would cost every cold start. */
async function readerOf({ stream, raw }: Work, onRecords: OnRecords): Promise<RecordReader> {
  if (raw.format !== 'csv')
    return recordReader(raw.format, stream.records, onRecords, {
      withPages: Object.values(stream.columns).some((column) => column.page !== undefined),
      mayLack: stream.empty !== undefined,
    });
  const { csvReader } = await import('../../shared/csv/csv-reader.ts');
  return csvReader(onRecords, membersOf(stream), stream.csv);
}

function contractOf(stream: Stream): Contract {
  const known = contracts.get(stream);
  if (known !== undefined) return known;
  const contract = compileContract(stream);
  contracts.set(stream, contract);
  return contract;
}

/** A refused object runs again only when a person accepts the gate. */
function rerunOf(subject: Subject, error: unknown): Subject {
  const gate = error instanceof PermanentError ? error.details.gate : undefined;
  return gate === undefined ? subject : { ...subject, rerun: `${subject.rerun} --accept ${gate}` };
}

function subjectFields({ source, stream, object, generation }: Subject): Record<string, string | undefined> {
  return { source, stream, object, generation };
}
