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
 * The data set for engines that join by trying each pair of rows: all of marketing, and every so many-th customer of the shop with
 * all that it bought and asked, so that each customer is whole.
 */
export function goldenCut(tables: Tables, every: number): Tables {
  const customers = (tables['crm_csv.customers'] ?? []).filter((_, index) => index % every === 0);
  const kept = new Set(customers.map((row) => row['customer_id']));
  const ofThem = (name: string) => (tables[name] ?? []).filter((row) => kept.has(row['customer_id'] ?? null));
  return { ...tables, 'crm_csv.customers': customers, 'crm_csv.sales': ofThem('crm_csv.sales'), 'crm_csv.support_tickets': ofThem('crm_csv.support_tickets') };
}
