import { type Figure, from } from './figure.ts';

/**
 * A defect of the old reports: what they showed, with the query that makes the same mistake on the same data (none where the
 * text beside the report was wrong and no data says so), and the figure that is right, with where it is now.
 */
export interface Defect {
  readonly name: string;
  readonly shown: string;
  readonly mistake: string | undefined;
  readonly right: Pick<Figure, 'published' | 'where'>;
}

const ALL = { period: 'all', scope: 'all' };
const SUPPORT = { population: 'resolved_valid', scope: 'all' };

const overview = (value: string, conditions = {}) => from('metrics.mtr_executive_overview', value, { ...ALL, ...conditions });
const customers = (value: string, conditions = {}) => from('metrics.mtr_customer_revenue', value, { ...ALL, ...conditions });
const acquisition = (value: string, conditions = {}) => from('metrics.mtr_acquisition', value, { ...ALL, ...conditions });
const segments = (value: string) => from('metrics.mtr_customer_segment_summary', value, { scope: 'all' });
const support = (value: string, conditions = {}) => from('metrics.mtr_support_performance', value, { ...SUPPORT, ...conditions });
const year = (value: string, which: number) => from('metrics.mtr_product_performance', value, { ...ALL, period: 'year', period_start: `${which}-01-01` });
const countOf = (rows: string) => `SELECT COUNT(*) FROM (${rows}) AS listed`;

function defect(name: string, shown: string, mistake: string | undefined, published: string, where: string): Defect {
  return { name, shown, mistake, right: { published, where } };
}

const VALID = 'FROM marts.fct_ticketing WHERE is_resolved_valid';

const OF_SUPPORT: readonly Defect[] = [
  defect(
    'the card of the time to resolution has the time to the first answer',
    '1.60',
    `SELECT AVG(frt_minutes) / 60 ${VALID}`,
    '8.30',
    support('ttr_hours_mean'),
  ),
  defect('the card of the first answer has no decimals', '2', support('frt_hours_mean'), '1.60', support('frt_hours_mean')),
  defect('the lines of both times are one column, so their P95 is the same', '2.87', support('frt_hours_p95'), '19.73', support('ttr_hours_p95')),
  defect(
    'the text says that a call is answered after 3.92 h',
    '3.92',
    undefined,
    '1.66',
    support('frt_hours_mean', { scope: 'channel', scope_value: 'Phone' }),
  ),
  defect('tickets without a valid time are left out of all tickets', '1566', `SELECT COUNT(*) ${VALID}`, '2769', support('tickets', { population: 'all' })),
  defect(
    'positive ratings are divided by tickets, rated or not; the population of the report is rated throughout',
    '40.9',
    `SELECT 100.0 * COUNT(CASE WHEN customer_satisfaction >= 4 THEN 1 END) / COUNT(*) ${VALID}`,
    '40.9',
    support('100 * csat_positive_of_rated'),
  ),
];

const FIRST_OF_MONTH = 'FROM marts.fct_orders WHERE EXTRACT(DAY FROM order_date) = 1';
const MONTHS = 'SELECT month_start FROM metrics.mtr_revenue_by_month';
const MARKED = (month: string) =>
  `SELECT 100 * SUM(CASE WHEN is_repeat_stated THEN amount_reporting END) / SUM(amount_reporting) FROM marts.fct_orders WHERE CAST(order_date AS STRING) LIKE '${month}-%'`;
const repeated = (month: string) => customers('repeat_orders', { period: 'month', period_start: `${month}-01` });

