/** A figure of the page, and the same from the marts. */
export interface FigureCase {
  readonly tab: string;
  /** Filters as in the address; none where it does not say. */
  readonly filters?: string;
  /** A key figure by its name, or a cell of a card by row and column. */
  readonly at: string | readonly [card: string, row: string, column: string];
  readonly sql: string;
}

const ORDERS = 'FROM marts.fct_orders AS o';
const ADS = 'FROM marts.dim_meta_ads AS a JOIN marts.dim_campaign AS c ON c.campaign_key = a.campaign_key';
const SALES =
  'FROM marts.fct_sales AS s JOIN marts.dim_customers AS p ON p.customer_key = s.customer_key JOIN marts.dim_products AS g ON g.product_key = s.product_key WHERE NOT s.is_deleted';
const PEOPLE = 'FROM marts.dim_customers AS p WHERE p.customer_key <> -1 AND NOT p.is_deleted';
const TICKETS = 'FROM marts.fct_ticketing AS t JOIN marts.dim_customers AS p ON p.customer_key = t.customer_key WHERE NOT t.is_deleted';
const STORES =
  'FROM marts.dim_stores AS s LEFT JOIN (SELECT store_key, COUNT(*) AS reports, COUNT_IF(is_visit) AS visits FROM marts.fct_call_reports GROUP BY store_key) AS r ON r.store_key = s.store_key WHERE s.store_key <> -1';
/** A ticket is late where it took longer than promised, or is open for longer than that when the tickets were asked for. */
const lateBy = (taken: string, moment: string, promised: readonly [critical: number, high: number, medium: number, other: number]) => {
  const [critical, high, medium, other] = promised;
  const limit = `CASE t.ticket_priority WHEN 'Critical' THEN ${critical} WHEN 'High' THEN ${high} WHEN 'Medium' THEN ${medium} ELSE ${other} END`;
  const isOpen = `t.${taken} IS NULL AND t.${moment} IS NULL AND COALESCE(t.ticket_status, 'Open') <> 'Closed'`;
  const waits = "DATE_DIFF('minute', t.ticket_created, (SELECT MAX(_extracted_at) FROM marts.fct_ticketing))";
  return `(COALESCE(t.${taken} > ${limit}, FALSE) OR (${isOpen} AND ${waits} > ${limit}))`;
};
const LATE_ANSWER = lateBy('frt_minutes', 'first_response_time', [60, 120, 240, 480]);
const LATE_END = lateBy('ttr_minutes', 'time_to_resolution', [480, 720, 1440, 2880]);

