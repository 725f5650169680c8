/** The definition of a measure again, as SQL over the marts, and what it must come to on the golden data set: a published figure, or a query of the metrics. */
export interface Translation {
  readonly measure: string;
  /** What is chosen in the report, where anything is. */
  readonly chosen?: string;
  readonly sql: string;
  readonly published: string | { readonly metric: string; readonly places: number; readonly isNull?: boolean };
}

const ORDERS = 'marts.fct_orders';
const ADS = 'marts.dim_meta_ads';
const WEB = 'marts.dim_ga4_events';
/** As the model loads them: what was deleted is left out. */
const SALES = '(SELECT * FROM marts.fct_sales WHERE NOT is_deleted)';
const TICKETS = '(SELECT * FROM marts.fct_ticketing WHERE NOT is_deleted)';
const VALID = 'is_resolved_valid = true';
const CUSTOMERS = '(SELECT * FROM marts.dim_customers WHERE customer_key <> -1 AND NOT is_deleted)';

function of(measure: string, sql: string, published: Translation['published'], chosen?: string): Translation {
  return { measure, sql, published, ...(chosen === undefined ? {} : { chosen }) };
}

/** A figure of the metrics, which models' tests and the golden figures hold. */
function metric(table: string, value: string, where: string, places = 6): Translation['published'] {
  return { metric: `SELECT ${value} FROM metrics.${table} WHERE ${where}`, places };
}

const ALL = "period = 'all' AND scope = 'all'";
const month = (start: string) => `period = 'month' AND scope = 'all' AND period_start = '${start}'`;
const select = (value: string, table: string, where = 'TRUE') => `SELECT ${value} FROM ${table} AS rows_of_it WHERE ${where}`;
const DECEMBER = "order_date BETWEEN '2020-12-01' AND '2020-12-31'";
const BUYERS = 'COUNT(DISTINCT contact_id)';

