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

/** The day whose exports these are: after everything that they tell of. */
export const GOLDEN_DAY = '2023-07-01';

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

/** A part of the data set that hangs together, for engines that are slow: so many orders and sales, with what they refer to. */
export function goldenCut(tables: Tables, count: number): Tables {
  const part = (name: string, length = count) => (tables[name] ?? []).slice(0, length);
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
