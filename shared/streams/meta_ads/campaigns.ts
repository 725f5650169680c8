import { defineStream, replace } from '../../stream.ts';
import { accountPath, cursorPages, listOf } from './request.ts';
import { metaAds } from './source.ts';

export const campaigns = defineStream({
  source: metaAds,
  name: 'campaigns',
  description: 'Campaigns of the ad account, those that have ended too',
  request: ({ settings }) => ({
    path: accountPath(settings.account, 'campaigns'),
    query: listOf(['id', 'name', 'objective', 'status', 'effective_status', 'start_time', 'stop_time', 'created_time', 'updated_time']),
  }),
  pages: cursorPages,
  records: '/data',
  columns: {
    campaign_id: { type: 'STRING', required: true, field: 'id', description: 'Campaign number' },
    campaign_name: { type: 'STRING', field: 'name', description: 'Name of the campaign' },
    objective: { type: 'STRING', description: 'What it is for' },
    status: { type: 'STRING', description: 'What its owner has set: ACTIVE, PAUSED, ARCHIVED, DELETED' },
    effective_status: { type: 'STRING', description: 'What it is in effect' },
    start_time: { type: 'TIMESTAMP', description: 'When it begins' },
    stop_time: { type: 'TIMESTAMP', description: 'When it ends; null where it goes on' },
    created_time: { type: 'TIMESTAMP', description: 'When it was made' },
    updated_time: { type: 'TIMESTAMP', description: 'When it was last changed' },
  },
  key: ['campaign_id'],
  write: replace(),
  schedule: { cron: '0 6 * * *', timeZone: 'UTC' },
  table: { dataset: 'meta_ads', name: 'campaigns' },
});