const executive: readonly FigureCase[] = [
  { tab: 'executive', at: 'mtr_order_days.revenue', sql: `SELECT SUM(o.amount_reporting) ${ORDERS}` },
  { tab: 'executive', at: 'mtr_order_days.orders', sql: `SELECT COUNT(*) ${ORDERS}` },
  { tab: 'executive', at: 'mtr_executive_overview.aov', sql: `SELECT AVG(o.amount_reporting) ${ORDERS}` },
  { tab: 'executive', at: 'mtr_executive_overview.repeat_rate', sql: `SELECT AVG(CASE WHEN o.is_repeat THEN 1 ELSE 0 END) ${ORDERS}` },
  { tab: 'executive', at: 'mtr_executive_overview.buyers', sql: `SELECT COUNT(DISTINCT o.contact_id) ${ORDERS}` },
  { tab: 'executive', at: 'mtr_order_days.items', sql: `SELECT SUM(o.items) ${ORDERS}` },
  {
    tab: 'executive',
    filters: 'campaign_channel=google',
    at: 'mtr_order_days.revenue',
    sql: `SELECT SUM(o.amount_reporting) ${ORDERS} WHERE o.campaign_channel = 'google'`,
  },
  {
    tab: 'executive',
    filters: 'campaign_channel=google',
    at: 'mtr_executive_overview.buyers',
    sql: `SELECT COUNT(DISTINCT o.contact_id) ${ORDERS} WHERE o.campaign_channel = 'google'`,
  },
  {
    tab: 'executive',
    filters: 'campaign_channel=google&campaign_channel=direct&country=US&from=2020-11-10&to=2020-12-24',
    at: 'mtr_order_days.revenue',
    sql: `SELECT SUM(o.amount_reporting) ${ORDERS} WHERE o.campaign_channel IN ('google', 'direct') AND o.country = 'US' AND o.order_date BETWEEN '2020-11-10' AND '2020-12-24'`,
  },
  {
    tab: 'executive',
    filters: 'from=2020-12-01&to=2020-12-31',
    at: 'mtr_executive_overview.buyers',
    sql: `SELECT COUNT(DISTINCT o.contact_id) ${ORDERS} WHERE o.order_date BETWEEN '2020-12-01' AND '2020-12-31'`,
  },
  {
    tab: 'executive',
    at: ['revenue-by-month', 'Dec 2020', 'Revenue'],
    sql: `SELECT SUM(o.amount_reporting) ${ORDERS} WHERE DATE_TRUNC('month', o.order_date) = '2020-12-01'`,
  },
  { tab: 'executive', at: ['revenue-by-day', '1 Dec 2020', 'Revenue'], sql: `SELECT SUM(o.amount_reporting) ${ORDERS} WHERE o.order_date = '2020-12-01'` },
  {
    tab: 'executive',
    at: ['revenue-by-campaign-channel', 'facebook', 'Share of all'],
    sql: `SELECT SUM(CASE WHEN o.campaign_channel = 'facebook' THEN o.amount_reporting END) / SUM(o.amount_reporting) ${ORDERS}`,
  },
  {
    tab: 'executive',
    at: ['revenue-by-order-channel', 'facebook', 'Revenue'],
    sql: `SELECT SUM(o.amount_reporting) ${ORDERS} WHERE o.order_channel = 'facebook'`,
  },
  { tab: 'executive', at: ['revenue-by-source', 'direct', 'Revenue'], sql: `SELECT SUM(o.amount_reporting) ${ORDERS} WHERE o.utm_source = 'direct'` },
  {
    tab: 'executive',
    at: ['months', 'Dec 2020', 'Against the month before'],
    sql: `SELECT SUM(CASE WHEN MONTH(o.order_date) = 12 THEN o.amount_reporting END) / SUM(CASE WHEN MONTH(o.order_date) = 11 THEN o.amount_reporting END) - 1 ${ORDERS}`,
  },
];

