import { columnsRead } from '../../power-bi/model-tables.ts';

/** Somebody outside who reads columns: what it reads must stay, or a test fails. */
export interface Exposure {
  readonly name: string;
  readonly kind: 'report' | 'export' | 'bi';
  readonly about: string;
  /** Columns by table of dataset `analytics`, as `v_<mart or metric>`. */
  readonly reads: Readonly<Record<string, readonly string[]>>;
}

const MONEY = ['currency', 'as_of', 'completeness'];
const WHEN = ['as_of', 'completeness'];
const PERIOD = ['period', 'period_start', 'period_end', 'scope', 'scope_value'];

export const exposures: readonly Exposure[] = [
  {
    name: 'Executive overview',
    kind: 'report',
    about: 'Orders, revenue, average order value and repeat rate; revenue by day, month and channel',
    reads: {
      v_mtr_executive_overview: [...PERIOD, 'orders', 'revenue', 'aov', 'buyers', 'repeat_rate', ...MONEY],
      v_mtr_revenue_by_month: ['month_start', 'orders', 'revenue', 'aov', 'buyers', 'revenue_mom', 'revenue_yoy', ...MONEY],
    },
  },
  {
    name: 'Acquisition and ads',
    kind: 'report',
    about: 'What ads cost and what orders brought, by campaign and channel',
    reads: {
      v_mtr_acquisition: [
        ...PERIOD,
        ...[
          'campaign_name',
          'impressions',
          'clicks',
          'conversions',
          'ad_spend',
          'revenue',
          'ctr',
          'cpc',
          'cost_per_conversion',
          'roas',
          'cac_new_buyers',
          'link_rate',
        ],
        ...MONEY,
      ],
    },
  },
  {
    name: 'Customer revenue',
    kind: 'report',
    about: 'New and repeat revenue, value of a buyer, retention by cohort',
    reads: {
      v_mtr_customer_revenue: [
        ...PERIOD,
        'contacts',
        'buyers',
        'orders',
        'repeat_rate',
        'new_revenue',
        'repeat_revenue',
        'aov',
        'orders_per_buyer',
        'ltv',
        ...MONEY,
      ],
      v_mtr_customer_retention: ['cohort_month', 'months_since_first', 'cohort_buyers', 'active_buyers', 'retention', ...MONEY],
    },
  },
  {
    name: 'Revenue and product',
    kind: 'report',
    about: 'Units, revenue and price by product, category group, year and month',
    reads: {
      v_mtr_product_performance: [
        ...['scope', 'scope_value', 'period', 'period_start', 'units', 'sales', 'revenue', 'price_per_unit', 'revenue_rank', 'cumulative_revenue_share'],
        ...MONEY,
      ],
      v_mtr_shop_revenue: [...['month_start', 'location', 'income_bracket', 'customer_gender', 'payment_method', 'sales', 'units', 'revenue'], ...MONEY],
    },
  },
  {
    name: 'Customer insight',
    kind: 'report',
    about: 'Customers and revenue by income, gender, age and location; who came, came back and may leave',
    reads: {
      v_mtr_customer_growth: ['period', 'period_start', 'signups', 'new_buyers', 'returned_customers', 'returned_buyers', ...WHEN],
      v_mtr_customer_segment_summary: [
        ...['scope', 'scope_value', 'customers', 'buyers', 'revenue', 'revenue_per_buyer', 'aov', 'order_value_p75', 'order_value_p95'],
        ...MONEY,
      ],
      v_mtr_churn_signals: ['customer_key', 'is_inactive', 'has_low_rating', 'has_many_tickets', 'signals', 'revenue', ...MONEY],
    },
  },
  {
    name: 'Support and satisfaction',
    kind: 'report',
    about: 'Response and resolution times with percentiles, satisfaction of all and of rated tickets',
    reads: {
      v_mtr_support_performance: [
        ...[
          'population',
          'scope',
          'scope_value',
          'tickets',
          'frt_hours_mean',
          'frt_hours_median',
          'frt_hours_p75',
          'frt_hours_p95',
          'ttr_hours_mean',
          'ttr_hours_median',
        ],
        ...['ttr_hours_p75', 'ttr_hours_p95', 'rated_tickets', 'csat_positive_of_all', 'csat_positive_of_rated'],
        ...WHEN,
      ],
    },
  },
  {
    name: 'Weekly ops',
    kind: 'report',
    about: 'Tickets beyond what was promised, and what their customers bought',
    reads: {
      v_mtr_ops_weekly: [
        ...['week_start', 'scope', 'scope_value', 'tickets', 'frt_violations', 'ttr_violations', 'sla_violations', 'sla_violation_share', 'violated_customers'],
        ...['revenue_at_risk', ...MONEY],
      ],
    },
  },
  {
    name: 'Sales coverage',
    kind: 'report',
    about: 'Stores and visits by chain and class; stores on a map',
    reads: {
      v_mtr_sales_coverage: ['chain', 'store_class', 'stores', 'visited_stores', 'visits', 'reports', 'coverage', ...WHEN],
      v_dim_stores: ['store_key', 'store_name', 'chain', 'store_class', 'city', 'latitude', 'longitude'],
    },
  },
  {
    name: 'Pipeline health',
    kind: 'report',
    about: 'Freshness, success, durations, rejects and conservation of every stream',
    reads: {
      v_mtr_pipeline_health: [
        'source',
        'stream',
        'is_fresh',
        'age_hours',
        'success_rate',
        'duration_seconds_p50',
        'duration_seconds_p95',
        'reject_rate',
        ...WHEN,
      ],
      v_mtr_pipeline_balance: ['source', 'stream', 'run_day', 'records', 'clean_rows', 'rejects', 'filtered', 'is_balanced', ...WHEN],
    },
  },
  {
    name: 'Exports for spreadsheets',
    kind: 'export',
    about: 'The tables that are taken away as files: whoever reads one by its columns needs the same ones next month',
    reads: {
      v_mtr_revenue_by_month: ['month_start', 'orders', 'revenue', ...MONEY],
      v_mtr_product_performance: ['scope', 'scope_value', 'period', 'period_start', 'units', 'revenue', ...MONEY],
      v_mtr_support_performance: ['population', 'scope', 'scope_value', 'tickets', ...WHEN],
      v_mtr_ops_weekly: ['week_start', 'scope', 'scope_value', 'tickets', 'sla_violations', ...MONEY],
    },
  },
  {
    name: 'Power BI',
    kind: 'bi',
    about: 'The project in infra/power-bi: facts and dimensions, joined by their keys, with a date table',
    reads: columnsRead(),
  },
];

/** Columns that somebody outside reads and no view has, as `exposure: table.column`. */
export function missingColumns(columnsOf: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  return exposures.flatMap(({ name, reads }) =>
    Object.entries(reads).flatMap(([table, columns]) =>
      columns.filter((column) => columnsOf.get(table)?.has(column) !== true).map((column) => `${name}: ${table}.${column}`),
    ),
  );
}
