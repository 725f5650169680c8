const contacts = 'stg_crm_csv_contacts';
const campaigns = 'stg_crm_csv_campaigns';

expect.uniqueKey('stg_reference_fx_rates', ['rate_date', 'currency', 'reporting_currency']);
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
