import { defineStream, replace } from '../../stream.ts';
import { between, currencyCode, filled, notNegative } from '../rules.ts';
import { dailyInsights } from './request.ts';
import { metaAds } from './source.ts';

const MOST = 1_000_000_000_000;
/** The types of actions that count as conversions. Meta counts a purchase under several types; `omni_purchase` holds the others. */
const CONVERSIONS = ['omni_purchase'];
const FIELDS = ['campaign_id', 'campaign_name', 'impressions', 'clicks', 'spend', 'account_currency', 'actions'];

export const insights = defineStream({
  source: metaAds,
  name: 'insights',
  description: 'What the ads of a campaign did on a day; a day may change for 28 days',
  ...dailyInsights(FIELDS),
  // Meta keeps 37 months.
  window: { grain: 'day', overlap: '28d', start: '2025-01-01', step: '90d' },
  csv: { aliases: { date: ['date_start', 'day'], currency: ['account_currency'], spend: ['amount_spent'] } },
  columns: {
    campaign_id: { type: 'STRING', required: true, description: 'Campaign number' },
    campaign_name: { type: 'STRING', description: 'Name of the campaign' },
    date: {
      type: 'DATE',
      required: true,
      answer: '/date_start',
      formats: ['YYYY-MM-DD', 'YYYY-MM-DD HH:mm:ss'],
      description: 'Day, in the time zone of the account',
    },
    impressions: { type: 'INT64', description: 'Times that ads were shown' },
    clicks: { type: 'INT64', description: 'Clicks on ads' },
    spend: { type: 'NUMERIC', description: 'What was spent, in the currency' },
    currency: { type: 'STRING', answer: '/account_currency', description: 'Currency of the account, ISO 4217' },
    conversions: {
      type: 'INT64',
      invalid: 'null',
      answer: { list: '/actions', by: 'action_type', is: CONVERSIONS, value: ['/value'], sum: { zeroWith: 'date_start' } },
      description: 'Actions that count as conversions',
    },
    actions: { type: 'JSON', description: 'What people did after they saw ads, by type, as Meta counts it' },
    stated_ctr: { type: 'FLOAT64', field: 'ctr', invalid: 'null', description: 'Clicks per impression, as Meta says; figures use their own' },
    stated_cpc: { type: 'FLOAT64', field: 'cpc', invalid: 'null', description: 'Spend per click, as Meta says, 0 without clicks; figures use their own' },
  },
  key: ['date', 'campaign_id'],
  write: replace({ date: 'date' }),
  rules: [
    currencyCode('currency'),
    filled('currency', 'warn'),
    notNegative('spend', 'warn'),
    between('impressions', 0, MOST, 'warn'),
    between('clicks', 0, MOST, 'warn'),
  ],
  schedule: { cron: '5 6 * * *', timeZone: 'UTC' },
  table: { dataset: 'meta_ads', name: 'insights', partition: 'date', cluster: ['campaign_id'] },
});
