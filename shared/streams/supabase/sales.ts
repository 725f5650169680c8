import { defineStream, merge } from '../../stream.ts';
import { sale, saleRules } from '../shop.ts';
import { changed } from './columns.ts';
import { keysOf } from './keys.ts';
import { changedRows } from './request.ts';
import { supabase } from './source.ts';

export const sales = defineStream({
  source: supabase,
  name: 'sales',
  description: 'Sales of the shop, a row per product of a purchase, as its database has them',
  ...changedRows('sales', 'sale_id'),
  columns: { ...sale(), ...changed },
  key: ['sale_id'],
  write: merge(),
  rules: saleRules,
  schedule: { cron: '30 1 * * *', timeZone: 'America/Toronto' },
  table: { dataset: 'supabase', name: 'sales', partition: 'purchase_date', cluster: ['product_id', 'customer_id'] },
});

export const salesKeys = keysOf(sales);
