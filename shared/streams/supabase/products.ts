import { defineStream, merge } from '../../stream.ts';
import { product } from '../shop.ts';
import { changed } from './columns.ts';
import { keysOf } from './keys.ts';
import { changedRows } from './request.ts';
import { supabase } from './source.ts';

export const products = defineStream({
  source: supabase,
  name: 'products',
  description: 'Products of the shop, as its database has them',
  ...changedRows('products', 'product_id'),
  columns: { ...product, ...changed },
  key: ['product_id'],
  write: merge(),
  schedule: { cron: '30 1 * * *', timeZone: 'America/Toronto' },
  table: { dataset: 'supabase', name: 'products' },
});

export const productsKeys = keysOf(products);
