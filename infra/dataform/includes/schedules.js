// Written by `npm run models -- sources` from shared/streams; a test compares them.

const streams = [
  {
    source: 'ezfocus',
    stream: 'accounts',
    schedule: {
      cron: '0 1 * * *',
      timeZone: 'America/Toronto',
      minutes: [60],
      weekDays: '1111111',
      monthDays: '1111111111111111111111111111111',
      months: '111111111111',
    },
  },
  {
    source: 'ezfocus',
    stream: 'call_reports',
    schedule: {
      cron: '10 1 * * *',
      timeZone: 'America/Toronto',
      minutes: [70],
      weekDays: '1111111',
      monthDays: '1111111111111111111111111111111',
      months: '111111111111',
    },
  },
  {
    source: 'ezfocus',
    stream: 'inventory',
    schedule: {
      cron: '20 1 * * *',
      timeZone: 'America/Toronto',
      minutes: [80],
      weekDays: '1111111',
      monthDays: '1111111111111111111111111111111',
      months: '111111111111',
    },
  },
  {
    source: 'crm_csv',
    stream: 'contacts',
    schedule: null,
  },
  {
    source: 'crm_csv',
    stream: 'orders',
    schedule: null,
  },
  {
    source: 'crm_csv',
    stream: 'campaigns',
    schedule: null,
  },
  {
    source: 'crm_csv',
    stream: 'customers',
    schedule: null,
  },
  {
    source: 'crm_csv',
    stream: 'products',
    schedule: null,
  },
  {
    source: 'crm_csv',
    stream: 'sales',
    schedule: null,
  },
  {
    source: 'crm_csv',
    stream: 'support_tickets',
    schedule: null,
  },
  {
    source: 'reference',
    stream: 'fx_rates',
    schedule: null,
  },
  {
    source: 'meta_ads',
    stream: 'insights',
    schedule: null,
  },
  {
    source: 'ga4',
    stream: 'transactions',
    schedule: {
      cron: '15 6 * * *',
      timeZone: 'UTC',
      minutes: [375],
      weekDays: '1111111',
      monthDays: '1111111111111111111111111111111',
      months: '111111111111',
    },
  },
  {
    source: 'supabase',
    stream: 'customers',
    schedule: {
      cron: '30 1 * * *',
      timeZone: 'America/Toronto',
      minutes: [90],
      weekDays: '1111111',
      monthDays: '1111111111111111111111111111111',
      months: '111111111111',
    },
  },
  {
    source: 'supabase',
    stream: 'products',
    schedule: {
      cron: '30 1 * * *',
      timeZone: 'America/Toronto',
      minutes: [90],
      weekDays: '1111111',
      monthDays: '1111111111111111111111111111111',
      months: '111111111111',
    },
  },
  {
    source: 'supabase',
    stream: 'sales',
    schedule: {
      cron: '30 1 * * *',
      timeZone: 'America/Toronto',
      minutes: [90],
      weekDays: '1111111',
      monthDays: '1111111111111111111111111111111',
      months: '111111111111',
    },
  },
  {
    source: 'supabase',
    stream: 'support_tickets',
    schedule: {
      cron: '30 1 * * *',
      timeZone: 'America/Toronto',
      minutes: [90],
      weekDays: '1111111',
      monthDays: '1111111111111111111111111111111',
      months: '111111111111',
    },
  },
  {
    source: 'supabase',
    stream: 'customers_keys',
    schedule: {
      cron: '30 2 * * 0',
      timeZone: 'America/Toronto',
      minutes: [150],
      weekDays: '1000000',
      monthDays: '1111111111111111111111111111111',
      months: '111111111111',
    },
  },
  {
    source: 'supabase',
    stream: 'products_keys',
    schedule: {
      cron: '30 2 * * 0',
      timeZone: 'America/Toronto',
      minutes: [150],
      weekDays: '1000000',
      monthDays: '1111111111111111111111111111111',
      months: '111111111111',
    },
  },
  {
    source: 'supabase',
    stream: 'sales_keys',
    schedule: {
      cron: '30 2 * * 0',
      timeZone: 'America/Toronto',
      minutes: [150],
      weekDays: '1000000',
      monthDays: '1111111111111111111111111111111',
      months: '111111111111',
    },
  },
  {
    source: 'supabase',
    stream: 'support_tickets_keys',
    schedule: {
      cron: '30 2 * * 0',
      timeZone: 'America/Toronto',
      minutes: [150],
      weekDays: '1000000',
      monthDays: '1111111111111111111111111111111',
      months: '111111111111',
    },
  },
  {
    source: 'crm',
    stream: 'sync_logs',
    schedule: {
      cron: '20 * * * *',
      timeZone: 'Etc/UTC',
      minutes: [20, 80, 140, 200, 260, 320, 380, 440, 500, 560, 620, 680, 740, 800, 860, 920, 980, 1040, 1100, 1160, 1220, 1280, 1340, 1400],
      weekDays: '1111111',
      monthDays: '1111111111111111111111111111111',
      months: '111111111111',
    },
  },
  {
    source: 'crm',
    stream: 'contacts',
    schedule: {
      cron: '20 * * * *',
      timeZone: 'Etc/UTC',
      minutes: [20, 80, 140, 200, 260, 320, 380, 440, 500, 560, 620, 680, 740, 800, 860, 920, 980, 1040, 1100, 1160, 1220, 1280, 1340, 1400],
      weekDays: '1111111',
      monthDays: '1111111111111111111111111111111',
      months: '111111111111',
    },
  },
];

module.exports = { streams };
