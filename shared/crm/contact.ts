import { phoneNumber } from './phone.ts';

/** The fields of the standard contact, in the order of the documentation; `custom_properties` is apart. */
export const CONTACT_FIELDS = [
  'email',
  'first_name',
  'last_name',
  'phone',
  'company',
  'job_title',
  'department',
  'street_address',
  'street_address_2',
  'city',
  'state',
  'postal_code',
  'country',
  'website',
  'timezone',
  'language',
] as const;
export type ContactField = (typeof CONTACT_FIELDS)[number];

export type CustomProperties = Readonly<Record<string, unknown>>;

/** A contact as every CRM gets it: trimmed, without empty values. */
export type StandardContact = { readonly email: string; readonly custom_properties?: CustomProperties } & {
  readonly [Field in Exclude<ContactField, 'email'>]?: string;
};

/** A contact as it came, once the schema has passed it. */
export type GivenContact = Readonly<Partial<Record<ContactField, string | null>>> & { readonly custom_properties?: CustomProperties | null };

/** Objects become property names in several systems; these would change the object itself. */
export const SAFE_NAME_PATTERN = '^(?!(?:__proto__|constructor|prototype)$)';

const text = (maxLength: number, description: string) => ({ type: ['string', 'null'], maxLength, description }) as const;

/** JSON Schema of each field, for the bodies that hold a contact. */
export const CONTACT_PROPERTIES = {
  email: { type: 'string', maxLength: 254, format: 'email', description: 'Email address; trimmed and lower-cased' },
  first_name: text(100, 'First name'),
  last_name: text(100, 'Last name'),
  phone: text(20, 'Phone number, best as E.164 (+16135550123); one without a country is read as of the country of the contact'),
  company: text(200, 'Company'),
  job_title: text(100, 'Job title'),
  department: text(100, 'Department'),
  street_address: text(255, 'Street and number'),
  street_address_2: text(255, 'Second line of the address'),
  city: text(100, 'City'),
  state: text(100, 'State or province'),
  postal_code: text(20, 'Postal code'),
  country: text(100, 'Country, best as ISO 3166 alpha-2; upper-cased'),
  website: text(255, 'Website'),
  timezone: text(50, 'IANA time zone'),
  language: text(10, 'ISO 639-1 language'),
  custom_properties: {
    type: ['object', 'null'],
    maxProperties: 200,
    propertyNames: { type: 'string', minLength: 1, maxLength: 100, pattern: SAFE_NAME_PATTERN },
    description: 'Further properties; the CRM must know them',
  },
} as const;

/** JSON Schema of a contact alone. */
export const CONTACT_SCHEMA = { type: 'object', required: ['email'], properties: CONTACT_PROPERTIES } as const;

/** A contact with its warnings about what was left out. */
export interface NormalisedContact {
  readonly contact: StandardContact;
  readonly warnings: readonly string[];
}

/** Trims values, drops empty ones, lower-cases the email, upper-cases the country and makes the phone E.164; a phone that is none is left out with a warning. */
export function normaliseContact(given: GivenContact, defaultCountry?: string): NormalisedContact {
  const fields = new Map<ContactField, string>();
  for (const field of CONTACT_FIELDS) {
    const value = given[field]?.trim() ?? '';
    if (value !== '') fields.set(field, NORMAL[field]?.(value) ?? value);
  }
  const warnings = normalisePhone(fields, defaultCountry);
  const custom = Object.entries(given.custom_properties ?? {}).filter(([, value]) => value !== null && value !== '');
  const contact = {
    email: '',
    ...Object.fromEntries(fields),
    ...(custom.length === 0 ? {} : { custom_properties: Object.fromEntries(custom) }),
  };
  return { contact, warnings };
}

const NORMAL: Partial<Record<ContactField, (value: string) => string>> = {
  email: (value) => value.toLowerCase(),
  country: (value) => value.toUpperCase(),
};

function normalisePhone(fields: Map<ContactField, string>, defaultCountry: string | undefined): string[] {
  const phone = fields.get('phone');
  if (phone === undefined) return [];
  const e164 = phoneNumber(phone, fields.get('country') ?? defaultCountry);
  if (e164 !== undefined) {
    fields.set('phone', e164);
    return [];
  }
  fields.delete('phone');
  return ['phone: is no phone number that exists; write it as +<country><number>, or give the country (ISO 3166 alpha-2) too'];
}
