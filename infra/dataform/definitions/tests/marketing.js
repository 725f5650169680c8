const contacts = 'stg_crm_csv_contacts';
const campaigns = 'stg_crm_csv_campaigns';

expect.uniqueKey('stg_reference_fx_rates', ['rate_date', 'currency', 'reporting_currency'], { critical: true });
expect.holds('stg_reference_fx_rates', 'positive', 'rate > 0', { key: ['rate_date', 'currency', 'reporting_currency'] });
expect.uniqueKey(contacts, ['contact_id'], { critical: true });
expect.nullRatio(contacts, 'country', 0.05);
expect.uniqueKey(campaigns, ['campaign_id'], { critical: true });
expect.uniqueKey('stg_meta_ads_campaigns', ['campaign_id'], { critical: true });
expect.holds(campaigns, 'ends_after_start', 'IFNULL(end_date >= start_date, TRUE)', { key: ['campaign_id'] });

expect.uniqueKey('dim_contacts', ['contact_key'], { critical: true });
expect.nonNull('dim_contacts', ['contact_key', 'country'], { key: ['contact_key'] });
expect.volume('dim_contacts', 0.5);
expect.uniqueKey('dim_campaign', ['campaign_key'], { critical: true });
expect.uniqueKey('dim_campaign', ['campaign_id'], { critical: true, what: 'one_a_number' });
expect.nonNull('dim_campaign', ['campaign_key', 'campaign_channel'], { key: ['campaign_key'] });

expect.uniqueKey('stg_crm_csv_orders', ['order_id'], { critical: true });
expect.uniqueKey('fct_orders', ['order_id'], { critical: true });
expect.nonNull('fct_orders', ['order_id', 'contact_key', 'campaign_key', 'ga4_event_key', 'meta_ads_key', 'order_date', 'amount', 'currency', 'is_repeat'], {
  key: ['order_id'],
});
expect.relationship('fct_orders', 'contact_key', 'dim_contacts', 'contact_key', { critical: true });
expect.relationship('fct_orders', 'campaign_key', 'dim_campaign', 'campaign_key', { critical: true });
expect.relationship('fct_orders', 'ga4_event_key', 'dim_ga4_events', 'ga4_event_key', { critical: true });
expect.relationship('fct_orders', 'meta_ads_key', 'dim_meta_ads', 'meta_ads_key', { critical: true });
expect.noneLeft('fct_orders', ['stg_crm_csv_orders']);
expect.nullRatio('fct_orders', 'amount_reporting', 0.01);
expect.nullRatio('fct_orders', 'transaction_id', 0.1);
expect.acceptedValues('fct_orders', 'payment_method', ['card', 'paypal', 'klarna', 'bank_transfer', 'none']);
expect.percentile('fct_orders', 'amount_reporting', 95, { min: 0, max: 1000000 });
expect.volume('fct_orders', 0.5);
expect.keyMetric('fct_orders', 'revenue', 'SUM(amount_reporting)', 0.5);

expect.uniqueKey('dim_meta_ads', ['meta_ads_key'], { critical: true });
expect.nonNull('dim_meta_ads', ['meta_ads_key', 'campaign_key'], { key: ['campaign_id', 'date'] });
expect.relationship('dim_meta_ads', 'campaign_key', 'dim_campaign', 'campaign_key', { critical: true });
expect.holds('dim_meta_ads', 'clicks_are_impressions', 'IFNULL(clicks <= impressions, TRUE)', { key: ['campaign_id', 'date'] });
expect.between('dim_meta_ads', 'ctr', 0, 1, { nullable: true, key: ['campaign_id', 'date'] });
expect.nullRatio('dim_meta_ads', 'spend_reporting', 0.01, { where: `meta_ads_key <> ${keys.UNKNOWN}` });
expect.volume('dim_meta_ads', 0.5);
expect.uniqueKey('dim_ga4_events', ['ga4_event_key'], { critical: true });
expect.nonNull('dim_ga4_events', ['ga4_event_key'], { key: ['transaction_id'] });
expect.holds('dim_ga4_events', 'has_a_day', `ga4_event_key = ${keys.UNKNOWN} OR event_date IS NOT NULL`, { key: ['transaction_id'] });
expect.nullRatio('dim_ga4_events', 'value_reporting', 0.01, { where: `ga4_event_key <> ${keys.UNKNOWN}` });
expect.volume('dim_ga4_events', 0.5);

const figures = ['period', 'period_start', 'scope', 'scope_value'];
const levels = (...without) => completeness.LEVELS.filter((level) => !without.includes(level));
expect.uniqueKey('agg_orders', figures);
expect.uniqueKey('mtr_executive_overview', figures);
expect.between('mtr_executive_overview', 'repeat_rate', 0, 1, { key: figures });
expect.holds('mtr_executive_overview', 'buyers_are_orders', 'buyers <= orders', { key: figures });
expect.acceptedValues('mtr_executive_overview', 'completeness', levels('provisional', 'sampled', 'thresholded'));
expect.uniqueKey('mtr_revenue_by_month', ['month_start']);
expect.holds('mtr_revenue_by_month', 'first_of_month', 'EXTRACT(DAY FROM month_start) = 1', { key: ['month_start'] });
expect.acceptedValues('mtr_revenue_by_month', 'completeness', levels('provisional', 'sampled', 'thresholded'));
expect.uniqueKey('mtr_acquisition', figures, { critical: true });
expect.between('mtr_acquisition', 'ctr', 0, 1, { nullable: true, key: figures });
expect.between('mtr_acquisition', 'link_rate', 0, 1, { nullable: true, key: figures });
expect.acceptedValues('mtr_acquisition', 'completeness', levels());
expect.uniqueKey('mtr_customer_revenue', figures);
expect.holds('mtr_customer_revenue', 'parts_make_the_whole', 'COALESCE(new_revenue, 0) + COALESCE(repeat_revenue, 0) = COALESCE(revenue, 0)', { key: figures });
expect.acceptedValues('mtr_customer_revenue', 'completeness', levels('provisional', 'sampled', 'thresholded'));
expect.uniqueKey('mtr_customer_retention', ['cohort_month', 'months_since_first']);
expect.between('mtr_customer_retention', 'retention', 0, 1, { nullable: true, key: ['cohort_month', 'months_since_first'] });
expect.acceptedValues('mtr_customer_retention', 'completeness', levels('provisional', 'sampled', 'thresholded'));

// mtr_order_days and mtr_ticket_days (support.js) only group facts and add them up: unit tests tell whether they do, and no row can make it untrue.
expect.uniqueKey('mtr_ad_days', ['date', 'campaign']);
expect.acceptedValues('mtr_ad_days', 'completeness', levels('partial', 'sampled', 'thresholded'));

expect.uniqueKey('audit_orders_ga4', figures);
expect.holds('audit_orders_ga4', 'linked', `period <> 'all' OR IFNULL(link_rate >= ${limits.LINK_RATE}, TRUE)`, { key: figures });
expect.uniqueKey('audit_campaign_dates', ['campaign_id']);
expect.uniqueKey('audit_spend_scale', figures);
