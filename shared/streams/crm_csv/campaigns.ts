import { defineStream, merge } from '../../stream.ts';
import { oneOf } from '../rules.ts';
import { dates } from './formats.ts';
import { crmCsv } from './source.ts';

export const campaigns = defineStream({
  source: crmCsv,
  name: 'campaigns',
  description: 'Campaigns of the marketing team',
  columns: {
    campaign_id: { type: 'STRING', required: true, description: 'Campaign number' },
    campaign_name: { type: 'STRING', description: 'Name' },
    channel: { type: 'STRING', description: 'Channel that it runs on' },
    objective: { type: 'STRING', description: 'What it is for' },
    start_date: { type: 'DATE', formats: dates, description: 'First day' },
    end_date: { type: 'DATE', formats: dates, description: 'Last day' },
    status: { type: 'STRING', description: 'Status' },
  },
  key: ['campaign_id'],
  write: merge(),
  rules: [
    oneOf('channel', ['google', 'facebook', 'display', 'direct', 'organic', 'email'], 'warn'),
    oneOf('objective', ['awareness', 'traffic', 'conversion'], 'warn'),
  ],
  table: { dataset: 'crm_csv', name: 'campaigns' },
});