const acquisition: readonly FigureCase[] = [
  { tab: 'acquisition', at: 'mtr_ad_days.ad_spend', sql: `SELECT SUM(a.spend_reporting) ${ADS}` },
  { tab: 'acquisition', at: 'mtr_ad_days.impressions', sql: `SELECT SUM(a.impressions) ${ADS}` },
  { tab: 'acquisition', at: 'mtr_ad_days.clicks', sql: `SELECT SUM(a.clicks) ${ADS}` },
  { tab: 'acquisition', at: 'mtr_ad_days.conversions', sql: `SELECT SUM(a.conversions) ${ADS}` },
  { tab: 'acquisition', at: 'mtr_acquisition.ctr', sql: `SELECT SUM(a.clicks) / SUM(a.impressions) ${ADS}` },
  { tab: 'acquisition', at: 'mtr_acquisition.cpc', sql: `SELECT SUM(a.spend_reporting) / SUM(a.clicks) ${ADS}` },
  { tab: 'acquisition', at: 'mtr_acquisition.cost_per_conversion', sql: `SELECT SUM(a.spend_reporting) / SUM(a.conversions) ${ADS}` },
  { tab: 'acquisition', at: 'mtr_acquisition.roas', sql: `SELECT (SELECT SUM(o.amount_reporting) ${ORDERS}) / SUM(a.spend_reporting) ${ADS}` },
  {
    tab: 'acquisition',
    at: 'mtr_acquisition.cac_new_buyers',
    sql: `SELECT SUM(a.spend_reporting) / (SELECT COUNT(DISTINCT o.contact_id) ${ORDERS}) ${ADS}`,
  },
  {
    tab: 'acquisition',
    filters: 'from=2020-11-05&to=2020-11-20&campaign_channel=google',
    at: 'mtr_ad_days.ad_spend',
    sql: `SELECT SUM(a.spend_reporting) ${ADS} WHERE a.date BETWEEN '2020-11-05' AND '2020-11-20' AND c.campaign_channel = 'google'`,
  },
  {
    tab: 'acquisition',
    at: ['ctr-by-day', 'Dec 2020', 'Click-through rate'],
    sql: `SELECT SUM(a.clicks) / SUM(a.impressions) ${ADS} WHERE DATE_TRUNC('month', a.date) = '2020-12-01'`,
  },
  {
    tab: 'acquisition',
    filters: 'from=2020-11-05&to=2020-11-20',
    at: ['ctr-by-day', '7 Nov 2020', 'Click-through rate'],
    sql: `SELECT SUM(a.clicks) / SUM(a.impressions) ${ADS} WHERE a.date = '2020-11-07'`,
  },
  { tab: 'acquisition', at: ['campaigns', 'Campaign_0009', 'Clicks'], sql: `SELECT SUM(a.clicks) ${ADS} WHERE c.campaign_name = 'Campaign_0009'` },
  {
    tab: 'acquisition',
    at: ['campaigns', 'Campaign_0009', 'Revenue, GBP'],
    sql: `SELECT SUM(o.amount_reporting) ${ORDERS} JOIN marts.dim_campaign AS c ON c.campaign_key = o.campaign_key WHERE c.campaign_name = 'Campaign_0009'`,
  },
  {
    tab: 'acquisition',
    filters: 'from=2020-11-01&to=2020-11-30',
    at: ['spend-and-revenue', 'Campaign_0007', 'Revenue'],
    sql: `SELECT SUM(o.amount_reporting) ${ORDERS} JOIN marts.dim_campaign AS c ON c.campaign_key = o.campaign_key WHERE c.campaign_name = 'Campaign_0007' AND o.order_date BETWEEN '2020-11-01' AND '2020-11-30'`,
  },
];

const customerRevenue: readonly FigureCase[] = [
  { tab: 'customer-revenue', at: 'mtr_customer_revenue.contacts', sql: 'SELECT COUNT(*) FROM marts.dim_contacts WHERE contact_key <> -1' },
  { tab: 'customer-revenue', at: 'mtr_customer_revenue.orders_per_buyer', sql: `SELECT COUNT(o.contact_id) / COUNT(DISTINCT o.contact_id) ${ORDERS}` },
  {
    tab: 'customer-revenue',
    at: 'mtr_customer_revenue.revenue_per_buyer',
    sql: `SELECT SUM(o.amount_reporting) / COUNT(DISTINCT o.contact_id) ${ORDERS} WHERE o.contact_id IS NOT NULL`,
  },
  {
    tab: 'customer-revenue',
    filters: 'country=GB',
    at: 'mtr_customer_revenue.orders_per_buyer',
    sql: `SELECT COUNT(o.contact_id) / COUNT(DISTINCT o.contact_id) ${ORDERS} WHERE o.country = 'GB'`,
  },
  {
    tab: 'customer-revenue',
    at: ['orders-per-buyer', 'Jan 2021', 'Orders per buyer'],
    sql: `SELECT COUNT(o.contact_id) / COUNT(DISTINCT o.contact_id) ${ORDERS} WHERE o.order_date BETWEEN '2021-01-01' AND '2021-01-31'`,
  },
  {
    tab: 'customer-revenue',
    at: ['new-and-repeat', 'Jan 2021', 'Revenue of repeat orders'],
    sql: `SELECT SUM(o.amount_reporting) ${ORDERS} WHERE o.is_repeat AND o.order_date BETWEEN '2021-01-01' AND '2021-01-31'`,
  },
  {
    tab: 'customer-revenue',
    at: ['retention', 'Nov 2020', '+1 month'],
    sql: `WITH first AS (SELECT contact_id, MIN(order_date) AS day FROM marts.fct_orders WHERE contact_id IS NOT NULL GROUP BY contact_id HAVING MIN(order_date) < '2020-12-01')
      SELECT COUNT(DISTINCT CASE WHEN o.order_date BETWEEN '2020-12-01' AND '2020-12-31' THEN o.contact_id END) / COUNT(DISTINCT first.contact_id) FROM first JOIN marts.fct_orders AS o ON o.contact_id = first.contact_id`,
  },
  {
    tab: 'customer-revenue',
    at: ['revenue-by-country', 'Brazil', 'Share of all'],
    sql: `SELECT SUM(CASE WHEN o.country = 'BR' THEN o.amount_reporting END) / SUM(o.amount_reporting) ${ORDERS}`,
  },
  { tab: 'customer-revenue', at: ['orders-by-payment', 'bank transfer', 'Orders'], sql: `SELECT COUNT(*) ${ORDERS} WHERE o.payment_method = 'bank_transfer'` },
];

