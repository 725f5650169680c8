import type { Stream } from '../stream.ts';
import { contacts as crmContacts } from './crm/contacts.ts';
import { syncLogs } from './crm/sync-logs.ts';
import { campaigns } from './crm_csv/campaigns.ts';
import { contacts } from './crm_csv/contacts.ts';
import { customers } from './crm_csv/customers.ts';
import { orders } from './crm_csv/orders.ts';
import { products } from './crm_csv/products.ts';
import { sales } from './crm_csv/sales.ts';
import { supportTickets } from './crm_csv/support-tickets.ts';
import { accounts } from './ezfocus/accounts.ts';
import { callReports } from './ezfocus/call-reports.ts';
import { inventory } from './ezfocus/inventory.ts';
import { events } from './ga4/events.ts';
import { transactions } from './ga4/transactions.ts';
import { campaigns as metaCampaigns } from './meta_ads/campaigns.ts';
import { insights } from './meta_ads/insights.ts';
import { rejects } from './pipeline/rejects.ts';
import { runs } from './pipeline/runs.ts';
import { fxRates } from './reference/fx-rates.ts';
import { customersKeys, customers as supabaseCustomers } from './supabase/customers.ts';
import { productsKeys, products as supabaseProducts } from './supabase/products.ts';
import { salesKeys, sales as supabaseSales } from './supabase/sales.ts';
import { supportTicketsKeys, supportTickets as supabaseSupportTickets } from './supabase/support-tickets.ts';

/** Every stream that a source or a person feeds. */
export const streams: readonly Stream[] = [
  accounts,
  callReports,
  inventory,
  contacts,
  orders,
  campaigns,
  customers,
  products,
  sales,
  supportTickets,
  fxRates,
  metaCampaigns,
  insights,
  transactions,
  events,
  supabaseCustomers,
  supabaseProducts,
  supabaseSales,
  supabaseSupportTickets,
  customersKeys,
  productsKeys,
  salesKeys,
  supportTicketsKeys,
  syncLogs,
  crmContacts,
];

/** What the pipeline tells about itself; loaded like every other stream. */
export const builtInStreams: readonly Stream[] = [rejects, runs];
