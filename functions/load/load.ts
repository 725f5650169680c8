import type { Catalog } from '../../shared/catalog.ts';
import { PermanentError } from '../../shared/errors.ts';
import type { StorageEvent } from '../../shared/events.ts';
import { type Answer, answer, emptyReport, type RunReport, type Subject, type Surroundings, settle, shellWord } from '../../shared/invocation.ts';
import { isIgnored, parseCleanName } from '../../shared/names.ts';
import type { ObjectStore } from '../../shared/object-store/object-store.ts';
import { prepareOps } from '../../shared/warehouse/ledger.ts';
import type { LedgerRow, LoadOutcome, LoadPlan, ReadyCounts, Warehouse } from '../../shared/warehouse/warehouse.ts';
import { isEnded, objectHash, runJob } from './jobs.ts';
import { originalOf } from './originals.ts';
import { isFact, planOf, type Work } from './plan.ts';
import { prepareTarget } from './target.ts';
import { spreadFields } from './unknown-columns.ts';

export interface LoadDeps extends Surroundings {
  readonly clean: ObjectStore;
  readonly catalog: Catalog;
  readonly warehouse: Warehouse;
}

type Counts = Pick<LedgerRow, 'rows' | 'duplicates' | 'loaded' | 'superseded'>;

const NO_COUNTS: Counts = { rows: 0, duplicates: 0, loaded: 0, superseded: 0 };

/** Puts one clean object into its table: stage, ready, apply, verify, the stage goes, ledger: what is recorded leaves nothing to do. */
export async function load(deps: LoadDeps, event: StorageEvent): Promise<Answer> {
  const subject: Subject = { object: event.name, generation: event.generation, rerun: 'reconcile --redo' };
  if (isIgnored(event.name)) return answer([emptyReport(subject, 'ignored')]);
  let work: Work | undefined;
  try {
    work = await findWork(deps, event);
    if (work === undefined) return answer([emptyReport(subject, 'superseded')]);
    return answer([await loadWork(deps, work)]);
  } catch (error) {
    const told = work === undefined ? subject : subjectOf(work, error);
    const failure = await settle(deps, 'load', event, told, error, async (permanent) => {
      if (work !== undefined) await endFailed(deps, work, permanent);
    });
    return answer([{ ...emptyReport(told, failure.details.gate === undefined ? 'failed' : 'refused'), message: failure.message }]);
  }
}

async function findWork(deps: LoadDeps, event: StorageEvent): Promise<Work | undefined> {
  const clean = parseCleanName(event.name);
  if (clean === undefined)
    throw new PermanentError('name', `"${event.name.slice(0, 300)}" is no clean object's name; only transform writes into the clean bucket`);
  const stream = deps.catalog.find(clean.source, clean.stream);
  if (stream === undefined) throw new PermanentError('stream', `there is no stream "${clean.source}/${clean.stream}"; the verb streams lists them`);
  const info = await deps.clean.stat(event.name);
  if (info?.generation !== event.generation) return undefined;
  return { event, stream, clean, hash: objectHash(event.name, event.generation), started: deps.now() };
}

async function loadWork(deps: LoadDeps, work: Work): Promise<RunReport> {
  const { warehouse } = deps;
  await prepareOps(warehouse);
  const plan = planOf(work, deps.now());
  const ended = (await isEnded(warehouse, 'ready', work.hash)) ? await applyStaged(deps, work, plan) : await stageAndApply(deps, work, plan);
  const { outcome, counts } = ended;
  await end(deps, work, ended);
  // An object without rows of its own is seen in the ledger only: an older load that came before the record has not seen it.
  if (outcome !== 'superseded' && counts.loaded === 0) await repair(deps, work, plan);
  const report = reportOf(deps, work, outcome, counts);
  deps.log('INFO', 'load.done', {
    ...namesOf(work),
    outcome,
    rows: counts.rows,
    loaded: counts.loaded,
    superseded: counts.superseded,
    duplicates: counts.duplicates,
    ms: report.ms,
  });
  return report;
}

/** How a load ended. */
interface End {
  readonly outcome: LoadOutcome;
  readonly counts: Counts;
  readonly rule?: string;
  readonly message?: string;
}

