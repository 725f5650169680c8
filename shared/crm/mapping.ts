import { CONTACT_FIELDS, type ContactField } from './contact.ts';
import type { ContactItem, CrmProvider, Delivered, Refused } from './provider.ts';

type Mapped = Pick<CrmProvider, 'fields' | 'required' | 'title'>;

/** A contact in the words of one CRM. */
export interface MappedContact {
  /** By the CRM's name of the field; null empties it. */
  readonly values: ReadonlyMap<string, string | null>;
  /** Custom properties as they came; null empties one. */
  readonly custom: ReadonlyMap<string, unknown>;
  readonly warnings: readonly string[];
}

const CUSTOM = 'custom_properties.';

/** Names the fields as the CRM does. What is missing or null is not mentioned, so that it stays what it is, unless the item says that it is to be emptied. */
export function mapContact({ fields, title }: Mapped, { contact, wipe = [] }: ContactItem): MappedContact {
  const values = new Map<string, string | null>();
  const warnings: string[] = [];
  for (const field of CONTACT_FIELDS) {
    const value = contact[field];
    const target = fields[field];
    if (value !== undefined && target !== null) values.set(target, value);
    else if (value !== undefined) warnings.push(`${field}: ${title} has no such field; it was left out`);
    else if (wipe.includes(field) && target !== null) values.set(target, null);
  }
  const custom = new Map<string, unknown>(Object.entries(contact.custom_properties ?? {}).filter(([, value]) => value !== null));
  for (const name of wipe.filter((wiped) => wiped.startsWith(CUSTOM)).map((wiped) => wiped.slice(CUSTOM.length))) {
    if (!custom.has(name)) custom.set(name, null);
  }
  return { values, custom, warnings };
}

/** The refusal of a contact that lacks what the CRM needs; undefined where it has it. */
export function missingFields({ required, title }: Mapped, { contact }: Pick<ContactItem, 'contact'>): Refused | undefined {
  const missing: readonly ContactField[] = required.filter((field) => (contact[field] ?? '') === '');
  if (missing.length === 0) return undefined;
  return {
    outcome: 'refused',
    code: 'required_fields_missing',
    message: `${title} needs ${missing.join(' and ')}: send ${missing.length === 1 ? 'it' : 'them'} too`,
  };
}

/** What a delivered contact went without; nothing where that is nothing. */
export function withWarnings({
  warnings,
  leftOut = [],
}: Pick<MappedContact, 'warnings'> & Pick<Delivered, 'leftOut'>): Pick<Delivered, 'warnings' | 'leftOut'> {
  return { ...(warnings.length === 0 ? {} : { warnings }), ...(leftOut.length === 0 ? {} : { leftOut }) };
}