const products: readonly FigureCase[] = [
  { tab: 'products', at: 'mtr_shop_revenue.revenue', sql: `SELECT SUM(s.amount_reporting) ${SALES}` },
  { tab: 'products', at: 'mtr_shop_revenue.units', sql: `SELECT SUM(s.quantity) ${SALES}` },
  {
    tab: 'products',
    at: 'mtr_product_performance.price_per_unit',
    sql: `SELECT SUM(s.amount_reporting) / SUM(s.quantity) ${SALES} AND s.quantity IS NOT NULL AND s.amount_reporting IS NOT NULL`,
  },
  { tab: 'products', at: 'mtr_customer_segment_summary.aov', sql: `SELECT SUM(s.amount_reporting) / COUNT(*) ${SALES}` },
  { tab: 'products', at: 'mtr_customer_segment_summary.order_value_median', sql: `SELECT QUANTILE_CONT(s.amount_reporting, 0.5) ${SALES}` },
  { tab: 'products', at: 'mtr_customer_segment_summary.order_value_p95', sql: `SELECT QUANTILE_CONT(s.amount_reporting, 0.95) ${SALES}` },
  {
    tab: 'products',
    filters: 'location=London',
    at: 'mtr_customer_segment_summary.order_value_median',
    sql: `SELECT QUANTILE_CONT(s.amount_reporting, 0.5) ${SALES} AND p.location = 'London'`,
  },
  {
    tab: 'products',
    filters: 'location=London&income=High&gender=Female&from=2020-06-01&to=2021-05-31',
    at: 'mtr_shop_revenue.revenue',
    sql: `SELECT SUM(s.amount_reporting) ${SALES} AND p.location = 'London' AND p.income_bracket = 'High' AND p.customer_gender = 'Female' AND s.purchase_date BETWEEN '2020-06-01' AND '2021-05-31'`,
  },
  { tab: 'products', at: ['revenue-by-group', 'Hardware', 'Revenue'], sql: `SELECT SUM(s.amount_reporting) ${SALES} AND g.category_group = 'Hardware'` },
  {
    tab: 'products',
    at: ['revenue-by-income', 'Medium', 'Share of all'],
    sql: `SELECT SUM(CASE WHEN p.income_bracket = 'Medium' THEN s.amount_reporting END) / SUM(s.amount_reporting) ${SALES}`,
  },
  { tab: 'products', at: ['revenue-by-year', '2020', 'Revenue, GBP'], sql: `SELECT SUM(s.amount_reporting) ${SALES} AND YEAR(s.purchase_date) = 2020` },
  {
    tab: 'products',
    at: ['shop-revenue-by-month', 'Mar 2021', 'Revenue'],
    sql: `SELECT SUM(s.amount_reporting) ${SALES} AND DATE_TRUNC('month', s.purchase_date) = '2021-03-01'`,
  },
];

