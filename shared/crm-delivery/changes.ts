import { CONTACT_FIELDS, type ContactField, type StandardContact } from '../crm/contact.ts';
import type { ContactItem } from '../crm/provider.ts';
import { digest } from '../crm-store/digest.ts';
import type { ItemState } from '../crm-store/item-states.ts';

/** What of a contact a CRM does not have yet. */
export interface Changes {
  /** The item with what is new, what the CRM always needs, and nothing else. */
  readonly item: ContactItem;
  /** Field name to digest, of everything that the CRM has once the item is delivered. */
  readonly sent: Readonly<Record<string, string>>;
  readonly isUnchanged: boolean;
}

const WIPED = digest(null);
/** Stands among the names of fields. */
const KEY_FIELD = 'external_id_field';

/** Compares a contact with what was sent before: unchanged fields are left out. `keyField` is by what the CRM finds it in place of its email. */
export function changesOf(
  item: ContactItem,
  { sent: before, crmEntityId: crmId }: Pick<ItemState, 'sent' | 'crmEntityId'>,
  { required, keyField }: { readonly required: readonly ContactField[]; readonly keyField: string | undefined },
): Changes {
  const { contact, wipe = [] } = item;
  const sent: Record<string, string> = Object.fromEntries(wipe.map((field) => [field, WIPED]));
  for (const field of CONTACT_FIELDS) if (contact[field] !== undefined) sent[field] = digest(contact[field]);
  for (const [name, value] of Object.entries(contact.custom_properties ?? {})) sent[`custom_properties.${name}`] = digest(value);
  if (keyField !== undefined) sent[KEY_FIELD] = digest(keyField);
  const isNew = (field: string): boolean => before[field] !== sent[field];
  const custom = Object.entries(contact.custom_properties ?? {}).filter(([name]) => isNew(`custom_properties.${name}`));
  const changed: StandardContact = {
    email: contact.email,
    ...Object.fromEntries(
      CONTACT_FIELDS.filter((field) => contact[field] !== undefined && (isNew(field) || required.includes(field))).map((field) => [field, contact[field]]),
    ),
    ...(custom.length === 0 ? {} : { custom_properties: Object.fromEntries(custom) }),
  };
  const { wipe: _all, ...rest } = item;
  const unlinked = keyField !== undefined && isNew(KEY_FIELD) ? { unlinked: { crmId } } : {};
  const wiped = wipe.filter((field) => sent[field] === WIPED && isNew(field));
  return {
    item: { ...rest, ...unlinked, contact: changed, ...(wiped.length === 0 ? {} : { wipe: wiped }) },
    sent,
    isUnchanged: !Object.keys(sent).some(isNew),
  };
}

/** What of `sent` the CRM has once it has left fields out: those are as new as ever, also one that it had before (no value has an empty digest). */
export function takenOf(sent: Changes['sent'], leftOut: readonly string[], before: Readonly<Record<string, string>>): Changes['sent'] {
  const kept = Object.entries(sent).filter(([field]) => !leftOut.includes(field));
  return Object.fromEntries([...kept, ...leftOut.filter((field) => Object.hasOwn(before, field)).map((field) => [field, ''])]);
}
