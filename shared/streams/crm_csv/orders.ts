import { defineStream, merge } from '../../stream.ts';
import { between, currencyCode, oneOf } from '../rules.ts';
import { dates, moments } from './formats.ts';
import { crmCsv } from './source.ts';

export const orders = defineStream({
  source: crmCsv,
  name: 'orders',
  description: 'Orders of a shop with the campaign that led to them',
  columns: {
    order_id: { type: 'STRING', required: true, description: 'Order number' },
    contact_id: { type: 'STRING', description: 'Who ordered' },
    user_pseudo_id: { type: 'STRING', description: 'Visitor in the web analytics' },
    order_ts: { type: 'TIMESTAMP', zone: 'UTC', formats: moments, description: 'When it was ordered' },
    order_date: { type: 'DATE', required: true, formats: dates, description: 'Day of the order' },
    amount: { type: 'NUMERIC', required: true, description: 'Value of the order, in its currency' },
    currency: { type: 'STRING', required: true, description: 'Currency, ISO 4217' },
    items: { type: 'INT64', description: 'Number of items' },
    campaign_id: { type: 'STRING', description: 'Campaign that led to it' },
    channel: { type: 'STRING', description: 'Channel, as the shop says' },
    utm_source: { type: 'STRING', description: 'Source, as the link says' },
    utm_medium: { type: 'STRING', description: 'Medium, as the link says' },
    transaction_id: { type: 'STRING', description: 'Transaction in the web analytics' },
    is_repeat: { type: 'BOOL', description: 'Whether the contact had ordered before' },
    payment_method: { type: 'STRING', description: 'How it was paid' },
  },
  key: ['order_id'],
  write: merge(),
  rules: [currencyCode('currency'), between('items', 1, 1_000_000, 'warn'), oneOf('payment_method', ['card', 'paypal', 'klarna', 'bank_transfer'], 'warn')],
  table: { dataset: 'crm_csv', name: 'orders', partition: 'order_date' },
});
