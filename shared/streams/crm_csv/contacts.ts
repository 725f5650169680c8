import { defineStream, merge } from '../../stream.ts';
import { matches } from '../rules.ts';
import { dates } from './formats.ts';
import { crmCsv } from './source.ts';

export const contacts = defineStream({
  source: crmCsv,
  name: 'contacts',
  description: 'People in the CRM; an e-mail address may belong to several',
  columns: {
    contact_id: { type: 'STRING', required: true, description: 'Contact number' },
    email: { type: 'STRING', privacy: 'pii', description: 'E-mail address; not unique' },
    created_at: { type: 'DATE', formats: dates, description: 'Day on which the contact was made' },
    country: { type: 'STRING', description: 'Country, ISO 3166 alpha-2' },
    phone: { type: 'STRING', privacy: 'pii', description: 'Phone number, as written' },
    email_opt_in: { type: 'BOOL', description: 'Whether the contact agreed to e-mails' },
  },
  key: ['contact_id'],
  write: merge(),
  rules: [matches('country', /^[A-Z]{2}$/, 'two capitals of ISO 3166', 'warn')],
  table: { dataset: 'crm_csv', name: 'contacts' },
});
