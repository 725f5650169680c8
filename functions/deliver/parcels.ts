import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { utc } from '../../shared/crm/event.ts';
import { CRM_FORMATS } from '../../shared/crm/formats.ts';
import { hasInfinity, losesDigits } from '../../shared/crm/json.ts';
import type { OutboxName } from '../../shared/crm-delivery/outbox-name.ts';
import { MAX_KEY, type Parcel, type ParcelKind, parcelSchema } from '../../shared/crm-delivery/parcel.ts';
import type { Line } from './lines.ts';

/** A record of an object: a parcel, or why it is none (fields and rules, never values). */
export type Entry = { readonly ordinal: number; readonly parcel: Parcel } | BadEntry;

export interface BadEntry {
  readonly ordinal: number;
  readonly problem: string;
  readonly userId: string | undefined;
  readonly key: string;
}

const ajv = new Ajv2020({ formats: CRM_FORMATS, allowUnionTypes: true, strictRequired: false });
const validators = new Map<ParcelKind, ValidateFunction>();
const DEFAULTS = { source: 'outbox' };
const MAX_USER_ID = 255;
/** Its escape: behind an even number of backslashes it is one, behind an odd one it is text. */
const NUL = /(?<!\\)(?:\\\\)*\\u0000/;

/** Reads a line of an object; a bulk line without a key or a time gets those of its place and of the object's date. */
export function entryOf({ ordinal, text, problem: bad }: Line, { name, kind, date }: OutboxName): Entry {
  const key = `${name}#${ordinal}`;
  const value = text === undefined ? undefined : parsed(text);
  const problem =
    text === undefined ? (bad ?? 'the line has no text') : value === undefined ? 'the line is no JSON' : (problemOf(value, kind) ?? lostDigits(text));
  if (problem !== undefined) return { ordinal, problem, ...whoOf(value, key) };
  const given = value as Partial<Parcel> & Pick<Parcel, 'user_id' | 'contact'>;
  // PostgreSQL takes no offset beyond 15:59, and without one it would be the time of its session.
  const occurredAt = given.occurred_at === undefined ? `${date}T00:00:00.000Z` : utc(given.occurred_at);
  return { ordinal, parcel: { ...DEFAULTS, key, ...given, occurred_at: occurredAt } };
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    // PostgreSQL keeps no NUL, and half a character is no text.
    return NUL.test(text) || !JSON.stringify(value).isWellFormed() ? undefined : value;
  } catch {
    return undefined;
  }
}

function problemOf(value: unknown, kind: ParcelKind): string | undefined {
  if (hasInfinity(value)) return 'the record has a number beyond ±1.8e308';
  const validate = validators.get(kind) ?? ajv.compile(parcelSchema(kind));
  validators.set(kind, validate);
  if (validate(value)) return undefined;
  const [error] = validate.errors ?? [];
  const field = (error?.instancePath ?? '').slice(1).replaceAll('/', '.');
  return `${field === '' ? 'the record' : field}: ${error?.message ?? 'is not valid'}`;
}

function lostDigits(text: string): string | undefined {
  return losesDigits(text) ? 'the record has a whole number that loses digits (beyond 2^53): write it as a text' : undefined;
}

/** Whose audit tells of a record that is no parcel. */
function whoOf(value: unknown, place: string): { userId: string | undefined; key: string } {
  if (typeof value !== 'object' || value === null) return { userId: undefined, key: place };
  const { user_id: user, key } = value as Readonly<Record<string, unknown>>;
  const isUser = typeof user === 'string' && user.length <= MAX_USER_ID && user.trim() !== '';
  return { userId: isUser ? user : undefined, key: typeof key === 'string' && key.length <= MAX_KEY ? key : place };
}
