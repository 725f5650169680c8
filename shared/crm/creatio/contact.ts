import { countryName } from '../country.ts';
import { mapContact } from '../mapping.ts';
import type { ContactItem, CrmProvider, FieldMapping } from '../provider.ts';
import { type Gaps, leaveOut } from '../unknown-fields.ts';

/** Columns of Contact. Those that end with Id hold the id of an entry of a lookup; a Contact has no column for a website. */
export const CREATIO_FIELDS: FieldMapping = {
  email: 'Email',
  first_name: 'GivenName',
  last_name: 'Surname',
  phone: 'MobilePhone',
  company: 'AccountId',
  job_title: 'JobTitle',
  department: 'DepartmentId',
  street_address: 'Address',
  street_address_2: null,
  city: 'CityId',
  state: 'RegionId',
  postal_code: 'Zip',
  country: 'CountryId',
  website: null,
  timezone: null,
  language: null,
};

/** The entity behind each lookup column. */
export const LOOKUPS: Readonly<Record<string, string>> = {
  AccountId: 'Account',
  DepartmentId: 'Department',
  CityId: 'City',
  RegionId: 'Region',
  CountryId: 'Country',
};
const NO_ENTRY = '00000000-0000-0000-0000-000000000000';

/** Finds the id of an entry by its name; undefined where there is none. */
export type FindEntry = (entity: string, name: string) => Promise<string | undefined>;

export interface CreatioContact extends Readonly<Gaps> {
  readonly columns: Readonly<Record<string, unknown>>;
  readonly custom: ReadonlySet<string>;
}

/** The columns of a contact. An entry that is not in its lookup is left out with a warning: it is made by people, and a name in its place would be ignored. */
export async function creatioContact(
  provider: Pick<CrmProvider, 'fields' | 'required' | 'title'>,
  item: ContactItem,
  { unknown, find }: { readonly unknown: ReadonlySet<string>; readonly find: FindEntry },
): Promise<CreatioContact> {
  const mapped = mapContact(provider, item);
  const gaps: Gaps = { warnings: [...mapped.warnings], leftOut: [] };
  const columns = new Map<string, unknown>();
  for (const [column, value] of mapped.values) {
    const entity = LOOKUPS[column];
    const found = entity === undefined || value === null ? value : await find(entity, entity === 'Country' ? countryName(value) : value);
    if (found === undefined) leaveEntry(gaps, fieldOf(column), entity);
    // An empty lookup is the empty id, an empty text is ''.
    else columns.set(column, found ?? (entity === undefined ? '' : NO_ENTRY));
  }
  const custom = customColumns(mapped.custom, unknown, columns, gaps);
  return { columns: { ...Object.fromEntries(columns), ...Object.fromEntries(custom) }, custom: new Set(custom.keys()), ...gaps };
}

function leaveEntry({ warnings, leftOut }: Gaps, field: string, entity: string | undefined): void {
  warnings.push(`${field}: Creatio has no such entry in its lookup ${entity}; it was left out`);
  leftOut.push(field);
}

function fieldOf(column: string): string {
  return Object.entries(CREATIO_FIELDS).find(([, target]) => target === column)?.[0] ?? column;
}

/** What a contact is called: Creatio requires it. Undefined where both parts are not there, so that a part does not replace a whole name. */
export function fullName({ contact: { first_name: first, last_name: last } }: ContactItem): string | undefined {
  return first === undefined || last === undefined ? undefined : `${first} ${last}`;
}

/** The name of a new contact: what there is. */
export function newName(item: ContactItem): string {
  const { first_name: first, last_name: last, email } = item.contact;
  return fullName(item) ?? first ?? last ?? email;
}

function customColumns(
  given: ReadonlyMap<string, unknown>,
  unknown: ReadonlySet<string>,
  taken: ReadonlyMap<string, unknown>,
  gaps: Gaps,
): Map<string, unknown> {
  const columns = new Map<string, unknown>();
  for (const [givenName, value] of given) {
    const name = columnName(givenName);
    if (name === undefined)
      gaps.warnings.push(`custom_properties.${givenName}: Creatio has no such names (letters, digits and _, a letter first); it was left out`);
    else if (taken.has(name) || columns.has(name) || OWN.has(name))
      gaps.warnings.push(`custom_properties.${givenName}: ${name} is sent already or belongs to Creatio; it was left out`);
    else if (unknown.has(name)) leaveOut(gaps, givenName, 'Creatio');
    else columns.set(name, value === null ? '' : columnValue(value));
  }
  return columns;
}

/** Columns that say which record it is and who owns it. */
const OWN = new Set(['Id', 'Email', 'OwnerId', 'CreatedById', 'ModifiedById', 'CreatedOn', 'ModifiedOn', 'ProcessListeners']);

/** Creatio's own names (UsrTerritory, Type) stay; others (lead_score) become UsrLeadScore, the names of columns that users make. */
function columnName(given: string): string | undefined {
  if (/^[A-Z][A-Za-z0-9]{0,98}$/.test(given)) return given;
  const words = given
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .match(/[A-Za-z0-9]+/g);
  return words === null ? undefined : `Usr${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}`.slice(0, 100);
}

function columnValue(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
