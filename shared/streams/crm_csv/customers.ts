import { defineStream, merge } from '../../stream.ts';
import { customer, customerRules } from '../shop.ts';
import { dates } from './formats.ts';
import { crmCsv } from './source.ts';

export const customers = defineStream({
  source: crmCsv,
  name: 'customers',
  description: 'Customers of the shop',
  columns: customer({ formats: dates }),
  key: ['customer_id'],
  write: merge(),
  rules: customerRules,
  table: { dataset: 'crm_csv', name: 'customers' },
});