const MARKETING: readonly Translation[] = [
  of('Total Revenue', select('SUM(amount_reporting)', ORDERS), '696367.84'),
  of('Orders', select('COUNT(*)', ORDERS), '701'),
  of('Transactions', select('COUNT(DISTINCT order_id)', ORDERS), '701'),
  of('AOV', select('AVG(amount_reporting)', ORDERS), '993.39'),
  of('Items Ordered', select('SUM(items)', ORDERS), '904'),
  of('Repeat Orders', select('COUNT(*)', ORDERS, 'is_repeat'), '107'),
  of('Repeat Rate', select('100.0 * COUNT(CASE WHEN is_repeat THEN 1 END) / COUNT(*)', ORDERS), '15.3'),
  of('Repeat Revenue', select('SUM(amount_reporting)', ORDERS, 'is_repeat'), metric('mtr_customer_revenue', 'repeat_revenue', ALL)),
  of('New Revenue', select('SUM(amount_reporting)', ORDERS, 'NOT is_repeat'), metric('mtr_customer_revenue', 'new_revenue', ALL)),
  of(
    'Repeat Revenue Share',
    select('SUM(CASE WHEN is_repeat THEN amount_reporting END) / SUM(amount_reporting)', ORDERS, DECEMBER),
    metric('mtr_customer_revenue', 'repeat_revenue_share', month('2020-12-01')),
    'December 2020',
  ),
  of('Orders Without Rate', select('COUNT(*)', ORDERS, 'amount_reporting IS NULL'), '0'),
  of('Orders As Of', select('CAST(MAX(_extracted_at) AS DATE)', ORDERS), '2021-01-30'),
  of('Buyers', select(BUYERS, ORDERS), '594'),
  of('Buyers', select(BUYERS, ORDERS, DECEMBER), '284', 'December 2020'),
  of('New Buyers', select(BUYERS, ORDERS, `NOT is_repeat AND ${DECEMBER}`), metric('mtr_customer_revenue', 'new_buyers', month('2020-12-01')), 'December 2020'),
  of('Average LTV', select(`SUM(amount_reporting) / ${BUYERS}`, ORDERS, 'contact_id IS NOT NULL'), '1172.34'),
  of('Average Orders per Customer', select(`1.0 * COUNT(*) / ${BUYERS}`, ORDERS, 'contact_id IS NOT NULL'), '1.180'),
  of('Monthly Revenue', select('SUM(amount_reporting)', ORDERS, lastMonth("order_date <= '2020-12-15'")), '300900.03', 'days up to 15 December 2020'),
  of('Monthly Revenue', select('SUM(amount_reporting)', ORDERS, lastMonth('TRUE')), '146272.79'),
  of('Monthly Orders', select('COUNT(*)', ORDERS, lastMonth('TRUE')), '150'),
  of(
    'Revenue MoM',
    `SELECT (SELECT SUM(amount_reporting) FROM ${ORDERS} WHERE ${DECEMBER}) / (SELECT SUM(amount_reporting) FROM ${ORDERS} WHERE order_date BETWEEN '2020-11-01' AND '2020-11-30') - 1`,
    metric('mtr_revenue_by_month', 'revenue_mom', "month_start = '2020-12-01'"),
    'December 2020',
  ),
  of('Order Period', orderPeriod('2020-12-01', '2020-12-31'), metric('mtr_revenue_by_month', 'completeness', "month_start = '2020-12-01'"), 'December 2020'),
  of('Order Period', orderPeriod('2021-01-01', '2021-01-31'), metric('mtr_revenue_by_month', 'completeness', "month_start = '2021-01-01'"), 'January 2021'),
  of('Contacts', select('COUNT(*)', 'marts.dim_contacts', 'contact_key <> -1'), '7000'),
  of('Cohort Buyers', `SELECT COUNT(*) FROM ${firstOrders()} AS firsts`, '594'),
  ...[0, 1, 2].map((months) =>
    of(
      'Retention',
      retention('2020-11-01', months),
      {
        metric: `SELECT retention FROM metrics.mtr_customer_retention WHERE cohort_month = '2020-11-01' AND months_since_first = ${months}`,
        places: 6,
        // January is not over.
        isNull: months === 2,
      },
      `November 2020, ${months} months later`,
    ),
  ),
  of('Ad Spend', select('SUM(spend_reporting)', ADS), '5966.50'),
  of('Ad Spend', select('COALESCE(SUM(spend_reporting), 0)', ADS, "date BETWEEN '2021-01-01' AND '2021-01-31'"), '0.00', 'January 2021'),
  of('Ad Impressions', select('SUM(impressions)', ADS), '759853'),
  of('Ad Clicks', select('SUM(clicks)', ADS), '21901'),
  of('Ad Conversions', select('SUM(conversions)', ADS), '795'),
  of('CTR', select('100.0 * SUM(clicks) / SUM(impressions)', ADS), '2.882'),
  of(
    'Daily CTR',
    select('1.0 * SUM(clicks) / SUM(impressions)', ADS, "date = '2020-11-05'"),
    {
      metric: `SELECT 1.0 * SUM(clicks) / SUM(impressions) FROM metrics.mtr_acquisition WHERE period = 'day' AND scope = 'campaign' AND period_start = '2020-11-05'`,
      places: 6,
    },
    '5 November 2020',
  ),
  of('Cost per Click', select('SUM(spend_reporting) / SUM(clicks)', ADS), '0.2724'),
  of('Cost per Conversion', select('SUM(spend_reporting) / SUM(conversions)', ADS), '7.505'),
  of('ROAS', `SELECT (${select('SUM(amount_reporting)', ORDERS)}) / (${select('SUM(spend_reporting)', ADS)})`, '116.7'),
  of('CAC', `SELECT (${select('SUM(spend_reporting)', ADS)}) / (${select(BUYERS, ORDERS)})`, '10.04'),
  of(
    'CAC New Buyers',
    `SELECT (${select('SUM(spend_reporting)', ADS)}) / (${select(BUYERS, ORDERS, 'NOT is_repeat')})`,
    metric('mtr_acquisition', 'cac_new_buyers', ALL),
  ),
  of('Link Rate', select('100.0 * COUNT(CASE WHEN ga4_event_key <> -1 THEN 1 END) / COUNT(*)', ORDERS), '100'),
  of('Web Transactions', select('COUNT(*)', WEB, 'ga4_event_key <> -1'), '701'),
  of('Web Value', select('SUM(value_reporting)', WEB), '2039965.50'),
  of('Web Visitors with a Transaction', select('COUNT(DISTINCT user_pseudo_id)', WEB), '701'),
  of(
    'Transactions per Web Visitor',
    `SELECT 1.0 * (${select('COUNT(DISTINCT order_id)', ORDERS)}) / (${select('COUNT(DISTINCT user_pseudo_id)', WEB)})`,
    '1.00',
  ),
];

