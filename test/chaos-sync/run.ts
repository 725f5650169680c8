import { setTimeout as wait } from 'node:timers/promises';
import { diceOf } from '../chaos/dice.ts';
import { seeded } from '../support/random.ts';
import { problemsOf } from './checks.ts';
import { sendUntilAnswered } from './client.ts';
import { CRM_TYPES, itemsOf } from './items.ts';
import type { World } from './world.ts';

export interface RunOptions {
  readonly seed: number;
  /** So many contacts, and so many events. */
  readonly people: number;
  /** How many of the answers of the CRMs fail, from 0 to 1. */
  readonly failing: number;
  /** The longest time between two kills, in milliseconds. */
  readonly killEveryMs: number;
}

export interface RunResult {
  readonly problems: readonly string[];
  readonly kills: Readonly<Record<'sync' | 'deliver', number>>;
  /** Requests that a caller had to repeat. */
  readonly repeats: number;
  /** Items of a CRM that have waited in OUTBOX. */
  readonly queued: number;
  /** Calls that the CRMs have seen. */
  readonly calls: number;
}

const CALLERS = 48;
/** Salesforce is told how to know a record again: without that it is at least once. */
const SETTINGS = { salesforce: { external_id_field: 'Sync_Key__c', event_external_id_field: 'Sync_Key__c' } };

/**
 * Sends a contact and an event of each person to four CRMs that fail at random, while both processes are killed at random moments, and looks
 * at the end what the CRMs have. What is drawn follows from the seed; the moments at which processes do something do not.
 */
export async function runChaosSync(world: World, { seed, people, failing, killEveryMs }: RunOptions): Promise<RunResult> {
  const { crms, processes } = world;
  const problems = await connectAll(world);
  for (const [index, type] of CRM_TYPES.entries()) crms.standIns[type].failAtRandom(failing, seeded(seed + index));
  const over = new AbortController();
  const killing = killAtRandom(world, seed, killEveryMs, over.signal);
  const pairs = itemsOf(people);
  const turns = pairs.values();
  let repeats = 0;
  async function caller(): Promise<void> {
    for (const pair of turns) {
      for (const { path, body, key } of pair) {
        const answered = await sendUntilAnswered(processes.sync, 'POST', path, body, key);
        repeats += answered.repeats;
        const outcomes = Object.values(answered.body.data?.results ?? {}).map(({ outcome }) => outcome);
        if (answered.status > 202 || outcomes.length !== CRM_TYPES.length)
          problems.push(`${key} was answered ${answered.status} with ${outcomes.length} results`);
      }
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, caller));
  await drained(world);
  over.abort();
  await killing;
  await drained(world);
  const found = await problemsOf(world, pairs.flat());
  return {
    problems: [...problems, ...found.problems],
    kills: { sync: processes.sync.kills, deliver: processes.deliver.kills },
    repeats,
    queued: found.queued,
    calls: CRM_TYPES.reduce((sum, type) => sum + crms.standIns[type].calls.length, 0),
  };
}

async function connectAll({ crms, processes }: World): Promise<string[]> {
  const problems: string[] = [];
  for (const type of CRM_TYPES) {
    const { credentials } = crms.standIns[type];
    const settings = type === 'salesforce' ? SETTINGS.salesforce : {};
    const { status } = await sendUntilAnswered(processes.sync, 'POST', '/crm/connect', { crm_type: type, credentials, settings }, `connect-${type}`);
    if (status !== 200) problems.push(`${type} is not connected: ${status}`);
  }
  return problems;
}

async function killAtRandom({ processes }: World, seed: number, everyMs: number, over: AbortSignal): Promise<void> {
  const dice = diceOf(seed);
  while (!over.aborted) {
    await wait(dice.below(everyMs), undefined, { signal: over }).catch(() => undefined);
    if (!over.aborted) await processes[dice.pick(['sync', 'deliver'] as const)].kill();
  }
}

/** Until OUTBOX is empty. */
async function drained({ delivery, outbox }: World): Promise<void> {
  do await delivery.idle();
  while ((await Array.fromAsync(outbox.list(''))).length > 0);
}
