import { dayAfter, daysBetween } from './days.ts';
import { mixed } from './even.ts';
import { CONTACTS } from './published.ts';
import type { Row } from './row.ts';
import { repeated } from './shares.ts';

export interface Contact {
  readonly id: string;
  readonly country: keyof typeof CONTACTS.countries;
}

export function contacts(): readonly Contact[] {
  return mixed(repeated(CONTACTS.countries), 0).map((country, index) => ({ id: `CON_${String(index + 1).padStart(5, '0')}`, country }));
}

/** 7,000 contacts, 103 of which have the e-mail address of another one. */
export function contactRows(list: readonly Contact[]): readonly Row[] {
  const optIns = mixed(repeated(CONTACTS.optIns), 1);
  const span = daysBetween(CONTACTS.firstCreated, CONTACTS.lastCreated);
  return list.map(({ id, country }, index) => ({
    contact_id: id,
    email: `contact-${index % CONTACTS.emails}@example.com`,
    created_at: dayAfter(CONTACTS.firstCreated, Math.round((span * index) / (list.length - 1))),
    country,
    phone: `+44 20 7946 ${String(index).padStart(4, '0')}`,
    email_opt_in: optIns[index] === 'true',
  }));
}
