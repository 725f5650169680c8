import { defineStream, merge } from '../../stream.ts';
import { product } from '../shop.ts';
import { crmCsv } from './source.ts';

export const products = defineStream({
  source: crmCsv,
  name: 'products',
  description: 'Products of the shop',
  columns: product,
  key: ['product_id'],
  write: merge(),
  table: { dataset: 'crm_csv', name: 'products' },
});
