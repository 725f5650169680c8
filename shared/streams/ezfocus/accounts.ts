import { defineStream, replace } from '../../stream.ts';
import { type Box, filled, oneOf, within } from '../rules.ts';
import { dataSet } from './request.ts';
import { ezfocus } from './source.ts';

const ontario: Box = { name: 'Ontario', latitude: [41.6, 57], longitude: [-95.2, -74.3] };
const dateFormats = ['YYYY-MM-DD', 'YYYY-MM-DD HH:mm:ss', 'YYYY-MM-DDTHH:mm:ss', 'MM/DD/YYYY'];

export const accounts = defineStream({
  source: ezfocus,
  name: 'accounts',
  description: 'Stores of Ontario that the sales team visits, as of the last run',
  request: ({ settings }) => dataSet(settings, 'accountsKey', ''),
  columns: {
    accnt_no: { type: 'STRING', required: true, description: 'Store number' },
    accnt_class: { type: 'STRING', description: 'Store classification' },
    accnt_name: { type: 'STRING', description: 'Store name' },
    accnt_address: { type: 'STRING', description: 'Address' },
    accnt_city: { type: 'STRING', description: 'City' },
    accnt_post_code: { type: 'STRING', description: 'Postal code' },
    accnt_prov: { type: 'STRING', description: 'Province (Ontario)' },
    latitude: { type: 'FLOAT64', invalid: 'null', description: 'Geographical coordinate' },
    longitude: { type: 'FLOAT64', invalid: 'null', description: 'Geographical coordinate' },
    accnt_phone: { type: 'STRING', description: 'Store phone number' },
    accnt_email: { type: 'STRING', description: 'Store email' },
    website: { type: 'STRING', description: 'Website URL' },
    instagram: { type: 'STRING', description: 'Instagram handle' },
    facebook: { type: 'STRING', description: 'Facebook page' },
    pos_system: { type: 'STRING', description: 'Point of sale system' },
    accnt_type: { type: 'STRING', description: 'Account type' },
    store_status: { type: 'STRING', description: 'Store status' },
    chain_group: { type: 'STRING', description: 'Chain affiliation' },
    visit_days: { type: 'STRING', description: 'Days available for visits' },
    client_since: { type: 'DATE', invalid: 'null', formats: dateFormats, description: 'First client date' },
    client_until: { type: 'DATE', invalid: 'null', formats: dateFormats, description: 'End client date' },
  },
  key: ['accnt_no'],
  write: replace(),
  rules: [filled('accnt_name', 'warn'), oneOf('accnt_prov', ['ON'], 'warn'), within(ontario, 'warn')],
  expect: { rows: { min: 1, drop: 0.5, band: [2_600, 2_700] }, rejects: 0.05, columns: ['accnt_name', 'accnt_city', 'accnt_prov'] },
  schedule: { cron: '0 1 * * *', timeZone: 'America/Toronto' },
  table: { dataset: 'WM_SalesTeam', name: 'Accounts_List' },
});