/** Prepares the table and stages the clean rows; bytes that are loaded under another name end here. */
async function stageAndApply(deps: LoadDeps, work: Work, plan: LoadPlan): Promise<End> {
  const { warehouse } = deps;
  await prepareTarget(warehouse, plan.target);
  const { rows } = await runJob('stage', work.hash, (id) => warehouse.stage(id, plan));
  const original = isFact(work.stream) ? await originalOf(warehouse, work.clean, work.hash) : undefined;
  if (original !== undefined) return { outcome: 'duplicate', counts: { ...NO_COUNTS, rows, duplicates: rows }, message: `duplicate of ${original}` };
  // Before anything is counted: rows that do not belong there would look like a loss when they go.
  await repair(deps, work, plan);
  return await applyStaged(deps, work, work.stream.unknown === 'columns' ? await spreadFields(warehouse, plan) : plan);
}

async function applyStaged(deps: LoadDeps, work: Work, plan: LoadPlan): Promise<End> {
  const ready = await runJob('ready', work.hash, (id) => deps.warehouse.ready(id, plan));
  const counts = await applyReady(deps, work, plan, ready);
  const outcome = counts.loaded > 0 || (ready.ready === 0 && ready.newer === 0) ? 'loaded' : 'superseded';
  return { outcome, counts };
}

async function applyReady(deps: LoadDeps, work: Work, plan: LoadPlan, ready: ReadyCounts): Promise<Counts> {
  const { rows } = ready;
  const duplicates = rows - ready.ready;
  if (ready.newer > 0) return { rows, duplicates, loaded: 0, superseded: ready.ready };
  refuseDrop(work, ready);
  const { loaded } = await runJob('apply', work.hash, (id) => deps.warehouse.apply(id, plan));
  await repair(deps, work, plan);
  return { rows, duplicates, loaded, superseded: ready.ready - loaded };
}

/** Checks the invariant of the mode; whatever two loads at the same moment, or a person, have left is put right. */
async function repair(deps: LoadDeps, work: Work, plan: LoadPlan): Promise<void> {
  const rows = await deps.warehouse.verifyAndRepair(plan);
  if (rows > 0) deps.log('WARNING', 'load.repaired', { ...namesOf(work), rows });
}

/** The gate `drop`: a snapshot that would take away too much at once waits for a person. */
function refuseDrop({ stream, clean }: Work, { ready, older }: ReadyCounts): void {
  const { drop } = stream.expect;
  if (stream.write.mode !== 'replace' || older === 0 || older - ready < older * drop || clean.accept.includes('drop')) return;
  throw new PermanentError('drop', `${ready} rows would replace ${older}, a loss of ${drop * 100} % or more; the table keeps what it has`, {
    gate: 'drop',
    counts: { ready, older },
  });
}

async function endFailed(deps: LoadDeps, work: Work, failure: PermanentError): Promise<void> {
  await prepareOps(deps.warehouse);
  const { rule, message, details } = failure;
  await end(deps, work, { outcome: details.gate === undefined ? 'failed' : 'refused', counts: NO_COUNTS, rule, message });
}

/** Records an end, when nothing of the work is left: what the ledger has as ended is never looked at again. */
async function end(deps: LoadDeps, work: Work, { outcome, counts, rule, message }: End): Promise<void> {
  const { clean } = work;
  await deps.warehouse.dropStage(planOf(work, deps.now()));
  const row: LedgerRow = {
    source: clean.source,
    stream: clean.stream,
    raw_object: clean.raw.name,
    raw_generation: clean.bytes.generation,
    run_time: clean.raw.runTime,
    clean_object: clean.name,
    outcome,
    rule: rule ?? null,
    message: message ?? null,
    accept: clean.accept.length === 0 ? null : clean.accept.join('+'),
    ...counts,
    ms: deps.now().getTime() - work.started.getTime(),
    code_version: deps.codeVersion,
    loaded_at: deps.now().toISOString(),
  };
  await runJob('record', `${work.hash}_${outcome}`, (id) => deps.warehouse.record(id, row));
}

function reportOf(deps: LoadDeps, work: Work, outcome: LoadOutcome, counts: Counts): RunReport {
  const ms = deps.now().getTime() - work.started.getTime();
  return { ...emptyReport(subjectOf(work, undefined), outcome), rows: counts.rows, loaded: counts.loaded, ms };
}

function subjectOf({ clean, event }: Work, error: unknown): Subject {
  const gate = error instanceof PermanentError ? error.details.gate : undefined;
  const accept = gate === undefined ? '' : ` --accept ${gate}`;
  return {
    source: clean.source,
    stream: clean.stream,
    object: clean.name,
    generation: event.generation,
    rerun: `replay ${shellWord(clean.raw.name)}${accept}`,
  };
}

function namesOf({ clean, event }: Work): Record<string, string> {
  return { source: clean.source, stream: clean.stream, object: clean.name, generation: event.generation };
}
