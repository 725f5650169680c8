const contacts = 'stg_crm_csv_contacts';
const campaigns = 'stg_crm_csv_campaigns';

expect.uniqueKey('stg_reference_fx_rates', ['rate_date', 'currency', 'reporting_currency'], { critical: true });
expect.holds('stg_reference_fx_rates', 'positive', 'rate > 0', { key: ['rate_date', 'currency', 'reporting_currency'] });
expect.uniqueKey(contacts, ['contact_id'], { critical: true });
expect.nullRatio(contacts, 'country', 0.05);
expect.uniqueKey(campaigns, ['campaign_id'], { critical: true });
expect.holds(campaigns, 'ends_after_start', 'IFNULL(end_date >= start_date, TRUE)', { key: ['campaign_id'] });

expect.uniqueKey('dim_contacts', ['contact_key'], { critical: true });
expect.nonNull('dim_contacts', ['contact_key', 'country'], { key: ['contact_key'] });
expect.volume('dim_contacts', 0.5);
expect.uniqueKey('dim_campaign', ['campaign_key'], { critical: true });
expect.nonNull('dim_campaign', ['campaign_key', 'campaign_channel'], { key: ['campaign_key'] });

expect.uniqueKey('stg_crm_csv_orders', ['order_id'], { critical: true });
expect.uniqueKey('fct_orders', ['order_id'], { critical: true });
expect.nonNull('fct_orders', ['order_id', 'contact_key', 'campaign_key', 'order_date', 'amount', 'currency', 'is_repeat'], { key: ['order_id'] });
expect.relationship('fct_orders', 'contact_key', 'dim_contacts', 'contact_key', { critical: true });
expect.relationship('fct_orders', 'campaign_key', 'dim_campaign', 'campaign_key', { critical: true });
expect.nullRatio('fct_orders', 'amount_reporting', 0.01);
expect.nullRatio('fct_orders', 'transaction_id', 0.1);
expect.acceptedValues('fct_orders', 'payment_method', ['card', 'paypal', 'klarna', 'bank_transfer', 'none']);
expect.percentile('fct_orders', 'amount_reporting', 95, { min: 0, max: 1000000 });
expect.volume('fct_orders', 0.5);
expect.keyMetric('fct_orders', 'revenue', 'SUM(amount_reporting)', 0.5);

expect.uniqueKey('dim_meta_ads', ['campaign_id', 'date'], { critical: true });
expect.nonNull('dim_meta_ads', ['campaign_key', 'campaign_id', 'date'], { key: ['campaign_id', 'date'] });
expect.relationship('dim_meta_ads', 'campaign_key', 'dim_campaign', 'campaign_key', { critical: true });
expect.holds('dim_meta_ads', 'clicks_are_impressions', 'IFNULL(clicks <= impressions, TRUE)', { key: ['campaign_id', 'date'] });
expect.between('dim_meta_ads', 'ctr', 0, 1, { nullable: true, key: ['campaign_id', 'date'] });
expect.nullRatio('dim_meta_ads', 'spend_reporting', 0.01);
expect.volume('dim_meta_ads', 0.5);
expect.uniqueKey('dim_ga4_events', ['transaction_id'], { critical: true });
expect.nonNull('dim_ga4_events', ['transaction_id', 'event_date'], { key: ['transaction_id'] });
expect.nullRatio('dim_ga4_events', 'value_reporting', 0.01);
expect.volume('dim_ga4_events', 0.5);
