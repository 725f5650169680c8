import { defineStream, replace } from '../../stream.ts';
import { dataSet } from './request.ts';
import { ezfocus } from './source.ts';

export const callReports = defineStream({
  source: ezfocus,
  name: 'call_reports',
  description: 'Reports that sales representatives wrote about their visits and calls (segment Oils), every value as the source wrote it',
  request: ({ settings }) => dataSet(settings, 'callReportsKey', 'Oils'),
  columns: {
    accnt_no: { type: 'STRING', required: true, description: 'Store number' },
    sales_rep: { type: 'STRING', required: true, description: 'Sales representative' },
    action_date_raw: { type: 'STRING', field: 'action_date', empty: 'keep', description: 'Date of the action, as written by the source' },
  },
  unknown: 'columns',
  write: replace(),
  expect: { rows: { min: 1, band: [100, 10_000] } },
  schedule: { cron: '10 1 * * *', timeZone: 'America/Toronto' },
  table: { dataset: 'WM_SalesTeam', name: 'Call_Reports', cluster: ['accnt_no'] },
});
