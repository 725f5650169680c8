import { ratio, ready, sum } from './measure.ts';

/** Figures of orders of the CRM exports. */
export const orders = {
  orders: sum('Orders', 'count', ['mtr_order_days', 'orders'], { better: 'high' }),
  revenue: sum('Revenue', 'money', ['mtr_order_days', 'revenue'], { better: 'high' }),
  items: sum('Items', 'count', ['mtr_order_days', 'items']),
  newBuyers: sum('New buyers', 'count', ['mtr_order_days', 'new_buyers']),
  newRevenue: sum('Revenue of first orders', 'money', ['mtr_order_days', 'new_revenue']),
  repeatOrders: sum('Repeat orders', 'count', ['mtr_order_days', 'repeat_orders']),
  repeatRevenue: sum('Revenue of repeat orders', 'money', ['mtr_order_days', 'repeat_revenue']),
  aov: ratio('Average order value', 'money', 'mtr_order_days', ['revenue', 'priced_orders'], ['mtr_executive_overview', 'aov'], { better: 'high' }),
  repeatRate: ratio('Repeat order rate', 'percent', 'mtr_order_days', ['repeat_orders', 'orders'], ['mtr_executive_overview', 'repeat_rate'], {
    better: 'high',
  }),
  repeatShare: ratio('Repeat revenue share', 'percent', 'mtr_order_days', ['repeat_revenue', 'revenue'], ['mtr_customer_revenue', 'repeat_revenue_share']),
  buyers: ready('Buyers', 'count', ['mtr_executive_overview', 'buyers']),
  contacts: ready('Contacts in the CRM', 'count', ['mtr_customer_revenue', 'contacts']),
  ordersPerBuyer: ready('Orders per buyer', 'ratio', ['mtr_customer_revenue', 'orders_per_buyer']),
  revenuePerBuyer: ready('Revenue per buyer', 'money', ['mtr_customer_revenue', 'revenue_per_buyer']),
};

/** Figures of ads, and of orders beside them. */
export const ads = {
  spend: sum('Ad spend', 'money', ['mtr_ad_days', 'ad_spend']),
  impressions: sum('Impressions', 'count', ['mtr_ad_days', 'impressions']),
  clicks: sum('Clicks', 'count', ['mtr_ad_days', 'clicks']),
  conversions: sum('Conversions', 'count', ['mtr_ad_days', 'conversions']),
  ctr: ratio('Click-through rate', 'rate', 'mtr_ad_days', ['clicks', 'impressions'], ['mtr_acquisition', 'ctr'], { better: 'high' }),
  cpc: ratio('Cost per click', 'money', 'mtr_ad_days', ['ad_spend', 'clicks'], ['mtr_acquisition', 'cpc'], { better: 'low' }),
  costPerConversion: ratio('Cost per conversion', 'money', 'mtr_ad_days', ['ad_spend', 'conversions'], ['mtr_acquisition', 'cost_per_conversion'], {
    better: 'low',
  }),
  roas: ready('Revenue per ad spend (ROAS)', 'ratio', ['mtr_acquisition', 'roas']),
  cacBuyers: ready('Ad spend per buyer', 'money', ['mtr_acquisition', 'cac_buyers']),
  cacNewBuyers: ready('Ad spend per new buyer (CAC)', 'money', ['mtr_acquisition', 'cac_new_buyers']),
  linkRate: ready('Orders seen by web analytics', 'percent', ['mtr_acquisition', 'link_rate']),
};

/** Figures of sales of the shop. */
export const shop = {
  revenue: sum('Revenue', 'money', ['mtr_shop_revenue', 'revenue'], { better: 'high' }),
  units: sum('Units sold', 'count', ['mtr_shop_revenue', 'units'], { better: 'high' }),
  sales: sum('Sales', 'count', ['mtr_shop_revenue', 'sales']),
  averageSale: ratio('Average sale', 'money', 'mtr_shop_revenue', ['revenue', 'priced_sales'], ['mtr_customer_segment_summary', 'aov']),
  pricePerUnit: ratio('Price per unit', 'money', 'mtr_product_months', ['priced_revenue', 'priced_units'], ['mtr_product_performance', 'price_per_unit']),
  productRevenue: sum('Revenue', 'money', ['mtr_product_months', 'revenue']),
  productUnits: sum('Units sold', 'count', ['mtr_product_months', 'units']),
  saleMedian: ready('Median sale', 'money', ['mtr_customer_segment_summary', 'order_value_median']),
  saleP75: ready('P75', 'money', ['mtr_customer_segment_summary', 'order_value_p75']),
  saleP95: ready('P95', 'money', ['mtr_customer_segment_summary', 'order_value_p95']),
};

const PROFILE = 'mtr_customer_profile';

/** Figures of customers of the shop. */
export const customers = {
  customers: sum('Customers in the list', 'count', [PROFILE, 'customers']),
  buyers: sum('Buyers', 'count', [PROFILE, 'buyers']),
  revenuePerBuyer: ratio('Revenue per buyer', 'money', PROFILE, ['buyers_revenue', 'buyers'], ['mtr_customer_segment_summary', 'revenue_per_buyer']),
  revenuePerCustomer: ratio(
    'Revenue per customer',
    'money',
    PROFILE,
    ['buyers_revenue', 'customers'],
    ['mtr_customer_segment_summary', 'revenue_per_customer'],
  ),
  medianAge: ready('Median age', 'years', ['mtr_customer_segment_summary', 'customer_age_median']),
  inactive: sum('Bought, then nothing for long', 'count', [PROFILE, 'customers'], { where: { is_inactive: true }, define: [PROFILE, 'is_inactive'] }),
  lowRating: sum('Recent low rating', 'count', [PROFILE, 'customers'], { where: { has_low_rating: true }, define: [PROFILE, 'has_low_rating'] }),
  manyTickets: sum('Many recent tickets', 'count', [PROFILE, 'customers'], { where: { has_many_tickets: true }, define: [PROFILE, 'has_many_tickets'] }),
};

