import { type Catalogue, count, money, moneyPer, ratio } from './metric.ts';

const DISTINCT = 'not to be added up over periods or scopes: who is in two of them is counted in both';
const BUYERS = 'contacts that ordered; orders that name no contact have none';
const CHANNELS = 'campaign_channel (of the campaign), order_channel (of the order) and utm_source (of the link) are three things, and give three splits';

/** Figures of marketing. */
export const marketingMetrics: Catalogue = {
  mtr_executive_overview: {
    population: 'Orders of the CRM exports',
    caveats: [CHANNELS],
    figures: {
      orders: count('orders'),
      revenue: money({ caveat: 'sums what has a rate only; where completeness is unconverted, some orders are missing' }),
      aov: moneyPer('revenue', 'orders that have a rate'),
      items: count('items'),
      buyers: count('contacts', { population: BUYERS, caveat: DISTINCT }),
      repeat_orders: count('orders', { caveat: "from the order of the contact's orders; the flag that the export states is not used" }),
      repeat_rate: ratio('repeat_orders', 'orders', { caveat: 'a share of orders, not of people' }),
    },
  },
  mtr_revenue_by_month: {
    population: 'Orders of the CRM exports, by the day of the order',
    caveats: ['a month that is not over is partial, and gets no comparison'],
    figures: {
      orders: count('orders'),
      revenue: money(),
      aov: moneyPer('revenue', 'orders that have a rate'),
      buyers: count('contacts', { population: BUYERS, caveat: DISTINCT }),
      repeat_orders: count('orders'),
      repeat_rate: ratio('repeat_orders', 'orders'),
      revenue_month_before: money(),
      revenue_mom: ratio('revenue - revenue_month_before', 'revenue_month_before', { caveat: 'null unless both months are final' }),
      revenue_year_before: money(),
      revenue_yoy: ratio('revenue - revenue_year_before', 'revenue_year_before', { caveat: 'null unless both months are final' }),
    },
  },
  mtr_acquisition: {
    population: 'Days of Meta ads, and orders of the same days by the campaign that they name',
    caveats: [
      'Meta changes the last 28 days: such figures are provisional',
      'an order without a campaign counts in the scope all only',
      "a campaign of the ad account that the marketing team does not list runs on the channel facebook; one that was deleted there is in no list, and its ads are nobody's",
    ],
    figures: {
      impressions: count('impressions'),
      clicks: count('clicks'),
      conversions: count('conversions', { caveat: 'as Meta counts them; not orders' }),
      ad_spend: money(),
      orders: count('orders'),
      revenue: money(),
      buyers: count('contacts', { population: BUYERS, caveat: DISTINCT }),
      new_buyers: count('contacts', { caveat: DISTINCT }),
      ctr: ratio('clicks', 'impressions'),
      cpc: moneyPer('ad_spend', 'clicks'),
      cost_per_conversion: moneyPer('ad_spend', 'conversions'),
      roas: ratio('revenue', 'ad_spend', { caveat: 'of the scope all with revenue that no ad brought; else null where too few orders are linked' }),
      cac_buyers: moneyPer('ad_spend', 'buyers', { caveat: 'counts buyers who had bought before, too' }),
      cac_new_buyers: moneyPer('ad_spend', 'new_buyers'),
      link_rate: ratio('orders that the web analytics saw', 'orders', { population: 'all orders of the month' }),
    },
  },
  mtr_customer_revenue: {
    population: 'Orders of the CRM exports, and the contacts that made them',
    caveats: [CHANNELS],
    figures: {
      contacts: count('contacts', { population: 'contacts of the CRM, whether or not they ever ordered', caveat: 'not buyers' }),
      buyers: count('contacts', { population: BUYERS, caveat: DISTINCT }),
      new_buyers: count('contacts', { caveat: DISTINCT }),
      orders: count('orders'),
      repeat_orders: count('orders'),
      repeat_rate: ratio('repeat_orders', 'orders', { caveat: 'a share of orders, not of people' }),
      revenue: money(),
      new_revenue: money({ caveat: 'with that of orders that name nobody' }),
      repeat_revenue: money(),
      repeat_revenue_share: ratio('repeat_revenue', 'revenue'),
      aov: moneyPer('revenue', 'orders that have a rate'),
      orders_per_buyer: ratio('orders that name a contact', 'buyers'),
      revenue_per_buyer: moneyPer('revenue of orders that name a contact', 'buyers', { caveat: 'not an average order value' }),
      ltv: moneyPer('revenue of orders that name a contact', 'buyers', { caveat: 'what buyers brought so far; no forecast' }),
    },
  },
  mtr_order_days: {
    population: 'Orders of the CRM exports',
    caveats: [CHANNELS, 'buyers cannot be added up, and are not here'],
    figures: {
      orders: count('orders'),
      items: count('items'),
      revenue: money({ caveat: 'sums what has a rate only; where completeness is unconverted, some orders are missing' }),
      priced_orders: count('orders', { caveat: 'what a mean order value divides by' }),
      new_buyers: count('contacts', { caveat: 'may be added up: a contact has one first order' }),
      repeat_orders: count('orders'),
      new_revenue: money({ caveat: 'with that of orders that name nobody' }),
      repeat_revenue: money(),
    },
  },
  mtr_ad_days: {
    population: 'Ads of the account, by the days of its time zone',
    caveats: ['a campaign without a row had no ads on that day'],
    figures: {
      impressions: count('impressions'),
      clicks: count('clicks'),
      conversions: count('conversions', { caveat: 'as Meta counts them; not orders' }),
      ad_spend: money(),
    },
  },
  mtr_customer_retention: {
    population: 'Contacts with an order, by the month of their first',
    caveats: ['a month that is not over has no figure', 'who is in the first month that there is may have ordered before'],
    figures: {
      cohort_buyers: count('contacts'),
      active_buyers: count('contacts', { caveat: DISTINCT }),
      retention: ratio('active_buyers', 'cohort_buyers'),
      revenue: money(),
    },
  },
};
