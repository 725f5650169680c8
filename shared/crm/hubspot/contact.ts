import { type MappedContact, mapContact } from '../mapping.ts';
import type { ContactItem, CrmProvider, FieldMapping } from '../provider.ts';
import { type Gaps, leaveOut } from '../unknown-fields.ts';
import { propertyName, propertyValue } from './property.ts';

export const HUBSPOT_FIELDS: FieldMapping = {
  email: 'email',
  first_name: 'firstname',
  last_name: 'lastname',
  phone: 'phone',
  company: 'company',
  job_title: 'jobtitle',
  department: null,
  street_address: 'address',
  street_address_2: null,
  city: 'city',
  state: 'state',
  postal_code: 'zip',
  country: 'country',
  website: 'website',
  timezone: null,
  language: null,
};

export interface HubspotContact extends Readonly<Gaps> {
  readonly properties: Readonly<Record<string, string>>;
  /** Which of them are custom ones. */
  readonly custom: ReadonlySet<string>;
}

/** The properties of a contact, all of them texts; an empty one is cleared. Those that HubSpot does not know are left out. */
export function hubspotContact(
  provider: Pick<CrmProvider, 'fields' | 'required' | 'title'>,
  item: ContactItem,
  unknown: ReadonlySet<string> = new Set(),
): HubspotContact {
  const { values, custom, warnings } = mapContact(provider, item);
  const properties = new Map([...values].map(([name, value]) => [name, value ?? ''] as const));
  return withCustom(properties, custom, unknown, { warnings: [...warnings], leftOut: [] });
}

/** A custom property never replaces a standard one. */
function withCustom(properties: Map<string, string>, given: MappedContact['custom'], unknown: ReadonlySet<string>, gaps: Gaps): HubspotContact {
  const custom = new Set<string>();
  for (const [givenName, value] of given) {
    const name = propertyName(givenName);
    if (name === undefined)
      gaps.warnings.push(`custom_properties.${givenName}: HubSpot has no such names (small letters, digits and _, a letter first); it was left out`);
    else if (properties.has(name)) gaps.warnings.push(`custom_properties.${givenName}: ${name} is sent already; it was left out`);
    else if (unknown.has(name)) leaveOut(gaps, givenName, 'HubSpot');
    else {
      properties.set(name, value === null ? '' : propertyValue(value));
      custom.add(name);
    }
  }
  return { properties: Object.fromEntries(properties), custom, ...gaps };
}
