import { type MappedContact, mapContact } from '../mapping.ts';
import type { ContactItem, CrmProvider, FieldMapping } from '../provider.ts';
import { type Gaps, leaveOut } from '../unknown-fields.ts';

/** Fields of Contact; company and website are fields of Account and Lead, a Contact with them is refused. */
export const SALESFORCE_FIELDS: FieldMapping = {
  email: 'Email',
  first_name: 'FirstName',
  last_name: 'LastName',
  phone: 'Phone',
  company: null,
  job_title: 'Title',
  department: 'Department',
  street_address: 'MailingStreet',
  street_address_2: null,
  city: 'MailingCity',
  state: 'MailingState',
  postal_code: 'MailingPostalCode',
  country: 'MailingCountry',
  website: null,
  timezone: null,
  language: null,
};

export interface SalesforceContact extends Readonly<Gaps> {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly custom: ReadonlySet<string>;
}

/** The fields of a Contact. A custom property is its name with `__c`; what Salesforce does not know is left out. */
export function salesforceContact(
  provider: Pick<CrmProvider, 'fields' | 'required' | 'title'>,
  item: ContactItem,
  { unknown, reserved }: { readonly unknown: ReadonlySet<string>; readonly reserved: readonly string[] },
): SalesforceContact {
  const mapped = mapContact(provider, item);
  const gaps: Gaps = { warnings: [...mapped.warnings], leftOut: [] };
  const custom = customFields(mapped.custom, { unknown, reserved }, gaps);
  return { fields: { ...Object.fromEntries(mapped.values), ...Object.fromEntries(custom) }, custom: new Set(custom.keys()), ...gaps };
}

function customFields(
  given: MappedContact['custom'],
  { unknown, reserved }: { readonly unknown: ReadonlySet<string>; readonly reserved: readonly string[] },
  gaps: Gaps,
): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [givenName, value] of given) {
    const name = customField(givenName);
    if (name === undefined)
      gaps.warnings.push(`custom_properties.${givenName}: Salesforce has no such names (letters, digits and _, a letter first, at most 40); it was left out`);
    else if (fields.has(name) || reserved.includes(name)) gaps.warnings.push(`custom_properties.${givenName}: ${name} is sent already; it was left out`);
    else if (unknown.has(name)) leaveOut(gaps, givenName, 'Salesforce');
    else fields.set(name, fieldValue(value));
  }
  return fields;
}

/** The API name of a custom field; undefined where nothing of the name is left. */
function customField(given: string): string | undefined {
  const name = given
    .replace(/__c$/i, '')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/\W+|_{2,}/g, '_')
    .replaceAll(/_{2,}/g, '_')
    .replace(/^[^A-Za-z]+/, '')
    .slice(0, 40)
    .replace(/_+$/, '');
  return name === '' ? undefined : `${name}__c`;
}

/** A list is a multi-select; an object has no field type of its own. */
function fieldValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(';');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
