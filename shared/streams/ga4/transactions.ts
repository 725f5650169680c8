import { defineStream, replace } from '../../stream.ts';
import { currencyCode, filled } from '../rules.ts';
import { ga4 } from './source.ts';

export const transactions = defineStream({
  source: ga4,
  name: 'transactions',
  description: 'Transactions that the web analytics saw, one row per day and transaction',
  csv: { aliases: { date: ['event_date'] } },
  columns: {
    event_date: {
      type: 'DATE',
      required: true,
      field: 'date',
      formats: ['YYYY-MM-DD', 'YYYYMMDD', 'YYYY-MM-DD HH:mm:ss'],
      description: 'Day of the transaction, in the time zone of the property',
    },
    event_ts: {
      type: 'TIMESTAMP',
      zone: 'UTC',
      formats: ['YYYY-MM-DD HH:mm:ss', 'YYYY-MM-DDTHH:mm:ss', 'YYYY-MM-DDTHH:mm:ssZ'],
      description: 'When it happened; a report by day has none',
    },
    transaction_id: { type: 'STRING', required: true, description: 'Transaction; (not set) where the shop sent none' },
    user_pseudo_id: { type: 'STRING', description: 'Visitor; a report by day has none' },
    value: { type: 'NUMERIC', description: 'Value of the transaction, in the currency' },
    currency: { type: 'STRING', description: 'Currency, ISO 4217' },
    source: { type: 'STRING', description: 'Where the visitor came from' },
    medium: { type: 'STRING', description: 'How the visitor came' },
    campaign_name: { type: 'STRING', description: 'Campaign, as the analytics names it' },
    is_sampled: { type: 'BOOL', description: 'Whether the report is made of a sample' },
    is_thresholded: { type: 'BOOL', description: 'Whether rows of few visitors may be held back' },
  },
  key: ['event_date', 'transaction_id'],
  write: replace({ date: 'event_date' }),
  rules: [currencyCode('currency'), filled('currency', 'warn')],
  table: { dataset: 'ga4', name: 'transactions', partition: 'event_date', cluster: ['transaction_id'] },
});
