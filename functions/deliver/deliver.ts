import type { CrmProvider } from '../../shared/crm/provider.ts';
import { countEndings, endedItems, forgetObject } from '../../shared/crm-store/outbox-items.ts';
import { type OutboxName, parseOutboxName } from '../../shared/crm-delivery/outbox-name.ts';
import { isIgnored } from '../../shared/names.ts';
import { PermanentError, TransientError } from '../../shared/errors.ts';
import type { StorageEvent } from '../../shared/events.ts';
import { type Answer, answer, deadline, emptyReport, type RunReport, type Subject, settle } from '../../shared/invocation.ts';
import type { DeliverDeps } from './deps.ts';
import { deliverGroup } from './group.ts';
import { lineGroups } from './lines.ts';
import { entryOf } from './parcels.ts';

interface Waiting {
  readonly waiting: number;
  /** Each once, in words that hold no value of a record. */
  readonly reasons: readonly string[];
}

const MOST_LINES = 500;
const MOST_REASONS = 3;

/**
 * Delivers the records of one object of OUTBOX. A record that has ended is never delivered again; the object goes once all have. What may
 * work later is thrown, so that the event comes again; records that are refused end in the audit, and one notice counts them.
 */
export async function deliver(deps: DeliverDeps, event: StorageEvent): Promise<Answer> {
  const { name, generation } = event;
  const subject: Subject = { object: name, generation, rerun: 'reconcile --redo' };
  if (isIgnored(name)) {
    deps.log('DEBUG', 'deliver.ignored', { object: name });
    return answer([emptyReport(subject, 'ignored')]);
  }
  const started = deps.now();
  let counts: ReadonlyMap<string, number> = new Map();
  try {
    const object = nameOf(name);
    const chunks = await deps.outbox.read(name, generation);
    if (chunks === undefined) {
      // A delivery that died when it had removed the object has left what it remembered of it.
      if ((await deps.outbox.stat(name)) === undefined) await forgetObject(deps.database.query, name);
      deps.log('INFO', 'deliver.ignored', { object: name, generation, reason: 'that generation is done, or a newer one is there' });
      return answer([emptyReport(subject, 'superseded')]);
    }
    const undone = await deliverAll(deps, object, chunks);
    counts = await countEndings(deps.database.query, name);
    if (undone.waiting > 0) throw notDelivered(undone, total(counts));
    const refused = counts.get('refused') ?? 0;
    if (refused > 0) throw refusal(refused, total(counts));
    await remove(deps, name, generation);
    return answer([reported(deps, subject, counts, started, 'delivered')]);
  } catch (error) {
    const failure = await settle(deps, 'deliver', event, subject, error, async ({ rule }) => {
      // What is given up after hours stays, for `reconcile --redo`.
      if (rule === 'refused') await remove(deps, name, generation);
    });
    const outcome = failure.rule === 'refused' ? 'refused' : 'failed';
    return answer([{ ...reported(deps, subject, counts, started, outcome), message: failure.message }]);
  }
}

function nameOf(name: string): OutboxName {
  const object = parseOutboxName(name);
  if (object !== undefined) return object;
  throw new PermanentError('name', `"${name.slice(0, 300)}" is no name of OUTBOX (<crm>/<contact|event|lead>/<YYYY-MM-DD>/<id>.<json|ndjson>)`);
}

/** Delivers what has not ended; resolves to how many records are not done, and why. */
async function deliverAll(deps: DeliverDeps, object: OutboxName, chunks: AsyncIterable<Uint8Array>): Promise<Waiting> {
  const provider = deps.providers.get(object.crmType);
  if (provider === undefined) throw new PermanentError('type', `${object.crmType} cannot be connected any more`);
  const signal = deadline(deps.timeoutMs);
  const held = new Map<string, string>();
  let waiting = 0;
  let isStuck = false;
  for await (const group of lineGroups(chunks, groupSize(provider, object))) {
    const [first, last] = [group[0]?.ordinal ?? 0, group.at(-1)?.ordinal ?? 0];
    const ended = await endedItems(deps.database.query, object.name, first, last);
    const open = group.filter(({ ordinal }) => !ended.has(ordinal));
    if (signal.aborted || isStuck) waiting += open.length;
    else if (open.length > 0) {
      const entries = open.map((line) => entryOf(line, object));
      const { left, unwritten } = await deliverGroup(deps, object, entries, held, signal);
      waiting += left + unwritten;
      // A CRM that takes nothing now would take nothing of the rest.
      isStuck = left === open.length;
    }
  }
  return { waiting, reasons: [...new Set(held.values())] };
}

/** As many lines as keep all the calls busy that a CRM allows at once. */
function groupSize({ limits }: CrmProvider, { kind, isBulk }: OutboxName): number {
  const perBatch = kind === 'event' ? limits.eventsPerBatch : limits.contactsPerBatch;
  return isBulk ? Math.min(MOST_LINES, perBatch * limits.concurrency) : 1;
}

/** The object goes first: should this process die then, only rows are left that nobody asks for. */
async function remove(deps: DeliverDeps, name: string, generation: string): Promise<void> {
  if (await deps.outbox.remove(name, generation)) await forgetObject(deps.database.query, name);
}

function notDelivered({ waiting, reasons }: Waiting, ended: number): TransientError {
  const why = reasons.length === 0 ? '' : `: ${reasons.slice(0, MOST_REASONS).join('; ')}`;
  return new TransientError('not-delivered', `${waiting} of ${waiting + ended} records could not be delivered yet${why}`, { counts: { waiting } });
}

function refusal(refused: number, records: number): PermanentError {
  return new PermanentError('refused', `${refused} of ${records} records are refused; crm.crm_sync_logs tells why`, { counts: { records, refused } });
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function reported(deps: DeliverDeps, subject: Subject, counts: ReadonlyMap<string, number>, started: Date, outcome: string): RunReport {
  const records = total(counts);
  const rejects = counts.get('refused') ?? 0;
  const loaded = (counts.get('delivered') ?? 0) + (counts.get('unchanged') ?? 0);
  const report = { ...emptyReport(subject, outcome), records, rows: records - rejects, rejects, loaded, ms: deps.now().getTime() - started.getTime() };
  if (outcome === 'delivered') deps.log('INFO', 'deliver.done', { object: subject.object, records, loaded, rejects, ms: report.ms });
  return report;
}
