import type { Tab } from '../cards/card.ts';
import { byMember, overTime } from '../cards/charts.ts';
import { tableOf } from '../cards/tables.ts';
import { orders } from '../figures/measures.ts';

const WHO = 'All orders of the CRM exports';

export const executive: Tab = {
  id: 'executive',
  title: 'Executive overview',
  about: 'What the shop took: orders, revenue, their average and how many come again.',
  tables: ['mtr_order_days', 'mtr_executive_overview', 'mtr_revenue_by_month'],
  filters: ['campaign_channel', 'order_channel', 'utm_source', 'country'],
  hasDates: true,
  kpis: [
    { measure: orders.revenue },
    { measure: orders.orders },
    { measure: orders.aov, note: 'revenue / orders with a rate' },
    { measure: orders.repeatRate, note: 'a share of orders, not of people' },
    { measure: orders.buyers, note: 'different contacts that ordered' },
    { measure: orders.items },
  ],
  cards: [
    overTime({ id: 'revenue-by-day', title: 'Revenue by day', subtitle: WHO, measures: [orders.revenue], by: 'day', shape: 'line', width: 'full' }),
    overTime({ id: 'revenue-by-month', title: 'Revenue by month', subtitle: `${WHO}, by calendar month`, measures: [orders.revenue], by: 'month' }),
    overTime({ id: 'orders-by-month', title: 'Orders by month', subtitle: `${WHO}, by calendar month`, measures: [orders.orders], by: 'month' }),
    byMember({
      id: 'revenue-by-campaign-channel',
      title: 'Revenue by campaign channel',
      subtitle: 'By the channel of the campaign that an order names',
      measures: [orders.revenue],
      by: 'campaign_channel',
      isWhole: true,
      width: 'third',
    }),
    byMember({
      id: 'revenue-by-order-channel',
      title: 'Revenue by order channel',
      subtitle: 'By the channel that the shop says of an order',
      footnote: 'Campaign channel, order channel and UTM source are three different things and give three splits.',
      measures: [orders.revenue],
      by: 'order_channel',
      isWhole: true,
      width: 'third',
    }),
    byMember({
      id: 'revenue-by-source',
      title: 'Revenue by UTM source',
      subtitle: 'By the source that the link of an order says',
      measures: [orders.revenue],
      by: 'utm_source',
      isWhole: true,
      width: 'third',
    }),
    tableOf({
      id: 'months',
      title: 'Month by month',
      subtitle: `${WHO}; a month that is not all there is partial and is not compared`,
      table: 'mtr_revenue_by_month',
      columns: [
        { column: 'month_start', label: 'Month', as: 'month' },
        { column: 'revenue', label: 'Revenue', unit: 'money' },
        { column: 'revenue_mom', label: 'Against the month before', unit: 'percent' },
        { column: 'revenue_yoy', label: 'Against the year before', unit: 'percent' },
        { column: 'orders', label: 'Orders', unit: 'count' },
        { column: 'aov', label: 'Average order value', unit: 'money' },
        { column: 'buyers', label: 'Buyers', unit: 'count' },
        { column: 'repeat_rate', label: 'Repeat order rate', unit: 'percent' },
        { column: 'completeness', label: 'Completeness', as: 'text' },
      ],
    }),
  ],
};