const SEGMENT = "scope = 'all'";
const IN_2021 = "BETWEEN '2021-01-01' AND '2021-12-31'";
const BOUGHT = `customer_key IN (SELECT customer_key FROM ${SALES} AS bought WHERE customer_key <> -1)`;
const RETURNED = `signup_date < '2021-01-01' AND last_ticket_date ${IN_2021}`;

const SHOP: readonly Translation[] = [
  of('Shop Revenue', select('SUM(amount_reporting)', SALES), '5606771.40'),
  of('Shop Revenue', select('SUM(amount_reporting)', SALES, `purchase_date ${IN_2021}`), '1490061.92', '2021'),
  of('Shop Sales', select('COUNT(*)', SALES), '8944'),
  of('Units Sold', select('SUM(quantity)', SALES), '13394'),
  of('Average Price per Unit', select('SUM(amount_reporting) / SUM(quantity)', SALES, 'amount_reporting IS NOT NULL AND quantity IS NOT NULL'), '418.60'),
  of('Average Sale Value', select('AVG(amount_reporting)', SALES), '626.88'),
  of('Median Sale Value', select('QUANTILE_CONT(amount_reporting, 0.5)', SALES), metric('mtr_customer_segment_summary', 'order_value_median', SEGMENT, 2)),
  of('P75 Sale Value', select('QUANTILE_CONT(amount_reporting, 0.75)', SALES), metric('mtr_customer_segment_summary', 'order_value_p75', SEGMENT, 2)),
  of('P95 Sale Value', select('QUANTILE_CONT(amount_reporting, 0.95)', SALES), metric('mtr_customer_segment_summary', 'order_value_p95', SEGMENT, 2)),
  of('Shop Buyers', select('COUNT(DISTINCT customer_key)', SALES, 'customer_key <> -1'), '2595'),
  of('Average Revenue per Customer', select('SUM(amount_reporting) / COUNT(DISTINCT customer_key)', SALES, 'customer_key <> -1'), '2161'),
  of('Shop As Of', select('CAST(MAX(_extracted_at) AS DATE)', SALES), '2022-03-21'),
  of(
    'Shop Revenue YoY',
    `SELECT 100 * ((${select('SUM(amount_reporting)', SALES, `purchase_date ${IN_2021}`)}) / (${select('SUM(amount_reporting)', SALES, "purchase_date BETWEEN '2020-01-01' AND '2020-12-31'")}) - 1)`,
    '-47.2',
    '2021',
  ),
  of('Products Listed', select('COUNT(*)', 'marts.dim_products', 'product_key <> -1 AND NOT is_deleted'), '42'),
  of(
    'Revenue Share',
    byProduct('100 * revenue / total', 'Microsoft Surface'),
    {
      metric: `SELECT 100 * revenue_share FROM metrics.mtr_product_performance WHERE scope = 'product' AND period = 'all' AND scope_value = 'Microsoft Surface'`,
      places: 4,
    },
    'Microsoft Surface',
  ),
  of('Revenue Rank', byProduct('place', 'iPhone'), '3', 'iPhone'),
  of(
    'Cumulative Revenue Share',
    byProduct('100 * so_far / total', 'iPhone'),
    {
      metric: `SELECT 100 * cumulative_revenue_share FROM metrics.mtr_product_performance WHERE scope = 'product' AND period = 'all' AND scope_value = 'iPhone'`,
      places: 4,
    },
    'iPhone',
  ),
  of('Customers', select('COUNT(*)', CUSTOMERS), '2749'),
  of('Customer Age Median', select('QUANTILE_CONT(customer_age, 0.5)', CUSTOMERS), '45'),
  of('Known Shop Buyers', select('COUNT(*)', CUSTOMERS, BOUGHT), '2595'),
  of('Sign-ups', select('COUNT(*)', CUSTOMERS, `signup_date ${IN_2021}`), '620', '2021'),
  of('New Customers', select('COUNT(*)', CUSTOMERS, `signup_date ${IN_2021} AND ${BOUGHT}`), '570', '2021'),
  of('Returned Customers', select('COUNT(*)', CUSTOMERS, RETURNED), '745', '2021'),
  of('Returning Customers', select('COUNT(*)', CUSTOMERS, `${RETURNED} AND ${BOUGHT}`), '691', '2021'),
  of(
    'Top Location by Revenue',
    `SELECT location FROM marts.dim_customers JOIN ${SALES} AS sale USING (customer_key) GROUP BY location ORDER BY SUM(amount_reporting) DESC LIMIT 1`,
    'London',
  ),
  of('Customers at Risk', 'SELECT COUNT(*) FROM metrics.mtr_churn_signals WHERE signals >= 1', {
    metric: 'SELECT COUNT(*) FROM metrics.mtr_churn_signals WHERE is_inactive OR has_low_rating OR has_many_tickets',
    places: 0,
  }),
  of('Revenue of Customers at Risk', 'SELECT SUM(revenue) FROM metrics.mtr_churn_signals WHERE signals >= 1', {
    metric: `SELECT SUM(amount_reporting) FROM ${SALES} AS sale WHERE customer_key IN (SELECT customer_key FROM metrics.mtr_churn_signals WHERE is_inactive OR has_low_rating OR has_many_tickets)`,
    places: 2,
  }),
];

