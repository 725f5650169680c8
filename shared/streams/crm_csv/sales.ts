import { defineStream, merge } from '../../stream.ts';
import { between, filled, oneOf } from '../rules.ts';
import { dates } from './formats.ts';
import { currencyCode, productOf } from './rules.ts';
import { crmCsv } from './source.ts';

export const sales = defineStream({
  source: crmCsv,
  name: 'sales',
  description: 'Sales of the shop, a row per product of a purchase',
  columns: {
    sale_id: { type: 'INT64', required: true, description: 'Sale number' },
    customer_id: { type: 'INT64', required: true, description: 'Who bought' },
    product_id: { type: 'INT64', required: true, description: 'What was bought' },
    quantity: { type: 'INT64', description: 'Number of units' },
    unit_price: { type: 'NUMERIC', description: 'Price of a unit, in the currency' },
    total_amount: { type: 'NUMERIC', description: 'Quantity times unit price, in the currency' },
    currency: { type: 'STRING', description: 'Currency, ISO 4217' },
    payment_method: { type: 'STRING', description: 'How it was paid' },
    purchase_date: { type: 'DATE', required: true, formats: dates, description: 'Day of the purchase' },
  },
  key: ['sale_id'],
  write: merge(),
  rules: [
    currencyCode('currency'),
    filled('currency', 'warn'),
    productOf('total_amount', 'quantity', 'unit_price'),
    between('quantity', 1, 1_000_000, 'warn'),
    oneOf('payment_method', ['card', 'paypal', 'bank_transfer'], 'warn'),
  ],
  table: { dataset: 'crm_csv', name: 'sales', partition: 'purchase_date', cluster: ['product_id', 'customer_id'] },
});
