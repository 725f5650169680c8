import { defineStream, replace } from '../../stream.ts';
import { dataSet } from './request.ts';
import { ezfocus } from './source.ts';

export const inventory = defineStream({
  source: ezfocus,
  name: 'inventory',
  description: 'What each store has in stock, one row per store and product; the source gives no key',
  request: ({ settings }) => dataSet(settings, 'inventoryKey', ''),
  columns: {
    segment: { type: 'STRING', field: 'SEGMENT', description: 'Product segment' },
    brand: { type: 'STRING', field: 'BRAND', description: 'Brand' },
    nat_categ: { type: 'STRING', field: 'NAT_CATEG', description: 'National category' },
    listing_type: { type: 'STRING', field: 'LISTING_TYPE', description: 'Kind of listing' },
    curr_inv: { type: 'NUMERIC', field: 'CURR_INV', invalid: 'null', description: 'Current inventory, in units' },
    city: { type: 'STRING', field: 'CITY', description: 'City of the store' },
    chain: { type: 'STRING', field: 'CHAIN', description: 'Chain of the store' },
  },
  write: replace(),
  schedule: { cron: '20 1 * * *', timeZone: 'America/Toronto' },
  table: { dataset: 'WM_SalesTeam', name: 'Store_Inventory', cluster: ['chain', 'city'] },
});
