import { defineStream, replace } from '../../stream.ts';
import { currencyCode, filled } from '../rules.ts';
import { dailyReport, placeOf, type Report } from './report.ts';
import { ga4 } from './source.ts';

const report: Report = {
  dimensions: ['date', 'transactionId', 'sessionSource', 'sessionMedium', 'sessionCampaignName'],
  metrics: ['purchaseRevenue', 'totalUsers'],
};
const place = (name: string) => placeOf(report, name);

export const transactions = defineStream({
  source: ga4,
  name: 'transactions',
  description: 'Transactions that the web analytics saw, one row per day and transaction',
  ...dailyReport(report),
  // Google processes a day for up to two days; the third is reserve.
  window: { grain: 'day', overlap: '3d', start: '2025-01-01', step: '90d' },
  csv: { aliases: { date: ['event_date'] } },
  columns: {
    event_date: {
      type: 'DATE',
      required: true,
      field: 'date',
      answer: place('date'),
      formats: ['YYYY-MM-DD', 'YYYYMMDD', 'YYYY-MM-DD HH:mm:ss'],
      description: 'Day of the transaction, in the time zone of the property',
    },
    event_ts: {
      type: 'TIMESTAMP',
      zone: 'UTC',
      formats: ['YYYY-MM-DD HH:mm:ss', 'YYYY-MM-DDTHH:mm:ss', 'YYYY-MM-DDTHH:mm:ssZ'],
      description: 'When it happened; a report by day has none',
    },
    transaction_id: { type: 'STRING', required: true, answer: place('transactionId'), description: 'Transaction; (not set) where the shop sent none' },
    user_pseudo_id: { type: 'STRING', description: 'Visitor; a report by day has none' },
    // Google calls TYPE_CURRENCY a floating-point type.
    value: { type: 'NUMERIC', decimals: 'round', answer: place('purchaseRevenue'), description: 'Value of the transaction, in the currency' },
    currency: { type: 'STRING', field: 'currency', page: '/metadata/currencyCode', description: 'Currency, ISO 4217' },
    source: { type: 'STRING', answer: place('sessionSource'), description: 'Where the visitor came from' },
    medium: { type: 'STRING', answer: place('sessionMedium'), description: 'How the visitor came' },
    campaign_name: { type: 'STRING', answer: place('sessionCampaignName'), description: 'Campaign, as the analytics names it' },
    users: { type: 'INT64', answer: place('totalUsers'), description: 'Visitors that the report counts for the row' },
    is_sampled: { type: 'BOOL', description: 'Whether the report is made of a sample' },
    is_thresholded: {
      type: 'BOOL',
      field: 'is_thresholded',
      page: '/metadata/subjectToThresholding',
      description: 'Whether rows of few visitors may be held back',
    },
    has_other_row: {
      type: 'BOOL',
      field: 'has_other_row',
      page: '/metadata/dataLossFromOtherRow',
      description: 'Whether rare values are summed up in rows called (other)',
    },
    sampling: {
      type: 'JSON',
      field: 'sampling',
      page: '/metadata/samplingMetadatas',
      description: 'How large the sample is that the report is made of; null where it is made of all',
    },
  },
  key: ['event_date', 'transaction_id'],
  write: replace({ date: 'event_date' }),
  rules: [currencyCode('currency'), filled('currency', 'warn')],
  schedule: { cron: '15 6 * * *', timeZone: 'UTC' },
  table: { dataset: 'ga4', name: 'transactions', partition: 'event_date', cluster: ['transaction_id'] },
});
