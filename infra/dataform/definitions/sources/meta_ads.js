// Written by `npm run models -- sources` from shared/streams; a test compares them.

declare({
  schema: 'meta_ads',
  name: 'campaigns',
  description: 'Campaigns of the ad account, those that have ended or are archived too; not those that were deleted',
  columns: {
    campaign_id: 'Campaign number',
    campaign_name: 'Name of the campaign',
    objective: 'What it is for',
    status: 'What its owner has set: ACTIVE, PAUSED, ARCHIVED, DELETED',
    effective_status: 'What it is in effect',
    start_date: 'Day when it begins, in the time zone of the account',
    stop_date: 'Day when it ends, in the time zone of the account; null where it goes on',
    created_time: 'When it was made',
    updated_time: 'When it was last changed',
    _raw_object: 'Raw object that the row comes from',
    _raw_generation: 'Generation of the raw object',
    _row: 'Ordinal of the record in the raw object, from 1',
    _extracted_at: 'Run time: when the raw object was asked for',
    _extra: { description: 'Fields of the record that the stream does not declare', tags: ['pii'] },
    load_timestamp: 'Data load timestamp',
  },
});

declare({
  schema: 'meta_ads',
  name: 'insights',
  description: 'What the ads of a campaign did on a day; a day may change for 28 days',
  columns: {
    campaign_id: 'Campaign number',
    campaign_name: 'Name of the campaign',
    date: 'Day, in the time zone of the account',
    impressions: 'Times that ads were shown',
    clicks: 'Clicks on ads',
    spend: 'What was spent, in the currency',
    currency: 'Currency of the account, ISO 4217',
    conversions: 'Actions that count as conversions',
    actions: 'What people did after they saw ads, by type, as Meta counts it',
    stated_ctr: 'Clicks per impression, as Meta says; figures use their own',
    stated_cpc: 'Spend per click, as Meta says, 0 without clicks; figures use their own',
    _raw_object: 'Raw object that the row comes from',
    _raw_generation: 'Generation of the raw object',
    _row: 'Ordinal of the record in the raw object, from 1',
    _extracted_at: 'Run time: when the raw object was asked for',
    _extra: { description: 'Fields of the record that the stream does not declare', tags: ['pii'] },
    load_timestamp: 'Data load timestamp',
  },
});
