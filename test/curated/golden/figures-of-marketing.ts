import { type Figure, from } from './figure.ts';
import { ADS, CAMPAIGNS, CONTACTS, ORDERS, price } from './published.ts';
import { entriesOf } from './shares.ts';

/** As the report's line of three months prints them. */
const AOV = { '2020-11': '1008.89', '2020-12': '989.80', '2021-01': '975.15' };
const PER_BUYER = { '2020-11': '1.069', '2020-12': '1.070', '2021-01': '1.049' };
const ALL = { period: 'all', scope: 'all' };
const overview = (value: string, conditions = {}) => from('metrics.mtr_executive_overview', value, { ...ALL, ...conditions });
const acquisition = (value: string, conditions = {}) => from('metrics.mtr_acquisition', value, { ...ALL, ...conditions });
const customers = (value: string, conditions = {}) => from('metrics.mtr_customer_revenue', value, { ...ALL, ...conditions });
const byMonth = (value: string, month: string) => from('metrics.mtr_revenue_by_month', value, { month_start: `${month}-01` });

function figure(name: string, published: string | number, where: string): Figure {
  return { name, published: String(published), where };
}

const EXECUTIVE: readonly Figure[] = [
  figure('orders', 701, overview('orders')),
  figure('revenue', '696367.84', overview('revenue')),
  figure('average order value', '993.39', overview('aov')),
  figure('repeat purchase rate, percent', '15.3', overview('100 * repeat_rate')),
  figure('repeat orders', 107, overview('repeat_orders')),
  figure('contacts that ordered', 594, overview('buyers')),
  ...entriesOf(ORDERS.revenueByChannel).map(([channel, revenue]) =>
    figure(`revenue of campaigns on ${channel}`, price(revenue), overview('revenue', { scope: 'campaign_channel', scope_value: channel })),
  ),
  ...entriesOf(ORDERS.revenueBySource).map(([source, revenue]) =>
    figure(`revenue of utm_source ${source}`, price(revenue), overview('revenue', { scope: 'utm_source', scope_value: source })),
  ),
  ...entriesOf(ORDERS.revenueBySource).map(([source, revenue]) =>
    figure(
      `share of utm_source ${source}, percent`,
      Math.round((100 * revenue) / ORDERS.revenue),
      overview(`100 * revenue / (${overview('revenue')})`, { scope: 'utm_source', scope_value: source }),
    ),
  ),
  ...entriesOf(ORDERS.payments).map(([method, count]) =>
    figure(`orders paid by ${method}`, count, overview('orders', { scope: 'payment_method', scope_value: method })),
  ),
  ...entriesOf(ORDERS.countryShares).map(([country, share]) =>
    figure(`share of ${country} among the first five countries, percent`, share, countryShare(country)),
  ),
];

/** What the report shows as a monthly trend: the same day of all months together. */
const DAYS_OF_MONTH: readonly Figure[] = entriesOf(ORDERS.dayOfMonth).flatMap(([day, { orders, revenue }]) => [
  figure(`revenue on day ${day} of all months`, price(revenue), onDay(day, 'SUM(revenue)')),
  figure(`orders on day ${day} of all months`, orders, onDay(day, 'SUM(orders)')),
]);

function onDay(day: string, value: string): string {
  return `${from('metrics.mtr_executive_overview', value, { period: 'day', scope: 'all' })} AND EXTRACT(DAY FROM period_start) = ${day}`;
}

function countryShare(country: string): string {
  const five = `SELECT SUM(top.revenue) FROM (${overview('revenue', { scope: 'country' })} ORDER BY revenue DESC LIMIT 5) AS top`;
  return overview(`100 * revenue / (${five})`, { scope: 'country', scope_value: country });
}

const MONTHS: readonly Figure[] = entriesOf(ORDERS.months).flatMap(([month, orders]) => [
  figure(`revenue of ${month}`, price(ORDERS.revenueByMonth[month]), byMonth('revenue', month)),
  figure(`orders of ${month}`, orders, byMonth('orders', month)),
  figure(`buyers of ${month}`, ORDERS.buyersByMonth[month], byMonth('buyers', month)),
  figure(`average order value of ${month}`, AOV[month], byMonth('aov', month)),
  figure(`orders per customer in ${month}`, PER_BUYER[month], customers('orders_per_buyer', { period: 'month', period_start: `${month}-01` })),
]);

