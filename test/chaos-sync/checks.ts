import { CRM_TYPES, type Item } from './items.ts';
import type { World } from './world.ts';

interface Figures {
  readonly rows: number;
  readonly success: number;
  /** Rows that have waited in OUTBOX. */
  readonly queued: number;
  readonly fewest_attempts: number;
}

/** What is wrong at the end: something lost, doubled, left over, or not in the audit. */
export async function problemsOf({ crms, database, outbox, delivery }: World, items: readonly Item[]): Promise<{ problems: string[]; queued: number }> {
  const problems: string[] = [];
  const emails = items.filter(({ kind }) => kind === 'contact').map(({ email }) => email);
  const events = items.filter(({ kind }) => kind === 'event').map(({ email }) => email);
  for (const type of CRM_TYPES) {
    const standIn = crms.standIns[type];
    problems.push(
      ...differences(
        `contacts in ${type}`,
        emails,
        standIn.contacts().map(({ email }) => email),
      ),
    );
    problems.push(
      ...differences(
        `events in ${type}`,
        events,
        standIn.events().map(({ email }) => email),
      ),
    );
    if (standIn.violations.length > 0) problems.push(`${type} was sent what its contract does not allow: ${standIn.violations.slice(0, 3).join('; ')}`);
  }
  const [audit] = await database.query<Figures>(
    `SELECT count(*)::int AS rows, count(*) FILTER (WHERE status = 'success')::int AS success, count(outbox_object)::int AS queued,
       coalesce(min(attempts) FILTER (WHERE outbox_object IS NOT NULL), 2)::int AS fewest_attempts FROM crm.crm_sync_logs`,
  );
  const expected = items.length * CRM_TYPES.length;
  if (audit?.rows !== expected) problems.push(`the audit has ${audit?.rows} rows, not ${expected}`);
  if (audit?.success !== expected) problems.push(`${audit?.success} rows of the audit end with success, not ${expected}`);
  if ((audit?.fewest_attempts ?? 0) < 2) problems.push('something that was queued has ended after one attempt');
  const left = await Array.fromAsync(outbox.list(''));
  if (left.length > 0) problems.push(`${left.length} objects are left in OUTBOX, as ${left[0]?.name}`);
  const [acknowledged] = await database.query<{ n: number }>('SELECT count(*)::int AS n FROM crm.crm_outbox_items');
  if (acknowledged?.n !== 0) problems.push(`${acknowledged?.n} acknowledgements are left of objects that are gone`);
  if (delivery.deadLetters().length > 0) problems.push(`${delivery.deadLetters().length} events were given up`);
  return { problems, queued: audit?.queued ?? 0 };
}

function differences(what: string, expected: readonly string[], found: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const email of found) counts.set(email, (counts.get(email) ?? 0) + 1);
  const lost = expected.filter((email) => !counts.has(email));
  const doubled = [...counts].filter(([, count]) => count > 1).map(([email]) => email);
  const strange = [...counts.keys()].filter((email) => !expected.includes(email));
  return [
    ...(lost.length === 0 ? [] : [`${what}: ${lost.length} of ${expected.length} lost, as ${lost[0]}`]),
    ...(doubled.length === 0 ? [] : [`${what}: ${doubled.length} doubled, as ${doubled[0]}`]),
    ...(strange.length === 0 ? [] : [`${what}: ${strange.length} that nobody sent, as ${strange[0]}`]),
  ];
}
