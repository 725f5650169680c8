import { type Conditions, type Figure, from } from './figure.ts';
import { ADS, CUSTOMERS, ORDERS, PRODUCTS, price, SALES, TICKETS } from './published.ts';
import { entriesOf } from './shares.ts';

/** Figures that the report's page adds up itself, from the finest rows that there are: they are the published ones, too. */
const sumOf = (table: string, value: string, conditions: Conditions = {}) => from(`metrics.${table}`, value, conditions);
const orders = (value: string, conditions?: Conditions) => sumOf('mtr_order_days', value, conditions);
const ads = (value: string, conditions?: Conditions) => sumOf('mtr_ad_days', value, conditions);
const products = (value: string, conditions?: Conditions) => sumOf('mtr_product_months', value, conditions);
const customers = (value: string, conditions?: Conditions) => sumOf('mtr_customer_profile', value, conditions);
const tickets = (value: string) => sumOf('mtr_ticket_days', value);
/** The report's tickets: those with a valid time to resolution. */
const valid = (value: string, conditions: Conditions = {}) =>
  `${sumOf('mtr_ticket_days', value, conditions)} ${Object.keys(conditions).length === 0 ? 'WHERE' : 'AND'} is_resolved_valid`;

function figure(name: string, published: string | number, query: string): Figure {
  return { name, published: String(published), where: query };
}

const MARKETING: readonly Figure[] = [
  figure('orders', 701, orders('SUM(orders)')),
  figure('revenue', '696367.84', orders('SUM(revenue)')),
  figure('average order value', '993.39', orders('SUM(revenue) / SUM(orders)')),
  figure('repeat purchase rate, percent', '15.3', orders('100 * SUM(repeat_orders) / SUM(orders)')),
  figure('contacts with a first order', 594, orders('SUM(new_buyers)')),
  ...entriesOf(ORDERS.revenueByChannel).map(([channel, revenue]) =>
    figure(`revenue of campaigns on ${channel}`, price(revenue), orders('SUM(revenue)', { campaign_channel: channel })),
  ),
  ...entriesOf(ORDERS.revenueBySource).map(([source, revenue]) =>
    figure(`revenue of utm_source ${source}`, price(revenue), orders('SUM(revenue)', { utm_source: source })),
  ),
  ...entriesOf(ORDERS.payments).map(([method, count]) => figure(`orders paid by ${method}`, count, orders('SUM(orders)', { payment_method: method }))),
  figure('impressions', ADS.impressions, ads('SUM(impressions)')),
  figure('clicks', ADS.clicks, ads('SUM(clicks)')),
  figure('conversions', ADS.conversions, ads('SUM(conversions)')),
  figure('ad spend', '5966.50', ads('SUM(ad_spend)')),
  figure('click rate, percent', '2.882', ads('100 * SUM(clicks) / SUM(impressions)')),
  figure('cost per click', '0.2724', ads('SUM(ad_spend) / SUM(clicks)')),
  figure('cost per conversion', '7.505', ads('SUM(ad_spend) / SUM(conversions)')),
  ...entriesOf(ADS.spendByChannel).map(([channel, spend]) => figure(`spend on ${channel}`, price(spend), ads('SUM(ad_spend)', { campaign_channel: channel }))),
];

const SHOP: readonly Figure[] = [
  figure('sales revenue', '5606771.40', products('SUM(revenue)')),
  figure('units', SALES.units, products('SUM(units)')),
  figure('price per unit', '418.60', products('SUM(priced_revenue) / SUM(priced_units)')),
  ...entriesOf(PRODUCTS.top).map(([name, revenue]) => figure(`revenue of ${name}`, price(revenue), products('SUM(revenue)', { product_name: name }))),
  ...entriesOf(PRODUCTS.revenueByGroup).map(([group, revenue]) =>
    figure(`revenue of ${group}`, price(revenue), products('SUM(revenue)', { category_group: group })),
  ),
  ...entriesOf(SALES.revenueByIncome).map(([income, revenue]) =>
    figure(`revenue of ${income} income`, price(revenue), products('SUM(revenue)', { income_bracket: income })),
  ),
  ...entriesOf(SALES.revenueByLocation).map(([town, revenue]) => figure(`revenue in ${town}`, price(revenue), products('SUM(revenue)', { location: town }))),
  figure('customers', CUSTOMERS.count, customers('SUM(customers)')),
  figure('buyers', CUSTOMERS.buyers, customers('SUM(buyers)')),
  figure('revenue per buyer', '2161', customers('SUM(buyers_revenue) / SUM(buyers)')),
  ...entriesOf(CUSTOMERS.genders).map(([gender, count]) => figure(`customers: ${gender}`, count, customers('SUM(customers)', { customer_gender: gender }))),
  ...entriesOf(CUSTOMERS.incomes).map(([income, count]) =>
    figure(`customers of ${income} income`, count, customers('SUM(customers)', { income_bracket: income })),
  ),
  ...entriesOf(CUSTOMERS.locations).map(([town, count]) => figure(`customers in ${town}`, count, customers('SUM(customers)', { location: town }))),
];

const SUPPORT: readonly Figure[] = [
  figure('all tickets', TICKETS.count, tickets('SUM(tickets)')),
  figure('tickets', TICKETS.valid, valid('SUM(tickets)')),
  figure('hours until the first answer: mean', '1.60', valid('SUM(frt_hours) / SUM(frt_tickets)')),
  figure('hours until the resolution: mean', '8.30', valid('SUM(ttr_hours) / SUM(ttr_tickets)')),
  figure('positive ratings', 641, valid('SUM(csat_positive_tickets)')),
  figure('mean rating', '3.03', valid('SUM(ratings) / SUM(rated_tickets)')),
  ...entriesOf(TICKETS.validByChannel).flatMap(([channel, count]) => [
    figure(`tickets by ${channel}`, count, valid('SUM(tickets)', { channel })),
    figure(`hours until the resolution by ${channel}`, TICKETS.ttrByChannel[channel].toFixed(2), valid('SUM(ttr_hours) / SUM(ttr_tickets)', { channel })),
  ]),
  ...entriesOf(TICKETS.validByPriority).map(([priority, count]) => figure(`tickets of ${priority} priority`, count, valid('SUM(tickets)', { priority }))),
  ...entriesOf(TICKETS.subjects).map(([subject, count]) => figure(`tickets about: ${subject}`, count, valid('SUM(tickets)', { issue_type: subject }))),
];

/** Published figures of all three reports, added up from rows of days and months. */
export const ADDED_UP_FIGURES: readonly Figure[] = [...MARKETING, ...SHOP, ...SUPPORT];
