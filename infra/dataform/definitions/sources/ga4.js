// Written by `npm run models -- sources` from shared/streams; a test compares them.

declare({
  schema: 'ga4',
  name: 'transactions',
  description: 'Transactions that the web analytics saw, one row per day and transaction',
  columns: {
    event_date: 'Day of the transaction, in the time zone of the property',
    event_ts: 'When it happened; a report by day has none',
    transaction_id: 'Transaction; (not set) where the shop sent none',
    user_pseudo_id: 'Visitor; a report by day has none',
    value: 'Value of the transaction, in the currency',
    currency: 'Currency, ISO 4217',
    source: 'Where the visitor came from',
    medium: 'How the visitor came',
    campaign_name: 'Campaign, as the analytics names it',
    users: 'Visitors that the report counts for the row',
    is_sampled: 'Whether the report is made of a sample',
    is_thresholded: 'Whether rows of few visitors may be held back',
    has_other_row: 'Whether rare values are summed up in rows called (other)',
    sampling: 'How large the sample is that the report is made of; null where it is made of all',
    _raw_object: 'Raw object that the row comes from',
    _raw_generation: 'Generation of the raw object',
    _row: 'Ordinal of the record in the raw object, from 1',
    _extracted_at: 'Run time: when the raw object was asked for',
    _extra: { description: 'Fields of the record that the stream does not declare', tags: ['pii'] },
    load_timestamp: 'Data load timestamp',
  },
});
