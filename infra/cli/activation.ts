import { createHash } from 'node:crypto';
import { entryOf } from '../../functions/deliver/parcels.ts';
import { CONTACT_FIELDS } from '../../shared/crm/contact.ts';
import { losesDigits } from '../../shared/crm/json.ts';
import type { CrmType } from '../../shared/crm/provider.ts';
import { type OutboxName, outboxName, parseOutboxName } from '../../shared/crm-delivery/outbox-name.ts';
import { digest } from '../../shared/crm-store/digest.ts';
import type { QueryResult } from '../../shared/warehouse/warehouse.ts';
import { CommandError } from './cli-error.ts';
import { uniqueNames } from './rows.ts';
import type { Cell } from './table.ts';

/** What the rows of a query are to become. */
export interface Activation {
  readonly to: CrmType;
  readonly kind: 'contact' | 'event';
  /** Whose connection to the CRM is used, where the rows do not say (column user_id). */
  readonly user: string | undefined;
  /** What all rows are called, where they do not say (column event_name). */
  readonly event: string | undefined;
  /** Makes the names of the objects different from those of another run. */
  readonly query: string;
  readonly at: Date;
}

/** One object of OUTBOX before it is written. */
export interface BulkObject {
  readonly name: string;
  readonly lines: readonly string[];
}

/** What becomes of a query's rows. */
export interface Plan {
  readonly objects: readonly BulkObject[];
  /** Column to where it goes. */
  readonly columns: readonly (readonly [column: string, place: string])[];
  /** Rows that `deliver` would refuse, with the field and the rule. */
  readonly refused: readonly { readonly row: number; readonly problem: string }[];
}

type Reader = (cell: Cell) => unknown;

/** Where a column goes: a member of the parcel, of its contact, its event or its properties. */
interface Place {
  readonly in: 'parcel' | 'contact' | 'event' | 'properties' | 'all properties';
  readonly name: string;
  readonly read: Reader;
}

/** So many rows an object: a delivery of them ends well within the time of one call. */
const ROWS_AN_OBJECT = 5_000;
const PARCEL_COLUMNS: Readonly<Record<string, Reader>> = { user_id: asText, key: asText, occurred_at: asTime, external_id: asText };
const EVENT_COLUMNS: Readonly<Record<string, Reader>> = { event_name: asText, timestamp: asTime, value: asNumber };
const CONTACT_OF_EVENT: readonly string[] = ['email', 'phone'];

/** Turns rows into objects of OUTBOX; throws CommandError where no row could be delivered. */
export function planActivation({ columns, rows }: QueryResult, activation: Activation): Plan {
  const names = uniqueNames(columns.map(({ name }) => name.toLowerCase()));
  const places = names.map((name, index) => placeOf(name, columns[index]?.type ?? '', activation.kind));
  assertComplete(names, activation);
  const bulks: { target: OutboxName; lines: string[] }[] = [];
  const refused: { row: number; problem: string }[] = [];
  for (const [index, row] of rows.entries()) {
    const text = JSON.stringify(parcelOf(row, places, activation));
    const last = bulks.at(-1);
    const bulk = last === undefined || last.lines.length >= ROWS_AN_OBJECT ? { target: targetOf(activation, bulks.length + 1), lines: [] } : last;
    if (bulk !== last) bulks.push(bulk);
    const entry = entryOf({ ordinal: bulk.lines.length, text }, bulk.target);
    if ('problem' in entry) refused.push({ row: index + 1, problem: entry.problem });
    else bulk.lines.push(text);
  }
  const objects = bulks.filter(({ lines }) => lines.length > 0).map(({ target, lines }) => ({ name: target.name, lines }));
  return { objects, refused, columns: names.map((name, index) => [name, wordsOf(places[index])]) };
}

