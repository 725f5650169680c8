import { defineStream, merge } from '../../stream.ts';
import { sale, saleRules } from '../shop.ts';
import { dates } from './formats.ts';
import { crmCsv } from './source.ts';

export const sales = defineStream({
  source: crmCsv,
  name: 'sales',
  description: 'Sales of the shop, a row per product of a purchase',
  columns: sale({ formats: dates }),
  key: ['sale_id'],
  write: merge(),
  rules: saleRules,
  table: { dataset: 'crm_csv', name: 'sales', partition: 'purchase_date', cluster: ['product_id', 'customer_id'] },
});
