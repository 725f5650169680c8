import { parseCleanName } from '../../shared/names.ts';
import type { Notice } from '../../shared/notices/notices.ts';
import type { Waiting } from '../local/delivery.ts';
import { isEnd, type LedgerEntry, readLedger } from './ledger.ts';
import type { Pipeline } from './pipeline.ts';
import { literal } from './sql.ts';

/** One generation of a raw object. */
export interface Generation {
  readonly name: string;
  readonly generation: string;
}

/** What became of a generation; `waiting`: it fails for now, `open`: nothing is known of it. */
export interface Ending extends Generation {
  readonly outcome: string;
  readonly entry: LedgerEntry | undefined;
  readonly message: string | undefined;
  /** The command that runs it again. */
  readonly rerun: string | undefined;
}

const AT_A_TIME = 200;

/** Finds what became of these generations, once everything has settled. */
export async function findEndings(pipeline: Pipeline, generations: readonly Generation[], waiting: readonly Waiting[]): Promise<readonly Ending[]> {
  const entries = await entriesOf(pipeline, generations);
  const stuck = [...waiting, ...(await pipeline.deadLetters())];
  const notices = await pipeline.notices();
  return generations.map((generation) => {
    const entry = entries.get(keyOf(generation));
    const failing = stuck.find(({ subject }) => isAbout(pipeline, subject, generation));
    const notice = notices.findLast((candidate) => isOf(candidate, generation));
    const outcome = entry !== undefined && isEnd(entry.outcome) ? entry.outcome : failing !== undefined ? 'waiting' : notice === undefined ? 'open' : 'failed';
    return { ...generation, outcome, entry, message: entry?.message ?? failing?.lastError.replace(/^500 /, '') ?? notice?.message, rerun: notice?.rerun };
  });
}

/** Waits until these generations have come to an end, as far as they do, and finds what became of them. */
export async function awaitEndings(pipeline: Pipeline, generations: readonly Generation[]): Promise<readonly Ending[]> {
  const waiting = await pipeline.settle(() => areEnded(pipeline, generations));
  return await findEndings(pipeline, generations, waiting);
}

/** Whether each of these generations has come to an end; not where they are not known yet. */
export async function areEnded(pipeline: Pipeline, generations: readonly Generation[] | undefined): Promise<boolean> {
  if (generations === undefined) return false;
  const entries = await entriesOf(pipeline, generations);
  return generations.every((generation) => {
    const entry = entries.get(keyOf(generation));
    return entry?.isWhole === true && isEnd(entry.outcome);
  });
}

/** The raw generation that an object of either bucket comes from. */
export function generationOf(name: string, generation: string, isClean: boolean): Generation | undefined {
  if (!isClean) return { name, generation };
  const clean = parseCleanName(name);
  return clean === undefined ? undefined : { name: clean.raw.name, generation: clean.bytes.generation };
}

async function entriesOf(pipeline: Pipeline, generations: readonly Generation[]): Promise<ReadonlyMap<string, LedgerEntry>> {
  const entries = new Map<string, LedgerEntry>();
  for (let first = 0; first < generations.length; first += AT_A_TIME) {
    const names = new Set(generations.slice(first, first + AT_A_TIME).map(({ name }) => literal(name)));
    for (const entry of await readLedger(pipeline, `raw_object IN (${[...names].join(', ')})`)) {
      entries.set(keyOf({ name: entry.rawObject, generation: entry.generation }), entry);
    }
  }
  return entries;
}

/** Whether an event, `<bucket>/<name>#<generation>`, is a step on the way of that generation. */
function isAbout(pipeline: Pipeline, subject: string, wanted: Generation): boolean {
  const bucket = [pipeline.raw, pipeline.clean].find((store) => subject.startsWith(`${store.bucket}/`))?.bucket;
  if (bucket === undefined) return false;
  const hash = subject.lastIndexOf('#');
  return isSame(generationOf(subject.slice(bucket.length + 1, hash), subject.slice(hash + 1), bucket === pipeline.clean.bucket), wanted);
}

function isOf({ function: name, object, generation }: Notice, wanted: Generation): boolean {
  if (object === undefined || generation === undefined) return false;
  return isSame(generationOf(object, generation, name === 'load'), wanted);
}

function isSame(found: Generation | undefined, wanted: Generation): boolean {
  return found !== undefined && keyOf(found) === keyOf(wanted);
}

function keyOf({ name, generation }: Generation): string {
  return `${name}#${generation}`;
}
