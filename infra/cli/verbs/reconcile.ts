import { BUILT_IN, isIgnored, parseCleanName, parseRawName } from '../../../shared/names.ts';
import type { ObjectInfo, ObjectStore } from '../../../shared/object-store/object-store.ts';
import { LOADS } from '../../../shared/warehouse/ledger.ts';
import { awaitEndings, type Ending, type Generation } from '../endings.ts';
import { isEnd, readLedger } from '../ledger.ts';
import { redrive, undelivered } from '../outbox.ts';
import { flag } from '../parameter.ts';
import type { Pipeline } from '../pipeline.ts';
import { counted, leftOutLine } from '../progress.ts';
import { reportEndings } from '../report.ts';
import { select, textOf } from '../rows.ts';
import { printable } from '../table.ts';
import { type Context, defineVerb } from '../verb.ts';

const MINUTE_MS = 60_000;
/** What is missing of a generation that the ledger knows; the clean object of what was transformed may have expired. */
const BEFORE_THE_END: Readonly<Record<string, string>> = { emptied: 'not loaded again since its table was emptied', transformed: 'not loaded' };

/** An object whose event has not led to an end. */
interface Missing {
  readonly store: ObjectStore;
  readonly object: ObjectInfo;
  /** The raw generation that it is or comes from. */
  readonly raw: Generation;
  /** Whether the raw generation has an end once this is loaded. */
  readonly tellsEnd: boolean;
  readonly why: string;
}

export const reconcile = defineVerb({
  name: 'reconcile',
  summary: 'Compares the objects with the ledger, and finds what got lost',
  details:
    'Lists raw objects that have come to no end (neither loaded nor refused nor failed), or whose table a rebuild has emptied since,\n' +
    'clean objects that were never loaded, and what has waited in OUTBOX for over an hour. Says what in the raw folder is no object.\n' +
    'With --redo their events happen again. Exit 1 where something is missing and was not redone.',
  examples: ['npm run pipeline -- reconcile', 'npm run pipeline -- reconcile --redo'],
  operands: {},
  options: { redo: flag('Makes the missing events happen again, and waits') },
  state: 'existing',
  onCloud: true,
  async run(context, { redo }) {
    const pipeline = await context.pipeline();
    // What is on its way is not lost.
    if (pipeline.isDelivering) await pipeline.settle();
    const chain = await reconcileChain(context, pipeline, redo);
    const outbox = await reconcileOutbox(context, pipeline, redo);
    for (const [path, why] of await pipeline.leftOut()) context.err(printable(leftOutLine(pipeline.raw.bucket, path, why)));
    if (chain === undefined && outbox === undefined) context.out('Nothing is missing: every object has come to an end.');
    return Math.max(chain ?? 0, outbox ?? 0);
  },
});

/** The exit code; undefined where nothing is missing. */
async function reconcileChain(context: Context, pipeline: Pipeline, redo: boolean): Promise<number | undefined> {
  const { missing, young } = withoutYoung(pipeline, await findMissing(pipeline));
  if (young > 0) context.err(`${counted(young, 'object')} younger than ${pipeline.onItsWayMs / MINUTE_MS} minutes may still be on the way`);
  for (const { store, object, why } of missing) context.out(`${why}: ${store.bucket}/${object.name} (generation ${object.generation})`);
  if (missing.length === 0) return undefined;
  if (!redo) {
    context.err(`${counted(missing.length, 'object')} missing; ${context.command('reconcile --redo')} brings them back`);
    return 1;
  }
  // A refusal is an end, too.
  reportEndings(context, pipeline.catalog, await bringBack(pipeline, missing));
  const left = await findMissing(pipeline);
  return withoutYoung(pipeline, left).missing.length === 0 ? 0 : 1;
}

