import type { Tab } from '../cards/card.ts';
import { byMember, overTime } from '../cards/charts.ts';
import { cohorts } from '../cards/cohorts.ts';
import { orders } from '../figures/measures.ts';

const WHO = 'Contacts with an order; orders of the CRM exports';

export const customerRevenue: Tab = {
  id: 'customer-revenue',
  title: 'Customer revenue',
  about: 'What buyers are worth, and who comes again.',
  tables: ['mtr_order_days', 'mtr_customer_revenue', 'mtr_customer_retention'],
  filters: ['country', 'utm_source', 'campaign_channel', 'payment_method'],
  hasDates: true,
  kpis: [
    { measure: orders.contacts, note: 'whether or not they ever ordered; not buyers' },
    { measure: orders.buyers, note: 'contacts that ordered' },
    { measure: orders.aov, note: 'revenue / orders with a rate' },
    { measure: orders.revenuePerBuyer, note: 'so far, no forecast; not an order value' },
    { measure: orders.ordersPerBuyer, note: 'orders that name a contact / buyers' },
    { measure: orders.repeatRate, note: 'a share of orders, not of people' },
  ],
  cards: [
    overTime({ id: 'orders-per-buyer', title: 'Orders per buyer by month', subtitle: WHO, measures: [orders.ordersPerBuyer], by: 'month', shape: 'line' }),
    overTime({
      id: 'aov-by-month',
      title: 'Average order value by month',
      subtitle: 'Orders of the CRM exports',
      measures: [orders.aov],
      by: 'month',
      shape: 'line',
    }),
    overTime({
      id: 'new-and-repeat',
      title: 'Revenue of first and of repeat orders by month',
      subtitle: 'Shares of the revenue of all orders; orders that name nobody count as first',
      measures: [orders.newRevenue, orders.repeatRevenue],
      by: 'month',
      layout: 'share',
    }),
    cohorts({
      id: 'retention',
      title: 'Retention by month of the first order',
      subtitle: 'Share of a month’s new buyers who ordered again, by months since',
      footnote: 'A month that is not over has no figure. Who is in the first month may have ordered before.',
    }),
    byMember({
      id: 'revenue-by-country',
      title: 'Revenue by country',
      subtitle: 'Country of the contact; shares are of all revenue, not of the countries shown',
      measures: [orders.revenue],
      by: 'country',
      top: 5,
      isWhole: true,
      width: 'third',
    }),
    byMember({
      id: 'revenue-by-utm-source',
      title: 'Revenue by UTM source',
      subtitle: 'Source that the link of the order says',
      measures: [orders.revenue],
      by: 'utm_source',
      isWhole: true,
      width: 'third',
    }),
    byMember({
      id: 'orders-by-payment',
      title: 'Orders by payment method',
      subtitle: 'How orders were paid',
      measures: [orders.orders],
      by: 'payment_method',
      isWhole: true,
      width: 'third',
    }),
  ],
};