const OF_MARKETING: readonly Defect[] = [
  defect('a card titled AOV is the revenue per customer', '1172.34', customers('ltv'), '993.39', overview('aov')),
  defect('the card of customers counts contacts', '7000', customers('contacts'), '594', customers('buyers')),
  defect(
    'a chart titled campaigns has payment methods',
    '493',
    overview('orders', { scope: 'payment_method', scope_value: 'card' }),
    'CMP_0035',
    `${acquisition('scope_value', { scope: 'campaign' })} ORDER BY revenue DESC LIMIT 1`,
  ),
  defect(
    'the monthly trend is by day of the month: revenue',
    '25884.18',
    `SELECT SUM(amount_reporting) ${FIRST_OF_MONTH}`,
    '249195.02',
    `${from('metrics.mtr_revenue_by_month', 'revenue')} ORDER BY month_start LIMIT 1`,
  ),
  defect(
    'the monthly trend is by day of the month: orders',
    '27',
    `SELECT COUNT(*) ${FIRST_OF_MONTH}`,
    '247',
    `${from('metrics.mtr_revenue_by_month', 'orders')} ORDER BY month_start LIMIT 1`,
  ),
  defect(
    'months without their year begin with January',
    '1',
    'SELECT MIN(EXTRACT(MONTH FROM order_date)) FROM marts.fct_orders',
    '2020-11-01',
    `${MONTHS} ORDER BY month_start LIMIT 1`,
  ),
  defect(
    'all contacts have one month of the first order',
    '1',
    countOf('SELECT MIN(order_date) FROM marts.fct_orders'),
    '3',
    countOf('SELECT DISTINCT cohort_month FROM metrics.mtr_customer_retention'),
  ),
  // A contact's first line of the file counts as the first order. By time, November has 247 orders of 231 buyers: 16 repeated ones.
  defect('repeated is what the file marks: percent of November', '16.02', MARKED('2020-11'), '16', repeated('2020-11')),
  defect('repeated is what the file marks: percent of December', '13.10', MARKED('2020-12'), '54', repeated('2020-12')),
  defect('repeated is what the file marks: percent of January', '13.82', MARKED('2021-01'), '37', repeated('2021-01')),
  defect(
    'the order date does not filter the ads: spend of January 2021',
    '5966.50',
    acquisition('ad_spend'),
    '0.00',
    acquisition('ad_spend', { period: 'month', period_start: '2021-01-01' }),
  ),
  defect(
    'a click costs 0 where there was none',
    '718',
    'SELECT COUNT(*) FROM meta_ads.insights WHERE stated_cpc = 0',
    '0',
    'SELECT COUNT(*) FROM marts.dim_meta_ads WHERE cpc = 0',
  ),
  defect('an e-mail address is taken for a contact', '6897', 'SELECT COUNT(DISTINCT email) FROM marts.dim_contacts', '7000', customers('contacts')),
  defect(
    'channel is the source of the link: display has no revenue',
    '0',
    countOf(overview('revenue', { scope: 'utm_source', scope_value: 'display' })),
    '11615.17',
    overview('revenue', { scope: 'campaign_channel', scope_value: 'display' }),
  ),
  defect(
    'channel is that of the campaign: e-mails have no revenue',
    '0',
    countOf(overview('revenue', { scope: 'campaign_channel', scope_value: 'email' })),
    '65604.00',
    overview('revenue', { scope: 'utm_source', scope_value: 'email' }),
  ),
  defect(
    'dollars stand beside pounds',
    '2719954.00',
    'SELECT SUM(value) FROM marts.dim_ga4_events',
    '2039965.50',
    'SELECT SUM(value_reporting) FROM marts.dim_ga4_events',
  ),
  defect(
    'what the web analytics and the shop took is not compared',
    '701',
    acquisition('orders'),
    'other values',
    from('audits.audit_orders_ga4', 'verdict', ALL),
  ),
  defect(
    'a return of 117 on ads is shown as if spend had the scale of revenue',
    '116.7',
    acquisition('roas'),
    'below',
    from('audits.audit_spend_scale', 'verdict', ALL),
  ),
  defect(
    'a month that is not over looks like a fall',
    '146272.79',
    from('metrics.mtr_revenue_by_month', 'revenue', { month_start: '2021-01-01' }),
    'null',
    from('metrics.mtr_revenue_by_month', 'revenue_mom', { month_start: '2021-01-01' }),
  ),
];

const OF_SHOP: readonly Defect[] = [
  defect('total customers are buyers in one measure and the list in another', '2749', segments('customers'), '2595', segments('buyers')),
  defect(
    'revenue per customer is rounded to thousands in the text',
    '2000',
    `SELECT ROUND((${segments('revenue_per_buyer')}) / 1000) * 1000`,
    '2161',
    segments('revenue_per_buyer'),
  ),
  defect('revenue by all customers is taken for revenue by buyers', '2039.57', segments('revenue_per_customer'), '2160.61', segments('revenue_per_buyer')),
  defect('the text says that 2021 brought 1.83 M', '1830000.00', undefined, '1490061.92', year('revenue', 2021)),
  defect('the text says that 2021 fell by 35.1 percent', '-35.1', undefined, '-47.2', year(`100 * (revenue / (${year('revenue', 2020)}) - 1)`, 2021)),
  defect('2022 is compared as if it were over', '-95.7', year(`100 * (revenue / (${year('revenue', 2021)}) - 1)`, 2022), 'partial', year('completeness', 2022)),
  defect(
    'units of each product are the units of all',
    '13394',
    'SELECT SUM(quantity) FROM marts.fct_sales',
    '42',
    countOf(from('metrics.mtr_product_performance', 'units', { period: 'all', scope: 'product' })),
  ),
];

/** Every known defect of the figures. */
export const DEFECTS: readonly Defect[] = [...OF_SUPPORT, ...OF_MARKETING, ...OF_SHOP];
