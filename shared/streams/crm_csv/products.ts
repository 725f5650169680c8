import { defineStream, merge } from '../../stream.ts';
import { crmCsv } from './source.ts';

export const products = defineStream({
  source: crmCsv,
  name: 'products',
  description: 'Products of the shop',
  columns: {
    product_id: { type: 'INT64', required: true, description: 'Product number' },
    product_name: { type: 'STRING', required: true, description: 'Name' },
    brand: { type: 'STRING', description: 'Brand' },
    category: { type: 'STRING', description: 'Category, as the shop says' },
  },
  key: ['product_id'],
  write: merge(),
  table: { dataset: 'crm_csv', name: 'products' },
});