const TICKETS = 'mtr_ticket_days';
const SUPPORT = 'mtr_support_performance';

/** Figures of support. */
export const support = {
  tickets: sum('Tickets', 'count', [TICKETS, 'tickets']),
  frtMean: ratio('Mean first response', 'hours', TICKETS, ['frt_hours', 'frt_tickets'], [SUPPORT, 'frt_hours_mean']),
  ttrMean: ratio('Mean resolution', 'hours', TICKETS, ['ttr_hours', 'ttr_tickets'], [SUPPORT, 'ttr_hours_mean']),
  csatOfRated: ratio('Rated 4 or 5, of rated tickets', 'percent', TICKETS, ['csat_positive_tickets', 'rated_tickets'], [SUPPORT, 'csat_positive_of_rated']),
  csatOfAll: ratio('Rated 4 or 5, of all tickets', 'percent', TICKETS, ['csat_positive_tickets', 'tickets'], [SUPPORT, 'csat_positive_of_all']),
  rating: ratio('Mean rating', 'rating', TICKETS, ['ratings', 'rated_tickets'], [SUPPORT, 'csat_mean']),
  rated: sum('Rated tickets', 'count', [TICKETS, 'rated_tickets']),
  frtMedian: ready('First response, median', 'hours', [SUPPORT, 'frt_hours_median']),
  frtP75: ready('First response, P75', 'hours', [SUPPORT, 'frt_hours_p75']),
  frtP95: ready('First response, P95', 'hours', [SUPPORT, 'frt_hours_p95']),
  ttrMedian: ready('Resolution, median', 'hours', [SUPPORT, 'ttr_hours_median']),
  ttrP75: ready('Resolution, P75', 'hours', [SUPPORT, 'ttr_hours_p75']),
  ttrP95: ready('Resolution, P95', 'hours', [SUPPORT, 'ttr_hours_p95']),
  frtLate: sum('Answered late', 'count', [TICKETS, 'frt_violations'], { better: 'low' }),
  ttrLate: sum('Resolved late', 'count', [TICKETS, 'ttr_violations'], { better: 'low' }),
  late: sum('Tickets beyond the promise', 'count', [TICKETS, 'sla_violations'], { better: 'low' }),
  lateShare: ratio('Share beyond the promise', 'percent', TICKETS, ['sla_violations', 'tickets'], ['mtr_ops_weekly', 'sla_violation_share'], {
    better: 'low',
  }),
  lateCustomers: ready('Customers concerned', 'count', ['mtr_ops_weekly', 'violated_customers']),
  revenueAtRisk: ready('Their purchases', 'money', ['mtr_ops_weekly', 'revenue_at_risk']),
};

const COVERAGE = 'mtr_sales_coverage';

/** Figures of the sales team's stores. */
export const coverage = {
  stores: sum('Stores', 'count', [COVERAGE, 'stores']),
  visited: sum('Stores visited', 'count', [COVERAGE, 'visited_stores']),
  coverage: ratio('Coverage', 'percent', COVERAGE, ['visited_stores', 'stores'], [COVERAGE, 'coverage']),
  visits: sum('Visits', 'count', [COVERAGE, 'visits']),
  reports: sum('Reports', 'count', [COVERAGE, 'reports']),
  visitsPerStore: ratio('Visits per store', 'ratio', COVERAGE, ['visits', 'stores'], [COVERAGE, 'visits_per_store']),
};

const BALANCE = 'mtr_pipeline_balance';

/** Figures of the pipeline. */
export const pipeline = {
  objects: sum('Objects', 'count', [BALANCE, 'objects']),
  loadedObjects: sum('Objects loaded', 'count', [BALANCE, 'loaded_objects']),
  refused: sum('Objects refused', 'count', [BALANCE, 'refused_objects'], { better: 'low' }),
  failed: sum('Objects failed', 'count', [BALANCE, 'failed_objects'], { better: 'low' }),
  open: sum('Objects on the way', 'count', [BALANCE, 'open_objects']),
  records: sum('Records', 'count', [BALANCE, 'records']),
  cleanRows: sum('Clean rows', 'count', [BALANCE, 'clean_rows']),
  rejects: sum('Rejects', 'count', [BALANCE, 'rejects'], { better: 'low' }),
  filtered: sum('Filtered', 'count', [BALANCE, 'filtered']),
  duplicates: sum('Duplicates', 'count', [BALANCE, 'duplicates']),
  loaded: sum('Rows loaded', 'count', [BALANCE, 'loaded']),
  superseded: sum('Superseded', 'count', [BALANCE, 'superseded']),
  unexplainedRecords: sum('Unexplained records', 'count', [BALANCE, 'unexplained_records'], { better: 'low' }),
  unexplainedRows: sum('Unexplained rows', 'count', [BALANCE, 'unexplained_rows'], { better: 'low' }),
  rejectRate: ratio('Reject rate', 'rate', BALANCE, ['rejects', 'records'], [BALANCE, 'reject_rate'], { better: 'low' }),
  rejected: sum('Rejects', 'count', ['mtr_pipeline_rejects', 'rejects']),
};