/** As `reconcileChain`, for what the CRMs have not got. */
async function reconcileOutbox(context: Context, pipeline: Pipeline, redo: boolean): Promise<number | undefined> {
  const waiting = await undelivered(pipeline);
  if (waiting.length === 0) return undefined;
  for (const { name, generation, created } of waiting)
    context.out(`not delivered: ${pipeline.outbox?.bucket}/${name} (generation ${generation}, since ${created})`);
  if (!redo) {
    context.err(`${counted(waiting.length, 'object')} not delivered; ${context.command('reconcile --redo')} tries again`);
    return 1;
  }
  const left = await redrive(pipeline, waiting);
  context.out(`${counted(waiting.length - left.length, 'object')} of OUTBOX came to an end`);
  for (const { name } of left) context.err(`still waiting: ${pipeline.outbox?.bucket}/${name}; ${context.command('notices')} tells why`);
  return left.length === 0 ? 0 : 1;
}

/** Leaves out what may still be on its way; counts it. */
function withoutYoung({ now, onItsWayMs }: Pipeline, found: readonly Missing[]): { missing: readonly Missing[]; young: number } {
  const newest = now().getTime() - onItsWayMs;
  const missing = found.filter(({ object }) => onItsWayMs === 0 || Date.parse(object.created) <= newest);
  return { missing, young: found.length - missing.length };
}

async function findMissing(pipeline: Pipeline): Promise<readonly Missing[]> {
  const outcomes = await outcomesOf(pipeline);
  const missing = await unloaded(pipeline);
  const found = new Set(missing.filter(({ tellsEnd }) => tellsEnd).map(({ raw }) => keyOf(raw)));
  for await (const object of pipeline.raw.list('')) {
    const raw = isIgnored(object.name) ? undefined : parseRawName(object.name);
    // Other names end in a notice, without a run record.
    if (raw === undefined || pipeline.catalog.find(raw.source, raw.stream) === undefined) continue;
    const outcome = outcomes.get(keyOf(object)) ?? 'unknown';
    if (isEnd(outcome) || found.has(keyOf(object))) continue;
    missing.push({ store: pipeline.raw, object, raw: object, tellsEnd: false, why: BEFORE_THE_END[outcome] ?? 'not transformed' });
  }
  return missing;
}

/** What the ledger knows of each generation of a raw object. */
async function outcomesOf(pipeline: Pipeline): Promise<ReadonlyMap<string, string>> {
  const entries = await readLedger(pipeline, 'TRUE');
  return new Map(entries.map(({ rawObject, generation, outcome }) => [keyOf({ name: rawObject, generation }), outcome]));
}

/** Clean objects, run records and rejects too, that the warehouse has never heard of. */
async function unloaded(pipeline: Pipeline): Promise<Missing[]> {
  const isThere = (await pipeline.warehouse.columns(LOADS)) !== undefined;
  const rows = isThere ? await select(pipeline, 'SELECT DISTINCT clean_object FROM ops.loads') : [];
  const loaded = new Set(rows.map((row) => textOf(row, 'clean_object')));
  const missing: Missing[] = [];
  for await (const object of pipeline.clean.list('')) {
    const clean = isIgnored(object.name) ? undefined : parseCleanName(object.name);
    if (clean === undefined || loaded.has(object.name)) continue;
    const raw = { name: clean.raw.name, generation: clean.bytes.generation };
    const tellsEnd = clean.source !== BUILT_IN || clean.stream === 'runs';
    missing.push({ store: pipeline.clean, object, raw, tellsEnd, why: 'not loaded' });
  }
  return missing;
}

async function bringBack(pipeline: Pipeline, missing: readonly Missing[]): Promise<readonly Ending[]> {
  const brought = new Map<string, Generation>();
  for (const { store, object, raw } of missing) {
    const live = await pipeline.again(store, object);
    const generation = store === pipeline.raw && live !== undefined ? live : raw;
    brought.set(keyOf(generation), generation);
  }
  return await awaitEndings(pipeline, [...brought.values()]);
}

function keyOf({ name, generation }: Generation): string {
  return `${name}#${generation}`;
}