const ADVERTISING: readonly Figure[] = [
  figure('ad spend', '5966.50', acquisition('ad_spend')),
  figure('conversions', 795, acquisition('conversions')),
  figure('cost per conversion', '7.505', acquisition('cost_per_conversion')),
  figure('impressions', 759_853, acquisition('impressions')),
  figure('clicks', 21_901, acquisition('clicks')),
  figure('click-through rate, percent', '2.882', acquisition('100 * ctr')),
  figure('cost per click', '0.2724', acquisition('cpc')),
  figure('return on ad spend', '116.7', acquisition('roas')),
  figure('cost of a customer', '10.04', acquisition('cac_buyers')),
  figure('the lowest rate of a day of the month, percent', '2.64', ctrOfDays('MIN')),
  figure('the highest rate of a day of the month, percent', '3.16', ctrOfDays('MAX')),
  ...entriesOf(ADS.spendByChannel).flatMap(([channel, spend]) => [
    figure(`spend on ${channel}`, price(spend), acquisition('ad_spend', { scope: 'campaign_channel', scope_value: channel })),
    figure(`conversions of ${channel}`, ADS.conversionsByChannel[channel], acquisition('conversions', { scope: 'campaign_channel', scope_value: channel })),
  ]),
  ...entriesOf(CAMPAIGNS.top).flatMap(([id, { revenue, spend }], place) => [
    figure(
      `revenue of the campaign at place ${place + 1}`,
      price(revenue),
      `${acquisition('revenue', { scope: 'campaign' })} ORDER BY revenue DESC LIMIT 1 OFFSET ${place}`,
    ),
    figure(`revenue of ${id}`, price(revenue), acquisition('revenue', { scope: 'campaign', scope_value: id })),
    figure(`spend on ${id}`, price(spend), acquisition('ad_spend', { scope: 'campaign', scope_value: id })),
  ]),
];

function ctrOfDays(extreme: string): string {
  const days = 'SELECT 100 * SUM(clicks) / SUM(impressions) AS rate FROM marts.dim_meta_ads GROUP BY EXTRACT(DAY FROM date)';
  return `SELECT ${extreme}(days.rate) FROM (${days}) AS days`;
}

const CUSTOMERS: readonly Figure[] = [
  figure('contacts', 7000, customers('contacts')),
  figure('distinct e-mail addresses', CONTACTS.emails, from('marts.dim_contacts', 'COUNT(DISTINCT email)')),
  figure('orders per customer', '1.180', customers('orders_per_buyer')),
  figure('revenue per customer', '1172.34', customers('ltv')),
  ...entriesOf(CONTACTS.countries).map(([country, count]) =>
    figure(`contacts in ${country}`, count, customers('contacts', { scope: 'country', scope_value: country })),
  ),
  figure('contacts that agreed to e-mails', 4853, `${from('marts.dim_contacts', 'COUNT(*)')} WHERE email_opt_in`),
  ...entriesOf(CAMPAIGNS.channels).map(([channel, count]) =>
    figure(`campaigns on ${channel}`, count, from('marts.dim_campaign', 'COUNT(*)', { campaign_channel: channel })),
  ),
];

const WEB: readonly Figure[] = [
  figure('transactions that the web analytics saw', 701, from('marts.dim_ga4_events', 'COUNT(transaction_id)')),
  figure('their value in USD', 2_719_954, from('marts.dim_ga4_events', 'SUM(value)', { currency: 'USD' })),
  figure('visitors with a transaction', 701, from('marts.dim_ga4_events', 'COUNT(DISTINCT user_pseudo_id)')),
  figure('orders that the web analytics saw, percent', 100, acquisition('100 * link_rate')),
];

/** Every published figure of the marketing report. */
export const MARKETING_FIGURES: readonly Figure[] = [...EXECUTIVE, ...DAYS_OF_MONTH, ...MONTHS, ...ADVERTISING, ...CUSTOMERS, ...WEB];
