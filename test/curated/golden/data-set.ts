import { adRows } from './ads.ts';
import { campaignRows, campaigns } from './campaigns.ts';
import { contactRows, contacts } from './contacts.ts';
import { customerRows, customers } from './customers.ts';
import { orderRows, orders } from './orders.ts';
import { productRows, products } from './products.ts';
import type { Row } from './row.ts';
import { saleRows, sales } from './sales.ts';
import { ticketRows } from './tickets.ts';
import { webRows } from './web.ts';

/** Source tables, by `dataset.table`, with the declared columns of their streams in every row. */
export type Tables = Readonly<Record<string, readonly Row[]>>;

/** The days of the exports, each the day after the last that it tells of: so January 2021 and the year 2022 are not over. */
const EXPORTED: Readonly<Record<string, string>> = {
  'crm_csv.contacts': '2021-01-30',
  'crm_csv.campaigns': '2021-01-30',
  'crm_csv.orders': '2021-01-30',
  'meta_ads.insights': '2021-01-30',
  'ga4.transactions': '2021-01-30',
  'reference.fx_rates': '2021-01-30',
  'crm_csv.customers': '2022-03-21',
  'crm_csv.products': '2022-03-21',
  'crm_csv.sales': '2022-03-21',
  'crm_csv.support_tickets': '2023-06-03',
};

/** The day on which a table's export was made. */
export function exportedOn(table: string): string {
  const day = EXPORTED[table];
  if (day === undefined) throw new RangeError(`${table} is no table of the golden data set`);
  return day;
}

/** All data sets whose figures are published, the same at every call: 27,000 rows. */
export function goldenTables(): Tables {
  const campaignList = campaigns();
  const contactList = contacts();
  const orderList = orders(campaignList, contactList);
  const customerList = customers();
  const productList = products();
  return {
    'crm_csv.contacts': contactRows(contactList),
    'crm_csv.campaigns': campaignRows(campaignList),
    'crm_csv.orders': orderRows(orderList),
    'meta_ads.insights': adRows(campaignList),
    'ga4.transactions': webRows(orderList),
    'reference.fx_rates': RATES,
    'crm_csv.customers': customerRows(customerList),
    'crm_csv.products': productRows(productList),
    'crm_csv.sales': saleRows(sales(customerList, productList)),
    'crm_csv.support_tickets': ticketRows(customerList),
  };
}

/** A rate that no report published: it makes the web analytics' dollars comparable. */
const RATES: readonly Row[] = [{ rate_date: '2020-11-01', currency: 'USD', reporting_currency: 'GBP', rate: '0.75' }];

/**
 * A part of the data set that hangs together, for engines that are slow: so many orders, ads and sales, of all months, with what
 * they refer to.
 */
export function goldenCut(tables: Tables, count: number): Tables {
  const part = (name: string) => {
    const rows = tables[name] ?? [];
    return Array.from({ length: Math.min(count, rows.length) }, (_, index) => rows[Math.floor((index * rows.length) / count)] ?? {});
  };
  const having = (name: string, column: string, values: readonly Row[]) => {
    const wanted = new Set(values.map((row) => row[column]));
    return (tables[name] ?? []).filter((row) => wanted.has(row[column] ?? null));
  };
  const [cutOrders, cutSales] = [part('crm_csv.orders'), part('crm_csv.sales')];
  const cutCustomers = having('crm_csv.customers', 'customer_id', cutSales);
  return {
    ...tables,
    'crm_csv.orders': cutOrders,
    'crm_csv.contacts': having('crm_csv.contacts', 'contact_id', cutOrders),
    'ga4.transactions': having('ga4.transactions', 'transaction_id', cutOrders),
    'meta_ads.insights': part('meta_ads.insights'),
    'crm_csv.sales': cutSales,
    'crm_csv.customers': cutCustomers,
    'crm_csv.support_tickets': having('crm_csv.support_tickets', 'customer_id', cutCustomers),
  };
}
