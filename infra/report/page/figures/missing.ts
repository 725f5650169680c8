import type { Report } from './report.ts';

/** What a reader does to get data of a source that is not there. */
const SOURCES: readonly { readonly tables: readonly string[]; readonly what: string; readonly todo: string }[] = [
  {
    tables: ['mtr_order_days', 'mtr_executive_overview', 'mtr_revenue_by_month', 'mtr_customer_revenue', 'mtr_customer_retention'],
    what: 'orders',
    todo: 'drop the exports of orders and contacts (npm run pipeline -- drop <file> --as crm_csv/orders), then run npm run models and npm run report',
  },
  {
    tables: ['mtr_ad_days', 'mtr_acquisition'],
    what: 'ads',
    todo: 'set META_ADS_… (.env.example) or drop a file as meta_ads/insights, then run npm run models and npm run report',
  },
  {
    tables: ['mtr_shop_revenue', 'mtr_product_months', 'mtr_product_performance'],
    what: 'sales',
    todo: 'set SUPABASE_… (.env.example) or drop files as crm_csv/sales and crm_csv/products, then run npm run models and npm run report',
  },
  {
    tables: ['mtr_customer_profile', 'mtr_customer_segment_summary', 'mtr_customer_growth'],
    what: 'customers',
    todo: 'set SUPABASE_… (.env.example) or drop a file as crm_csv/customers, then run npm run models and npm run report',
  },
  {
    tables: ['mtr_ticket_days', 'mtr_support_performance', 'mtr_ops_weekly'],
    what: 'tickets',
    todo: 'set SUPABASE_… (.env.example) or drop a file as crm_csv/support_tickets, then run npm run models and npm run report',
  },
  {
    tables: ['mtr_sales_coverage', 'dim_stores'],
    what: 'stores',
    todo: 'set EZFOCUS_… (.env.example) or drop files as ezfocus/accounts and ezfocus/call_reports, then run npm run models and npm run report',
  },
  {
    tables: ['mtr_pipeline_health', 'mtr_pipeline_balance', 'mtr_pipeline_rejects'],
    what: 'runs',
    todo: 'run npm start, or wait for the first run of the schedule',
  },
];

/** What a tab misses of its sources, one sentence each: what is not there and what to do. */
export function missingOf(tables: readonly string[], report: Report): readonly string[] {
  const isEmpty = (name: string) => (report.table(name)?.rows ?? 0) === 0;
  return SOURCES.filter((source) => {
    const own = source.tables.filter((name) => tables.includes(name));
    return own.length > 0 && own.every(isEmpty);
  }).map(({ what, todo }) => `There are no ${what} in the warehouse yet: ${todo}.`);
}

/** How old the data of each source of a tab is: its newest moment, null where that is not known. */
export function agesOf(tables: readonly string[], report: Report): readonly { readonly what: string; readonly asOf: string | null }[] {
  return SOURCES.flatMap(({ tables: all, what }) => {
    const moments = all.filter((name) => tables.includes(name)).flatMap((name) => report.table(name)?.about.asOf ?? []);
    return moments.length === 0 ? [] : [{ what: what.charAt(0).toUpperCase() + what.slice(1), asOf: moments.sort().at(-1) ?? null }];
  });
}