function placeOf(column: string, type: string, kind: Activation['kind']): Place {
  const parcel = PARCEL_COLUMNS[column];
  if (parcel !== undefined) return { in: 'parcel', name: column, read: parcel };
  const event = kind === 'event' ? EVENT_COLUMNS[column] : undefined;
  if (event !== undefined) return { in: 'event', name: column, read: event };
  const isContact = kind === 'contact' ? CONTACT_FIELDS.some((field) => field === column) : CONTACT_OF_EVENT.includes(column);
  if (isContact) return { in: 'contact', name: column, read: asText };
  if (column === (kind === 'contact' ? 'custom_properties' : 'properties')) return { in: 'all properties', name: column, read: asJson };
  return { in: 'properties', name: column, read: /^(?:JSON|ARRAY|STRUCT)/.test(type) ? asJson : (cell) => cell };
}

function assertComplete(names: readonly string[], { kind, user, event }: Activation): void {
  const missing = (column: string, instead: string): CommandError => new CommandError(`the query gives no column ${column}${instead}`);
  if (!names.includes('email')) throw missing('email', ': every contact and event needs one');
  if (user === undefined && !names.includes('user_id')) throw missing('user_id', ': add it, or name the user with --user');
  if (kind === 'contact') return;
  if (event === undefined && !names.includes('event_name')) throw missing('event_name', ': add it, or name the event with --event');
  if (!names.includes('timestamp')) throw missing('timestamp', ': without the time of an event nobody could tell a repeat from another one');
}

function parcelOf(row: readonly Cell[], places: readonly Place[], { kind, user, event: eventName, at }: Activation) {
  const parts = {
    parcel: new Map<string, unknown>(),
    contact: new Map<string, unknown>(),
    event: new Map<string, unknown>(),
    properties: new Map<string, unknown>(),
  };
  for (const [index, { in: part, name, read }] of places.entries()) {
    const cell = row[index] ?? null;
    if (cell === null || cell === '') continue;
    const value = read(cell);
    if (part !== 'all properties') parts[part].set(name, value);
    else if (typeof value === 'object' && value !== null) for (const [key, member] of Object.entries(value)) parts.properties.set(key, member);
    // What is no object is refused by the schema, by its name.
    else parts.properties.set(name, value);
  }
  const properties = Object.fromEntries(parts.properties);
  const contact = Object.fromEntries(parts.contact);
  const head = { user_id: user, source: 'activate', occurred_at: at.toISOString(), ...Object.fromEntries(parts.parcel) };
  if (kind === 'contact') return { ...head, contact: parts.properties.size === 0 ? contact : { ...contact, custom_properties: properties } };
  const event = { event_name: eventName, ...Object.fromEntries(parts.event), ...(parts.properties.size === 0 ? {} : { properties }) };
  // The same row again is the same event.
  return { key: `activate ${digest(head.user_id, contact, event)}`, ...head, contact, event };
}

function targetOf({ to, kind, query, at }: Activation, part: number): OutboxName {
  const stamp = at
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '');
  const hash = createHash('sha256').update(`${at.getTime()} ${query}`).digest('hex').slice(0, 8);
  const name = parseOutboxName(outboxName(to, kind, at, `${stamp}-activate-${hash}-${part}`, true));
  if (name === undefined) throw new Error('the name of an activation is not of the grammar');
  return name;
}

function wordsOf(place: Place | undefined): string {
  if (place === undefined) return '';
  if (place.in === 'all properties') return 'each member is a property';
  return place.in === 'properties' ? `property ${place.name}` : place.in === 'parcel' ? `${place.name} of the record` : `${place.in} ${place.name}`;
}

function asText(cell: Cell): string {
  return String(cell);
}

/** A date is its beginning in UTC. */
function asTime(cell: Cell): string {
  const text = String(cell);
  return /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
}

/** What is none stays as it is, and is refused by the schema. */
function asNumber(cell: Cell): unknown {
  const number = String(cell).trim() === '' ? Number.NaN : Number(cell);
  return Number.isFinite(number) ? number : cell;
}

/** What would lose digits stays a text. */
function asJson(cell: Cell): unknown {
  try {
    const text = String(cell);
    return losesDigits(text) ? cell : JSON.parse(text);
  } catch {
    return cell;
  }
}
