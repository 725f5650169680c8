import { defineSource, secret, text, url } from '../../source.ts';

/** EZ Focus: field sales for cannabis retail. One endpoint; the key alone picks the data set; Basic and key are both needed. */
export const ezfocus = defineSource({
  name: 'ezfocus',
  title: 'EZ Focus',
  settings: {
    baseUrl: url('EZFOCUS_BASE_URL', 'Address of the API, without /api'),
    username: secret('EZFOCUS_USERNAME', 'User name (HTTP Basic)'),
    password: secret('EZFOCUS_PASSWORD', 'Password (HTTP Basic)'),
    agent: text('EZFOCUS_AGENT', 'Number of the agent'),
    accountsKey: secret('EZFOCUS_ACCOUNTS_KEY', 'Key of the accounts'),
    callReportsKey: secret('EZFOCUS_CALL_REPORTS_KEY', 'Key of the call reports'),
    inventoryKey: secret('EZFOCUS_INVENTORY_KEY', 'Key of the store inventory'),
    province: text('EZFOCUS_PROVINCE', 'Province asked for', { default: 'ON' }),
    storeTypes: text('EZFOCUS_STORE_TYPES', 'Store types asked for, comma between', { default: 'SUCC,LRS,MED' }),
  },
  baseUrl: 'baseUrl',
  auth: { type: 'basic', username: 'username', password: 'password' },
});