const support = (value: string, places = 6) => metric('mtr_support_performance', value, "population = 'all' AND scope = 'all'", places);
const LAST_DAY = `CAST(ticket_created AS DATE) = (SELECT MAX(CAST(ticket_created AS DATE)) FROM ${TICKETS} AS newest)`;
const durations = (short: string, column: string, [mean, median, p75, p95]: readonly [string, string, string, string]): readonly Translation[] => {
  const hours = (what: string) => `${what} / 60`;
  const low = column.slice(0, 3);
  return [
    of(`${short} Mean`, select(hours(`AVG(${column})`), TICKETS, VALID), mean, VALID),
    of(`${short} Mean`, select(hours(`AVG(${column})`), TICKETS), support(`${low}_hours_mean`)),
    of(`${short} Median`, select(hours(`QUANTILE_CONT(${column}, 0.5)`), TICKETS, VALID), median, VALID),
    of(`${short} P75`, select(hours(`QUANTILE_CONT(${column}, 0.75)`), TICKETS, VALID), p75, VALID),
    of(`${short} P95`, select(hours(`QUANTILE_CONT(${column}, 0.95)`), TICKETS, VALID), p95, VALID),
  ];
};
const ofWeeks = (measure: string, column: string): Translation =>
  of(measure, `SELECT SUM(${column}) FROM metrics.mtr_ops_weekly WHERE scope = 'all'`, {
    metric: `SELECT SUM(${column}) FROM metrics.mtr_ops_weekly WHERE scope = 'channel'`,
    places: 0,
  });

