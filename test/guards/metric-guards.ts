import type { Guard } from './guard.ts';

const GOLDEN = ['test/curated/golden/golden'];
/** Orders that change, and unit tests. */
const ORDERS = ['test/curated/orders'];
const UNITS = ['test/curated/models'];
const MARTS = 'infra/dataform/definitions/marts';
const METRICS = 'infra/dataform/definitions/metrics';

/** Those of figures: each brings back a defect of the reports that these metrics replace. */
export const metricGuards: readonly Guard[] = [
  {
    name: 'metrics: the time to resolution is not the time to the first answer',
    file: `${METRICS}/mtr_support_performance.sqlx`,
    find: 'ttr: "ttr_minutes",',
    replace: 'ttr: "frt_minutes",',
    tests: GOLDEN,
  },
  {
    name: "metrics: a campaign's channel is not the order's",
    file: `${MARTS}/agg_orders.sqlx`,
    find: 'const valueOf = { ',
    replace: 'const valueOf = { campaign_channel: "fact.order_channel", ',
    tests: GOLDEN,
  },
  {
    name: 'metrics: repeated is what came later, not what the source marks',
    file: `${MARTS}/fct_orders.sqlx`,
    find: 'COALESCE(buyer.first_order_id <> orders.order_id, FALSE) AS is_repeat,',
    replace: 'orders.is_repeat_stated AS is_repeat,',
    tests: GOLDEN,
  },
  {
    name: 'metrics: a click that was none costs nothing, not 0',
    file: `${MARTS}/dim_meta_ads.sqlx`,
    find: 'SAFE_DIVIDE(insight.spend, insight.clicks) AS cpc',
    replace: 'COALESCE(SAFE_DIVIDE(insight.spend, insight.clicks), 0) AS cpc',
    tests: GOLDEN,
  },
  {
    name: 'orders: a transaction that is seen later is told',
    file: `${MARTS}/fct_orders.sqlx`,
    find: '  OR old.ga4_event_key <> fact.ga4_event_key\n',
    replace: '',
    tests: ORDERS,
  },
  {
    name: 'orders: ads that are told later are those of the day',
    file: `${MARTS}/fct_orders.sqlx`,
    find: '  OR old.meta_ads_key <> fact.meta_ads_key\n',
    replace: '',
    tests: ORDERS,
  },
  {
    name: 'metrics: what a rebuild has taken out is not there',
    file: `${METRICS}/mtr_pipeline_health.sqlx`,
    find: ' AND NOT object.is_emptied',
    replace: '',
    tests: UNITS,
  },
  {
    name: 'metrics: the unknown ads are of no day',
    file: `${METRICS}/mtr_ad_days.sqlx`,
    find: '  WHERE ad.meta_ads_key <> ${keys.UNKNOWN}\n',
    replace: '',
    tests: UNITS,
  },
  {
    name: 'metrics: the unknown ads are in no sum of acquisition',
    file: `${METRICS}/mtr_acquisition.sqlx`,
    find: '  WHERE ad.meta_ads_key <> ${keys.UNKNOWN}\n',
    replace: '',
    tests: UNITS,
  },
  {
    name: 'metrics: the unknown transaction links no order',
    file: `${METRICS}/mtr_acquisition.sqlx`,
    find: 'COUNTIF(fact.ga4_event_key <> ${keys.UNKNOWN})',
    replace: 'COUNT(seen.ga4_event_key)',
    tests: UNITS,
  },
  {
    name: 'metrics: revenue that has no rate is not 0',
    file: `${METRICS}/mtr_acquisition.sqlx`,
    find: 'IF(figure.orders = 0, CAST(0 AS NUMERIC), figure.revenue)',
    replace: 'COALESCE(figure.revenue, CAST(0 AS NUMERIC))',
    tests: UNITS,
  },
  {
    name: 'metrics: spend that has no rate is not 0',
    file: `${METRICS}/mtr_ad_days.sqlx`,
    find: 'IF(figures.unconverted > 0, figures.ad_spend, COALESCE(figures.ad_spend, CAST(0 AS NUMERIC)))',
    replace: 'COALESCE(figures.ad_spend, CAST(0 AS NUMERIC))',
    tests: UNITS,
  },
  {
    name: 'metrics: a mean order value divides by orders that have a rate',
    file: `${METRICS}/mtr_executive_overview.sqlx`,
    find: 'figure.orders - figure.unconverted_orders',
    replace: 'figure.orders',
    tests: UNITS,
  },
  {
    name: 'audits: what is not known of an audit has its own verdict',
    file: 'infra/dataform/definitions/audits/audit_spend_scale.sqlx',
    find: "    WHEN figure.ad_spend IS NULL OR figure.revenue IS NULL THEN 'unconverted'\n",
    replace: '',
    tests: UNITS,
  },
  {
    name: 'audits: a critical test stops them, too',
    file: 'infra/dataform/definitions/audits/audit_spend_scale.sqlx',
    find: '  dependencies: ["mtr_acquisition__unique"],\n',
    replace: '',
    tests: UNITS,
  },
  {
    name: 'metrics: customers are not buyers',
    file: `${METRICS}/mtr_customer_segment_summary.sqlx`,
    find: 'COALESCE(purchases.buyers, 0) AS buyers',
    replace: 'COALESCE(purchases.buyers, 0) + 154 AS buyers',
    tests: GOLDEN,
  },
  {
    name: 'metrics: what a customer brought is not the value of an order',
    file: `${METRICS}/mtr_customer_revenue.sqlx`,
    find: 'SAFE_DIVIDE(figure.buyers_revenue, figure.buyers), NULL) AS ltv',
    replace: 'SAFE_DIVIDE(figure.buyers_revenue, figure.orders), NULL) AS ltv',
    tests: GOLDEN,
  },
];
