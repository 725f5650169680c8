import type { Tab } from '../cards/card.ts';
import { byMember, overTime } from '../cards/charts.ts';
import { customers } from '../figures/measures.ts';
import { tableOf } from '../cards/tables.ts';

const WHO = 'Customers that are not deleted';

export const customerInsight: Tab = {
  id: 'customer-insight',
  title: 'Customer insight',
  about: 'Who the customers of the shop are, what they bring, and who may leave.',
  tables: ['mtr_customer_profile', 'mtr_customer_segment_summary', 'mtr_customer_growth'],
  filters: ['location', 'income', 'gender', 'age'],
  hasDates: true,
  kpis: [
    { measure: customers.customers, isCompared: false, note: 'not buyers: some never bought' },
    { measure: customers.buyers, isCompared: false, note: 'customers with a sale' },
    { measure: customers.revenuePerBuyer, isCompared: false },
    { measure: customers.revenuePerCustomer, isCompared: false, note: 'with those who never bought' },
    { measure: customers.medianAge },
  ],
  cards: [
    overTime({
      id: 'signups',
      title: 'Sign-ups by month',
      subtitle: 'Customers whose sign-up is known, by its month',
      measures: [customers.customers],
      by: 'month',
      width: 'full',
    }),
    byMember({
      id: 'customers-by-income',
      title: 'Customers by income',
      subtitle: WHO,
      measures: [customers.customers],
      by: 'income',
      isWhole: true,
      sort: 'order',
      width: 'third',
    }),
    byMember({
      id: 'customers-by-gender',
      title: 'Customers by gender',
      subtitle: WHO,
      measures: [customers.customers],
      by: 'gender',
      isWhole: true,
      width: 'third',
    }),
    byMember({
      id: 'customers-by-age',
      title: 'Customers by age',
      subtitle: `${WHO}; bands of ten years`,
      measures: [customers.customers],
      by: 'age',
      isWhole: true,
      sort: 'order',
      width: 'third',
    }),
    byMember({
      id: 'customers-by-location',
      title: 'Customers and revenue per buyer by location',
      subtitle: WHO,
      measures: [customers.customers, customers.revenuePerBuyer],
      by: 'location',
      layout: 'panels',
    }),
    byMember({
      id: 'leaving-by-income',
      title: 'Signals that customers may leave, by income',
      subtitle: `${WHO}; one customer may have several signals`,
      footnote: 'Signals, not a forecast: none of them was tested against who left.',
      measures: [customers.inactive, customers.lowRating, customers.manyTickets],
      by: 'income',
      sort: 'order',
    }),
    tableOf({
      id: 'growth',
      title: 'New and returning customers by year',
      subtitle: `${WHO}; a return is a ticket after the year of the sign-up, not a purchase`,
      table: 'mtr_customer_growth',
      where: { period: 'year' },
      isOfAllOnly: true,
      columns: [
        { column: 'period_start', label: 'Year', as: 'year' },
        { column: 'signups', label: 'New customers', unit: 'count' },
        { column: 'new_buyers', label: 'New customers with a sale', unit: 'count' },
        { column: 'returned_customers', label: 'Returning customers', unit: 'count' },
        { column: 'returned_buyers', label: 'Returning customers with a sale', unit: 'count' },
        { column: 'completeness', label: 'Completeness', as: 'text' },
      ],
    }),
  ],
};