const insight: readonly FigureCase[] = [
  { tab: 'customer-insight', at: 'mtr_customer_profile.customers', sql: `SELECT COUNT(*) ${PEOPLE}` },
  {
    tab: 'customer-insight',
    at: 'mtr_customer_profile.buyers',
    sql: 'SELECT COUNT(DISTINCT customer_key) FROM marts.fct_sales WHERE NOT is_deleted AND customer_key <> -1',
  },
  {
    tab: 'customer-insight',
    at: 'mtr_customer_segment_summary.customer_age_median',
    sql: `SELECT MEDIAN(p.customer_age) ${PEOPLE} AND p.age_band IS NOT NULL`,
  },
  {
    tab: 'customer-insight',
    at: 'mtr_customer_segment_summary.revenue_per_buyer',
    sql: 'SELECT SUM(amount_reporting) / COUNT(DISTINCT customer_key) FROM marts.fct_sales WHERE NOT is_deleted AND customer_key <> -1',
  },
  {
    tab: 'customer-insight',
    filters: 'location=Leeds&income=Low',
    at: 'mtr_customer_profile.customers',
    sql: `SELECT COUNT(*) ${PEOPLE} AND p.location = 'Leeds' AND p.income_bracket = 'Low'`,
  },
  {
    tab: 'customer-insight',
    at: ['signups', 'Mar 2020', 'Customers in the list'],
    sql: `SELECT COUNT(*) ${PEOPLE} AND DATE_TRUNC('month', p.signup_date) = '2020-03-01'`,
  },
  {
    tab: 'customer-insight',
    at: ['customers-by-gender', 'Female', 'Share of all'],
    sql: `SELECT AVG(CASE WHEN p.customer_gender = 'Female' THEN 1 ELSE 0 END) ${PEOPLE}`,
  },
  { tab: 'customer-insight', at: ['growth', '2021', 'New customers'], sql: `SELECT COUNT(*) ${PEOPLE} AND YEAR(p.signup_date) = 2021` },
];

const support: readonly FigureCase[] = [
  { tab: 'support', at: 'mtr_ticket_days.tickets', sql: `SELECT COUNT(*) ${TICKETS}` },
  { tab: 'support', at: 'mtr_support_performance.frt_hours_median', sql: `SELECT MEDIAN(t.frt_minutes) / 60 ${TICKETS}` },
  { tab: 'support', at: 'mtr_support_performance.frt_hours_p95', sql: `SELECT QUANTILE_CONT(t.frt_minutes, 0.95) / 60 ${TICKETS}` },
  { tab: 'support', at: 'mtr_support_performance.ttr_hours_median', sql: `SELECT MEDIAN(t.ttr_minutes) / 60 ${TICKETS}` },
  { tab: 'support', at: 'mtr_support_performance.ttr_hours_p75', sql: `SELECT QUANTILE_CONT(t.ttr_minutes, 0.75) / 60 ${TICKETS}` },
  { tab: 'support', at: 'mtr_support_performance.frt_hours_mean', sql: `SELECT AVG(t.frt_minutes) / 60 ${TICKETS}` },
  { tab: 'support', at: 'mtr_support_performance.ttr_hours_mean', sql: `SELECT AVG(t.ttr_minutes) / 60 ${TICKETS}` },
  {
    tab: 'support',
    at: 'mtr_support_performance.csat_positive_of_rated',
    sql: `SELECT COUNT_IF(t.customer_satisfaction >= 4) / COUNT(t.customer_satisfaction) ${TICKETS}`,
  },
  { tab: 'support', at: 'mtr_support_performance.csat_mean', sql: `SELECT AVG(t.customer_satisfaction) ${TICKETS}` },
  {
    tab: 'support',
    filters: 'priority=High',
    at: 'mtr_support_performance.ttr_hours_median',
    sql: `SELECT MEDIAN(t.ttr_minutes) / 60 ${TICKETS} AND t.ticket_priority = 'High'`,
  },
  {
    tab: 'support',
    filters: 'priority=High&ticket_channel=Email&location=London',
    at: 'mtr_support_performance.frt_hours_mean',
    sql: `SELECT AVG(t.frt_minutes) / 60 ${TICKETS} AND t.ticket_priority = 'High' AND t.ticket_channel = 'Email' AND p.location = 'London'`,
  },
  {
    tab: 'support',
    filters: 'resolution=true',
    at: 'mtr_support_performance.frt_hours_median',
    sql: `SELECT MEDIAN(t.frt_minutes) / 60 ${TICKETS} AND t.is_resolved_valid`,
  },
  {
    tab: 'support',
    at: ['ttr-by-channel', 'Phone', 'Resolution, P95'],
    sql: `SELECT QUANTILE_CONT(t.ttr_minutes, 0.95) / 60 ${TICKETS} AND t.ticket_channel = 'Phone'`,
  },
  {
    tab: 'support',
    at: ['channel-and-priority', 'Chat', 'Critical'],
    sql: `SELECT COUNT(*) ${TICKETS} AND t.ticket_channel = 'Chat' AND t.ticket_priority = 'Critical'`,
  },
  { tab: 'support', at: ['issues', 'Data loss', 'Tickets'], sql: `SELECT COUNT(*) ${TICKETS} AND t.ticket_subject = 'Data loss'` },
];

