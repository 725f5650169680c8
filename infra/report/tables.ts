import type { PageTable, Step, Tab } from './page-table.ts';

const PERIOD = ['period', 'period_start', 'period_end', 'scope', 'scope_value'];
const PEOPLE = ['location', 'income_bracket', 'customer_gender'];

const top = (key: string, by: string, count: number): Step => ({ kind: 'top', key, by, count });
const drop = (key: string): Step => ({ kind: 'drop', key });
const keep = (where: string, told: string): Step => ({ kind: 'keep', where, told });
const months: Step = { kind: 'months' };
const years: Step = { kind: 'years' };

type Parts = Omit<PageTable, 'name' | 'tabs' | 'isAdditive' | 'isMeasured' | 'steps'> & { readonly steps?: readonly Step[] };

/** Figures that may be added up over any rows. */
const added = (name: string, tabs: readonly Tab[], parts: Parts): PageTable => ({ name, tabs, isAdditive: true, isMeasured: true, steps: [], ...parts });
/** Figures that were worked out for what their row is about, and for nothing else. */
const whole = (name: string, tabs: readonly Tab[], parts: Parts): PageTable => ({ name, tabs, isAdditive: false, isMeasured: true, steps: [], ...parts });

/** What the page holds. The limits of rows are such that the page stays under 3 MB with 1,000,000 orders behind it. */
export const pageTables: readonly PageTable[] = [
  added('mtr_order_days', ['Executive overview', 'Acquisition & ads', 'Customer revenue'], {
    keys: ['date', 'campaign_channel', 'campaign', 'order_channel', 'country', 'utm_source', 'payment_method'],
    figures: ['orders', 'items', 'revenue', 'priced_orders', 'new_buyers', 'repeat_orders', 'new_revenue', 'repeat_revenue'],
    date: { key: 'date', grain: 'day' },
    rows: 24_000,
    steps: [
      ...[months, top('country', 'revenue', 12), drop('payment_method'), top('campaign', 'revenue', 25), drop('order_channel')],
      ...[top('campaign', 'revenue', 10), top('country', 'revenue', 5), top('utm_source', 'revenue', 6), top('campaign', 'revenue', 6), drop('country')],
    ],
  }),
  added('mtr_ad_days', ['Acquisition & ads'], {
    keys: ['date', 'campaign_channel', 'campaign'],
    figures: ['impressions', 'clicks', 'conversions', 'ad_spend'],
    date: { key: 'date', grain: 'day' },
    rows: 12_000,
    steps: [months, top('campaign', 'ad_spend', 50)],
  }),
  whole('mtr_executive_overview', ['Executive overview'], {
    keys: PERIOD,
    figures: ['orders', 'revenue', 'aov', 'items', 'buyers', 'repeat_orders', 'repeat_rate'],
    rows: 2_500,
    steps: [
      keep("period <> 'month' OR scope <> 'country'", 'countries over all time only'),
      keep("period <> 'month' OR scope = 'all'", 'channels, countries, sources and ways of payment over all time only'),
    ],
  }),
  whole('mtr_revenue_by_month', ['Executive overview'], {
    keys: ['month_start'],
    figures: [
      'orders',
      'revenue',
      'aov',
      'buyers',
      'repeat_orders',
      'repeat_rate',
      'revenue_month_before',
      'revenue_mom',
      'revenue_year_before',
      'revenue_yoy',
    ],
    rows: 600,
  }),
  whole('mtr_acquisition', ['Acquisition & ads'], {
    keys: PERIOD,
    figures: [
      ...[
        'campaign_name',
        'impressions',
        'clicks',
        'conversions',
        'ad_spend',
        'orders',
        'revenue',
        'buyers',
        'new_buyers',
        'ctr',
        'cpc',
        'cost_per_conversion',
      ],
      ...['roas', 'cac_buyers', 'cac_new_buyers', 'link_rate'],
    ],
    // What may be added up is in the two tables above, by day.
    where: "period <> 'day' OR scope = 'all'",
    rows: 1_500,
    steps: [
      keep("period <> 'day'", 'not by day'),
      keep("period = 'all' OR scope <> 'campaign'", 'campaigns over all time only'),
      keep("scope <> 'campaign'", 'not by campaign'),
    ],
  }),
  whole('mtr_customer_revenue', ['Customer revenue'], {
    keys: PERIOD,
    figures: [
      ...['contacts', 'buyers', 'new_buyers', 'orders', 'repeat_orders', 'repeat_rate', 'revenue', 'new_revenue', 'repeat_revenue', 'repeat_revenue_share'],
      ...['aov', 'orders_per_buyer', 'revenue_per_buyer', 'ltv'],
    ],
    rows: 1_500,
    steps: [
      keep("period <> 'month' OR scope <> 'country'", 'countries over all time only'),
      keep("period <> 'month' OR scope = 'all'", 'countries, sources and ways of payment over all time only'),
    ],
  }),
  whole('mtr_customer_retention', ['Customer revenue'], {
    keys: ['cohort_month', 'months_since_first'],
    figures: ['month_start', 'cohort_buyers', 'active_buyers', 'retention', 'revenue'],
    rows: 2_000,
  }),
  added('mtr_product_months', ['Revenue & product'], {
    keys: ['month_start', 'product_name', 'category_group', ...PEOPLE],
    figures: ['sales', 'units', 'revenue', 'priced_units', 'priced_revenue'],
    date: { key: 'month_start', grain: 'month' },
    rows: 12_000,
    steps: [top('product_name', 'revenue', 40), drop('customer_gender'), years, top('location', 'revenue', 20), top('product_name', 'revenue', 20)],
  }),
  whole('mtr_product_performance', ['Revenue & product'], {
    keys: ['scope', 'scope_value', 'brand', 'category', 'category_group', 'period', 'period_start'],
    figures: ['units', 'sales', 'revenue', 'price_per_unit', 'revenue_rank', 'revenue_share', 'cumulative_revenue_share'],
    // Months of products are in the table above.
    where: "scope <> 'product' OR period <> 'month'",
    rows: 1_500,
    steps: [keep("scope <> 'product' OR revenue_rank <= 50", 'the 50 products with most revenue'), keep("scope <> 'product'", 'not by product')],
  }),
  added('mtr_shop_revenue', ['Revenue & product'], {
    keys: ['month_start', ...PEOPLE, 'payment_method'],
    figures: ['sales', 'units', 'revenue', 'priced_sales'],
    date: { key: 'month_start', grain: 'month' },
    rows: 6_000,
    steps: [top('location', 'revenue', 20), drop('customer_gender')],
  }),
  whole('mtr_customer_growth', ['Customer insight'], {
    keys: ['period', 'period_start'],
    figures: ['signups', 'new_buyers', 'returned_customers', 'returned_buyers'],
    rows: 600,
  }),
  whole('mtr_customer_segment_summary', ['Customer insight'], {
    keys: ['scope', 'scope_value'],
    figures: [
      ...['customers', 'customer_share', 'customer_age_median', 'buyers', 'sales', 'revenue', 'revenue_share', 'revenue_per_buyer', 'revenue_per_customer'],
      ...['aov', 'order_value_median', 'order_value_p75', 'order_value_p95'],
    ],
    rows: 300,
    steps: [keep("scope <> 'location'", 'not by location')],
  }),
  added('mtr_customer_profile', ['Customer insight'], {
    keys: ['signup_month', 'income_bracket', 'customer_gender', 'age_band', 'location', 'is_inactive', 'has_low_rating', 'has_many_tickets'],
    figures: ['customers', 'buyers', 'sales', 'revenue', 'buyers_revenue'],
    date: { key: 'signup_month', grain: 'month' },
    rows: 8_000,
    steps: [top('location', 'customers', 20), years, drop('age_band'), top('location', 'customers', 8)],
  }),
  added('mtr_ticket_days', ['Support & satisfaction', 'Weekly ops'], {
    keys: ['date', 'channel', 'priority', 'issue_type', 'ticket_type', 'location', 'is_resolved_valid'],
    figures: [
      ...['tickets', 'frt_tickets', 'frt_hours', 'ttr_tickets', 'ttr_hours', 'rated_tickets', 'csat_positive_tickets', 'ratings'],
      ...['frt_violations', 'ttr_violations', 'sla_violations'],
    ],
    date: { key: 'date', grain: 'day' },
    rows: 12_000,
    steps: [drop('ticket_type'), months, top('location', 'tickets', 12), drop('issue_type'), top('location', 'tickets', 6), drop('location')],
  }),
  whole('mtr_support_performance', ['Support & satisfaction'], {
    keys: ['population', 'scope', 'scope_value'],
    figures: [
      ...['tickets', 'frt_tickets', 'frt_hours_mean', 'frt_hours_median', 'frt_hours_p75', 'frt_hours_p95'],
      ...['ttr_tickets', 'ttr_hours_mean', 'ttr_hours_median', 'ttr_hours_p75', 'ttr_hours_p95'],
      ...['rated_tickets', 'csat_positive_tickets', 'csat_positive_of_all', 'csat_positive_of_rated', 'csat_mean'],
    ],
    rows: 800,
    steps: [keep("scope <> 'location'", 'not by location'), keep("scope <> 'issue_type'", 'not by issue'), keep("scope <> 'month'", 'not by month')],
  }),
  whole('mtr_ops_weekly', ['Weekly ops'], {
    keys: ['week_start', 'scope', 'scope_value'],
    figures: ['tickets', 'frt_violations', 'ttr_violations', 'sla_violations', 'sla_violation_share', 'violated_customers', 'revenue_at_risk'],
    rows: 1_500,
    steps: [keep("scope = 'all'", 'not by priority or channel')],
  }),
  added('mtr_sales_coverage', ['Sales coverage'], {
    keys: ['chain', 'store_class'],
    figures: ['stores', 'visited_stores', 'reported_stores', 'visits', 'reports'],
    rows: 1_500,
    steps: [top('chain', 'stores', 100)],
  }),
  {
    name: 'dim_stores',
    tabs: ['Sales coverage'],
    keys: ['store_name', 'chain', 'store_class', 'city', 'latitude', 'longitude'],
    figures: [],
    isAdditive: false,
    isMeasured: false,
    where: 'store_key <> -1 AND latitude IS NOT NULL AND longitude IS NOT NULL',
    rows: 4_000,
    steps: [keep("chain <> 'none'", 'stores of chains only')],
    population: 'Stores in the list of the sales team that have a place on the map',
  },
  whole('mtr_pipeline_health', ['Pipeline health'], {
    keys: ['source', 'stream'],
    figures: [
      ...['schedule', 'last_run_time', 'age_hours', 'due_at', 'next_due_at', 'is_fresh', 'scheduled_slots', 'loaded_slots', 'success_rate'],
      ...['objects', 'failed_objects', 'open_objects', 'duration_seconds_p50', 'duration_seconds_p95', 'lag_seconds_p50', 'lag_seconds_p95'],
      ...['last_rows', 'previous_rows', 'row_delta', 'row_delta_ratio', 'records', 'rejects', 'reject_rate'],
    ],
    rows: 500,
  }),
  added('mtr_pipeline_balance', ['Pipeline health'], {
    keys: ['run_day', 'source', 'stream', 'is_balanced'],
    figures: [
      ...['objects', 'loaded_objects', 'refused_objects', 'failed_objects', 'open_objects', 'records', 'clean_rows', 'rejects', 'filtered'],
      ...['unexplained_records', 'duplicates', 'loaded', 'superseded', 'unexplained_rows'],
    ],
    date: { key: 'run_day', grain: 'day' },
    rows: 3_000,
    steps: [months],
  }),
  added('mtr_pipeline_rejects', ['Pipeline health'], {
    keys: ['run_day', 'source', 'stream', 'field', 'rule'],
    figures: ['rejects'],
    date: { key: 'run_day', grain: 'day' },
    rows: 1_500,
    steps: [months, years],
  }),
];
