import type { Guard } from './guard.ts';

const GOLDEN = ['test/curated/golden/golden'];
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
