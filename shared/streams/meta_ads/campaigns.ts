import { defineStream, replace } from '../../stream.ts';
import { accountPath, cursorPages, listOf } from './request.ts';
import { metaAds } from './source.ts';

/** Without this list Meta leaves archived campaigns out, whose ads the insights still have; deleted ones it lists in no way. */
const LISTED = ['ACTIVE', 'PAUSED', 'IN_PROCESS', 'WITH_ISSUES', 'ARCHIVED'];
/** Times come in the zone of the account; days are its own, as those of the insights. */
const ACCOUNT_TIME = ['YYYY-MM-DDTHH:mm:ssZ', 'YYYY-MM-DD'];

export const campaigns = defineStream({
  source: metaAds,
  name: 'campaigns',
  description: 'Campaigns of the ad account, those that have ended or are archived too; not those that were deleted',
  request: ({ settings }) => ({
    path: accountPath(settings.account, 'campaigns'),
    query: {
      ...listOf(['id', 'name', 'objective', 'status', 'effective_status', 'start_time', 'stop_time', 'created_time', 'updated_time']),
      effective_status: JSON.stringify(LISTED),
    },
  }),
  pages: cursorPages,
  records: '/data',
  columns: {
    campaign_id: { type: 'STRING', required: true, field: 'id', description: 'Campaign number' },
    campaign_name: { type: 'STRING', field: 'name', description: 'Name of the campaign' },
    objective: { type: 'STRING', description: 'What it is for' },
    status: { type: 'STRING', description: 'What its owner has set: ACTIVE, PAUSED, ARCHIVED, DELETED' },
    effective_status: { type: 'STRING', description: 'What it is in effect' },
    start_date: { type: 'DATE', field: 'start_time', formats: ACCOUNT_TIME, description: 'Day when it begins, in the time zone of the account' },
    stop_date: {
      type: 'DATE',
      field: 'stop_time',
      formats: ACCOUNT_TIME,
      description: 'Day when it ends, in the time zone of the account; null where it goes on',
    },
    created_time: { type: 'TIMESTAMP', description: 'When it was made' },
    updated_time: { type: 'TIMESTAMP', description: 'When it was last changed' },
  },
  key: ['campaign_id'],
  write: replace(),
  schedule: { cron: '0 6 * * *', timeZone: 'UTC' },
  table: { dataset: 'meta_ads', name: 'campaigns' },
});
