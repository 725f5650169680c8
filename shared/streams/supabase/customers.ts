import { defineStream, merge } from '../../stream.ts';
import { matches } from '../rules.ts';
import { customer, customerRules } from '../shop.ts';
import { changed } from './columns.ts';
import { keysOf } from './keys.ts';
import { changedRows } from './request.ts';
import { supabase } from './source.ts';

export const customers = defineStream({
  source: supabase,
  name: 'customers',
  description: 'Customers of the shop, as its database has them',
  ...changedRows('customers', 'customer_id'),
  columns: { ...customer(), ...changed },
  key: ['customer_id'],
  write: merge(),
  rules: [...customerRules, matches('customer_email', /^[^@\s]+@[^@\s]+\.[^@\s]+$/, 'an e-mail address', 'warn')],
  schedule: { cron: '30 1 * * *', timeZone: 'America/Toronto' },
  table: { dataset: 'supabase', name: 'customers' },
});

export const customersKeys = keysOf(customers);
