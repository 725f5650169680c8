import { isSourceNumber } from '../../shared/json/lossless.ts';
import type { Members } from '../../shared/vocabulary/pages.ts';

type Kind = 'email' | 'phone' | 'name' | 'address' | 'secret';

/** By name; `product_name` is no person's. */
const NAMES: readonly [Kind, RegExp][] = [
  ['email', /e_?mail/],
  ['phone', /phone|mobile|(?:^|_)(?:tel|cell|fax)(?:_|$)/],
  [
    'name',
    /^name$|(?:^|_)(?:first|last|full|given|family|middle|sur|nick|maiden|user|customer|contact|person|owner|employee|rep|agent|lead|buyer|author|created_by|updated_by)_?name$/,
  ],
  ['name', /^(?:surname|username|sales_?rep|contact|owner|salutation)$/],
  ['address', /street|(?:^|_)address(?:_|$)|(?:^|_)ip$/],
  ['secret', /iban|ssn|passport|tax_?id|national_?id|birth|(?:^|_)dob$/],
];
const EMAIL = /[^\s@<>",;:]+@[^\s@<>",;:]+\.[A-Za-z]{2,}/g;
const PHONE = /^\+?[\d\s().-]{8,20}$/;
const POSTCODE = /zip|post_?(?:al_?)?code|postcode/;

/** What of a person a field holds, by its name, or by what all its values look like; undefined where it looks like nothing of the kind. */
export function personalKind(name: string, values: readonly unknown[] = []): Kind | undefined {
  const snake = snakeCase(name);
  const [kind] = NAMES.find(([, pattern]) => pattern.test(snake)) ?? [];
  if (kind !== undefined) return kind;
  const texts = values.filter((value) => typeof value === 'string' && value !== '');
  if (texts.length > 0 && texts.every((text) => String(text).replace(EMAIL, '') === '')) return 'email';
  return texts.length > 0 && texts.every((text) => PHONE.test(String(text)) && String(text).startsWith('+')) ? 'phone' : undefined;
}

/** Whether a field's digits are no number: nobody adds phone numbers or postal codes. */
export function isWrittenAsDigits(name: string): boolean {
  const snake = snakeCase(name);
  return POSTCODE.test(snake) || personalKind(snake) === 'phone' || personalKind(snake) === 'secret';
}

/** Replaces what looks personal; the same value becomes the same one, another value another one, and a type stays. */
export function anonymiser(kinds: ReadonlyMap<string, Kind>): (record: Members) => Members {
  const aliases = new Map<string, number>();

  function alias(kind: Kind, value: unknown): number {
    const id = `${kind} ${JSON.stringify(value)}`;
    const known = aliases.get(id) ?? [...aliases.keys()].filter((other) => other.startsWith(`${kind} `)).length + 1;
    aliases.set(id, known);
    return known;
  }

  function replaced(name: string, value: unknown, kind = kinds.get(name) ?? personalKind(name)): unknown {
    if (value === null || value === undefined || value === '' || typeof value === 'boolean') return value;
    if (Array.isArray(value)) return value.map((item) => replaced(name, item, kind));
    if (typeof value === 'object' && !isSourceNumber(value))
      return Object.fromEntries(Object.entries(value).map(([member, item]) => [member, replaced(member, item)]));
    if (kind !== undefined) return standIn(kind, value, alias(kind, value));
    return typeof value === 'string' ? value.replace(EMAIL, (email) => `person${alias('email', email)}@example.com`) : value;
  }

  return (record) => Object.fromEntries(Object.entries(record).map(([name, value]) => [name, replaced(name, value)]));
}

function standIn(kind: Kind, value: unknown, number: number): unknown {
  if (typeof value !== 'string') return kind === 'phone' || kind === 'secret' ? 5_550_100 + number : number;
  switch (kind) {
    case 'email':
      return `person${number}@example.com`;
    case 'name':
      return `Person ${number}`;
    case 'address':
      return `Street ${number}`;
    default:
      return sameShape(value, number);
  }
}

/** Other digits and letters in the same places, so that it is read by the same rules; a date stays one. */
function sameShape(text: string, number: number): string {
  if (/^\d{4}-\d\d-\d\d/.test(text)) return `1990-01-${String((number % 28) + 1).padStart(2, '0')}${text.slice(10)}`;
  const digits = text.match(/\d/g)?.length ?? 0;
  const code = `${'5'.repeat(Math.max(0, digits - 3))}${String(100 + number).slice(-Math.min(3, digits))}`;
  let at = 0;
  return text.replaceAll(/\d/g, () => code[at++] ?? '0').replaceAll(/[A-Za-z]/g, 'X');
}

function snakeCase(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();
}
