import { type MappedContact, mapContact } from '../mapping.ts';
import type { ContactItem, CrmProvider, FieldMapping } from '../provider.ts';

/** In attributes; the parts of the address are in its location. */
export const KLAVIYO_FIELDS: FieldMapping = {
  email: 'email',
  first_name: 'first_name',
  last_name: 'last_name',
  phone: 'phone_number',
  company: 'organization',
  job_title: 'title',
  department: null,
  street_address: 'location.address1',
  street_address_2: 'location.address2',
  city: 'location.city',
  state: 'location.region',
  postal_code: 'location.zip',
  country: 'location.country',
  website: null,
  timezone: 'location.timezone',
  language: null,
};

const LOCATION = 'location.';

/** The body of profile-import, with what was left out. */
export function klaviyoProfile(
  provider: Pick<CrmProvider, 'fields' | 'required' | 'title'>,
  item: ContactItem,
): { readonly body: unknown; readonly warnings: readonly string[] } {
  const { values, custom, warnings } = mapContact(provider, item);
  const plain = [...values].filter(([name]) => !name.startsWith(LOCATION));
  const location = [...values].filter(([name]) => name.startsWith(LOCATION)).map(([name, value]) => [name.slice(LOCATION.length), value] as const);
  const { properties, reserved } = customProperties(custom);
  const attributes = {
    ...Object.fromEntries(plain),
    ...(location.length === 0 ? {} : { location: Object.fromEntries(location) }),
    ...(properties.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
  };
  return { body: { data: { type: 'profile', attributes } }, warnings: [...warnings, ...reserved] };
}

/** Names that begin with $ are Klaviyo's own fields. */
function customProperties(custom: MappedContact['custom']): { readonly properties: (readonly [string, unknown])[]; readonly reserved: readonly string[] } {
  const isReserved = (name: string): boolean => name.startsWith('$');
  return {
    properties: [...custom].filter(([name]) => !isReserved(name)),
    reserved: [...custom.keys()].filter(isReserved).map((name) => `custom_properties.${name}: names that begin with $ belong to Klaviyo; it was left out`),
  };
}
