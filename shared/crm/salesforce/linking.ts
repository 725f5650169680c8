import { failureOf, thrownResult, unconfirmed } from '../answers.ts';
import { at, isObject, listAt, textAt } from '../json.ts';
import type { ContactItem, ItemResult } from '../provider.ts';
import { notDone } from './answers.ts';
import { salesforceReading } from './errors.ts';
import type { Api } from './session.ts';
import { soqlText } from './soql.ts';

interface Link {
  readonly item: ContactItem;
  /** Of the record that has no external id yet. */
  readonly id: string;
}

/** An address may have 16,384 bytes, the instance and the head of the query included. */
const MAX_CONDITION = 8_000;

/** The external id of a contact: the caller's own, or its email. */
export function externalId({ externalId: given, contact }: ContactItem): string {
  return given ?? contact.email;
}

/**
 * Writes external ids into records that were made without one: else an upsert by it would make second ones. A record that has one keeps it. Resolves to
 * what became of the items for which that did not succeed; an upsert of them has to wait.
 */
export async function linkRecords(api: Api, field: string, items: readonly ContactItem[], signal: AbortSignal): Promise<ReadonlyMap<ContactItem, ItemResult>> {
  const failures = new Map<ContactItem, ItemResult>();
  for (const group of groupsOf(items.filter(({ unlinked }) => unlinked !== undefined))) {
    if (signal.aborted) break;
    const failed = await linkGroup(api, field, group).catch((error: unknown) => failAll(group, thrownResult(error)));
    for (const [item, result] of failed) failures.set(item, result);
  }
  return failures;
}

function groupsOf(items: readonly ContactItem[]): readonly (readonly ContactItem[])[] {
  const groups: ContactItem[][] = [];
  let left = 0;
  for (const item of items) {
    const length = encodeURIComponent(` OR ${conditionOf(item)}`).length;
    if (length > left) {
      groups.push([]);
      left = MAX_CONDITION;
    }
    groups.at(-1)?.push(item);
    left -= length;
  }
  return groups;
}

function conditionOf({ contact, unlinked }: ContactItem): string {
  const byEmail = `Email = ${soqlText(contact.email)}`;
  return typeof unlinked?.crmId === 'string' ? `${byEmail} OR Id = ${soqlText(unlinked.crmId)}` : byEmail;
}

async function linkGroup(api: Api, field: string, items: readonly ContactItem[]): Promise<ReadonlyMap<ContactItem, ItemResult>> {
  const soql = `SELECT Id, Email, ${field} FROM Contact WHERE ${items.map(conditionOf).join(' OR ')} ORDER BY CreatedDate, Id`;
  const answer = await api({ method: 'GET', path: `/query/?q=${encodeURIComponent(soql)}` });
  const records = at(answer.body, 'records');
  if (answer.status !== 200 || !Array.isArray(records)) return failAll(items, notDone(answer));
  const found = linksOf(field, items, records);
  const uses = await Promise.all(found.map(({ item }) => useOf(api, field, externalId(item))));
  const failures = new Map(found.flatMap(({ item }, index) => (typeof uses[index] === 'object' ? [[item, uses[index]] as const] : [])));
  const written = await writeLinks(
    api,
    field,
    found.filter((_, index) => uses[index] === 'free'),
  );
  return new Map([...failures, ...written]);
}

/** The record without an external id that is known to be the contact's, else the oldest with its email; each record and each external id once. */
function linksOf(field: string, items: readonly ContactItem[], records: readonly unknown[]): readonly Link[] {
  const free = records.filter((record) => keyOf(record, field) === undefined);
  const links: Link[] = [];
  const taken = new Set<string>();
  for (const item of items) {
    const open = free.filter((record) => !taken.has(`id ${textAt(record, 'Id')}`));
    const known = open.find((record) => textAt(record, 'Id') === item.unlinked?.crmId);
    const id = textAt(known ?? open.find((record) => textAt(record, 'Email')?.toLowerCase() === item.contact.email), 'Id');
    const key = `key ${externalId(item).toLowerCase()}`;
    if (id === undefined || taken.has(key)) continue;
    taken.add(`id ${id}`).add(key);
    links.push({ item, id });
  }
  return links;
}

/** What a record has as its external id; the settings may write the name of the field in other cases. */
function keyOf(record: unknown, field: string): unknown {
  const [, key] = (isObject(record) ? Object.entries(record) : []).find(([name]) => name.toLowerCase() === field.toLowerCase()) ?? [];
  return key ?? undefined;
}

/** Whether a record has this external id, asked in the way that knows the type of the field; else why that is not known. */
async function useOf(api: Api, field: string, value: string): Promise<'free' | 'used' | ItemResult> {
  const answer = await api({ method: 'GET', path: `/sobjects/Contact/${encodeURIComponent(field)}/${encodeURIComponent(value)}?fields=Id` });
  if (answer.status === 404) return 'free';
  return answer.status === 200 || answer.status === 300 ? 'used' : notDone(answer);
}

async function writeLinks(api: Api, field: string, links: readonly Link[]): Promise<ReadonlyMap<ContactItem, ItemResult>> {
  if (links.length === 0) return new Map();
  const records = links.map(({ item, id }) => ({ attributes: { type: 'Contact' }, id, [field]: externalId(item) }));
  const answer = await api({ method: 'PATCH', path: '/composite/sobjects', json: { allOrNone: false, records } });
  const rows = Array.isArray(answer.body) ? answer.body : [];
  const all = links.map(({ item }) => item);
  if (answer.status !== 200) return failAll(all, notDone(answer));
  if (rows.length !== links.length) return failAll(all, unconfirmed(answer));
  const isDone = (index: number): boolean => at(rows[index], 'success') === true;
  const failure = (index: number): ItemResult => failureOf({ ...answer, status: 400 }, salesforceReading(listAt(rows[index], 'errors')));
  return new Map(all.flatMap((item, index) => (isDone(index) ? [] : [[item, failure(index)] as const])));
}

function failAll(items: readonly ContactItem[], result: ItemResult): ReadonlyMap<ContactItem, ItemResult> {
  return new Map(items.map((item) => [item, result]));
}