const SUPPORT: readonly Translation[] = [
  of('Total Tickets', select('COUNT(*)', TICKETS), '2769'),
  of('Total Tickets', select('COUNT(*)', TICKETS, VALID), '1566', VALID),
  of('Resolved Tickets', select('COUNT(*)', TICKETS, VALID), '1566'),
  of(
    'Priority Share',
    `SELECT 100.0 * (${select('COUNT(*)', TICKETS, `${VALID} AND ticket_channel = 'Email' AND ticket_priority = 'Low'`)}) / (${select('COUNT(*)', TICKETS, `${VALID} AND ticket_channel = 'Email'`)})`,
    '46.86',
    `${VALID}, Email, Low`,
  ),
  of('Support As Of', select('CAST(MAX(_extracted_at) AS DATE)', TICKETS), '2023-06-03'),
  ...durations('FRT', 'frt_minutes', ['1.60', '1.62', '2.33', '2.87']),
  ...durations('TTR', 'ttr_minutes', ['8.30', '7.04', '12.33', '19.73']),
  of('FRT Mean of Last Day', select('AVG(frt_minutes) / 60', TICKETS, LAST_DAY), {
    metric: `SELECT AVG(frt_minutes) / 60 FROM analytics.v_fct_ticketing WHERE CAST(ticket_created AS DATE) = (SELECT MAX(CAST(ticket_created AS DATE)) FROM analytics.v_fct_ticketing)`,
    places: 6,
  }),
  of('Rated Tickets', select('COUNT(*)', TICKETS, `${VALID} AND customer_satisfaction IS NOT NULL`), '1566', VALID),
  of('Positive Tickets', select('COUNT(*)', TICKETS, `${VALID} AND customer_satisfaction >= 4`), '641', VALID),
  of('CSAT Positive of All', select('100.0 * COUNT(CASE WHEN customer_satisfaction >= 4 THEN 1 END) / COUNT(*)', TICKETS, VALID), '40.9', VALID),
  of('CSAT Positive of All', select('1.0 * COUNT(CASE WHEN customer_satisfaction >= 4 THEN 1 END) / COUNT(*)', TICKETS), support('csat_positive_of_all')),
  of(
    'CSAT Positive of Rated',
    select('1.0 * COUNT(CASE WHEN customer_satisfaction >= 4 THEN 1 END) / COUNT(customer_satisfaction)', TICKETS),
    support('csat_positive_of_rated'),
  ),
  of('CSAT Mean', select('AVG(customer_satisfaction)', TICKETS, VALID), '3.03', VALID),
  ofWeeks('Tickets of the Week', 'tickets'),
  ofWeeks('FRT Violations', 'frt_violations'),
  ofWeeks('TTR Violations', 'ttr_violations'),
  ofWeeks('SLA Violations', 'sla_violations'),
  of(
    'SLA Violation Share',
    "SELECT 1.0 * sla_violations / tickets FROM metrics.mtr_ops_weekly WHERE scope = 'all' ORDER BY week_start LIMIT 1",
    { metric: "SELECT sla_violation_share FROM metrics.mtr_ops_weekly WHERE scope = 'all' ORDER BY week_start LIMIT 1", places: 6 },
    'the first week',
  ),
];

/** Every measure again in SQL. */
export const TRANSLATIONS: readonly Translation[] = [...MARKETING, ...SHOP, ...SUPPORT];

/** The month of the newest order among those that are chosen, all of it. */
function lastMonth(chosen: string): string {
  const newest = `SELECT MAX(order_date) FROM ${ORDERS} WHERE ${chosen}`;
  return `order_date > LAST_DAY((${newest}) - INTERVAL 1 MONTH) AND order_date <= LAST_DAY((${newest}))`;
}

function orderPeriod(first: string, last: string): string {
  return `SELECT CASE WHEN DATE '${last}' + 1 > CAST(MAX(_extracted_at) AS DATE) OR DATE '${first}' < MIN(order_date) THEN 'partial' ELSE 'final' END FROM ${ORDERS}`;
}

/** What the calculated columns of the contacts are. */
function firstOrders(): string {
  return `(SELECT contact_key, MIN(order_date) AS first_order_date FROM ${ORDERS} WHERE contact_key <> -1 GROUP BY contact_key)`;
}

function retention(cohort: string, months: number): string {
  const start = `(DATE '${cohort}' + INTERVAL ${months} MONTH)`;
  const isOver = `LAST_DAY(${start}) + 1 <= (SELECT MAX(CAST(_extracted_at AS DATE)) FROM ${ORDERS})`;
  const members = `SELECT contact_key FROM ${firstOrders()} AS firsts WHERE DATE_TRUNC('month', first_order_date) = DATE '${cohort}'`;
  const active = `SELECT COUNT(DISTINCT contact_key) FROM ${ORDERS} WHERE contact_key IN (${members}) AND order_date >= ${start} AND order_date < ${start} + INTERVAL 1 MONTH`;
  return `SELECT CASE WHEN ${isOver} THEN 1.0 * (${active}) / (SELECT COUNT(*) FROM (${members}) AS cohort) END`;
}

function byProduct(value: string, product: string): string {
  return `SELECT ${value} FROM (
SELECT product_name, SUM(amount_reporting) AS revenue, SUM(SUM(amount_reporting)) OVER () AS total, RANK() OVER (ORDER BY SUM(amount_reporting) DESC) AS place,
  SUM(SUM(amount_reporting)) OVER (ORDER BY SUM(amount_reporting) DESC RANGE UNBOUNDED PRECEDING) AS so_far
FROM ${SALES} AS sale JOIN marts.dim_products USING (product_key) GROUP BY product_key, product_name) AS listed WHERE product_name = '${product}'`;
}