const weekly: readonly FigureCase[] = [
  { tab: 'weekly', at: 'mtr_ticket_days.frt_violations', sql: `SELECT COUNT_IF(${LATE_ANSWER}) ${TICKETS}` },
  { tab: 'weekly', at: 'mtr_ticket_days.sla_violations', sql: `SELECT COUNT_IF(${LATE_ANSWER} OR ${LATE_END}) ${TICKETS}` },
  {
    tab: 'weekly',
    filters: 'priority=Critical',
    at: 'mtr_ops_weekly.sla_violation_share',
    sql: `SELECT COUNT_IF(${LATE_ANSWER} OR ${LATE_END}) / COUNT(*) ${TICKETS} AND t.ticket_priority = 'Critical'`,
  },
  { tab: 'weekly', at: ['late-by-priority', 'High', 'Resolved late'], sql: `SELECT COUNT_IF(${LATE_END}) ${TICKETS} AND t.ticket_priority = 'High'` },
];

const coverage: readonly FigureCase[] = [
  { tab: 'coverage', at: 'mtr_sales_coverage.stores', sql: `SELECT COUNT(*) ${STORES}` },
  { tab: 'coverage', at: 'mtr_sales_coverage.coverage', sql: `SELECT COUNT_IF(r.visits > 0) / COUNT(*) ${STORES}` },
  { tab: 'coverage', at: 'mtr_sales_coverage.visits', sql: `SELECT SUM(r.visits) ${STORES}` },
  {
    tab: 'coverage',
    filters: "chain=O'Leaf+%26+Sons&store_class=A",
    at: 'mtr_sales_coverage.stores',
    sql: `SELECT COUNT(*) ${STORES} AND s.chain = 'O''Leaf & Sons' AND s.store_class = 'A'`,
  },
  { tab: 'coverage', at: ['chains', 'True North Buds', 'Coverage'], sql: `SELECT COUNT_IF(r.visits > 0) / COUNT(*) ${STORES} AND s.chain = 'True North Buds'` },
];

const pipeline: readonly FigureCase[] = [
  { tab: 'pipeline', at: 'mtr_pipeline_balance.records', sql: 'SELECT SUM(records) FROM ops.runs' },
  { tab: 'pipeline', at: 'mtr_pipeline_balance.rejects', sql: 'SELECT COUNT(*) FROM ops.rejects' },
  { tab: 'pipeline', filters: 'source=ezfocus', at: 'mtr_pipeline_balance.records', sql: "SELECT SUM(records) FROM ops.runs WHERE source = 'ezfocus'" },
  { tab: 'pipeline', at: ['conservation', 'supabase/sales', 'Rows loaded'], sql: "SELECT COUNT(*) FROM marts.fct_sales WHERE source = 'supabase'" },
];

export const figureCases: readonly FigureCase[] = [
  ...executive,
  ...acquisition,
  ...customerRevenue,
  ...products,
  ...insight,
  ...support,
  ...weekly,
  ...coverage,
  ...pipeline,
];
