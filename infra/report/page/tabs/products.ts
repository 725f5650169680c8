import type { Tab } from '../cards/card.ts';
import { byMember, overTime } from '../cards/charts.ts';
import { shop } from '../figures/measures.ts';
import { tableBy } from '../cards/tables.ts';
import { years } from '../cards/years.ts';

const WHO = 'Sales that are not deleted; a sale is one product of a purchase';

export const products: Tab = {
  id: 'products',
  title: 'Revenue & product',
  about: 'What the shop sold: to whom, when and which products.',
  tables: ['mtr_shop_revenue', 'mtr_product_months', 'mtr_customer_segment_summary'],
  filters: ['location', 'income', 'gender', 'payment_method'],
  hasDates: true,
  kpis: [
    { measure: shop.revenue },
    { measure: shop.units },
    { measure: shop.sales, note: 'a product of a purchase each' },
    { measure: shop.pricePerUnit, note: 'revenue / units' },
    { measure: shop.averageSale, note: 'a mean: skewed by large sales' },
    { measure: shop.saleMedian, beside: [shop.saleP75, shop.saleP95] },
  ],
  cards: [
    overTime({ id: 'shop-revenue-by-month', title: 'Revenue by month', subtitle: WHO, measures: [shop.revenue], by: 'month', width: 'full' }),
    byMember({
      id: 'top-products',
      title: 'Top 10 products by revenue',
      subtitle: 'Products of the shop by name',
      measures: [shop.productRevenue],
      by: 'product',
      top: 10,
    }),
    byMember({
      id: 'revenue-by-group',
      title: 'Revenue by category group',
      subtitle: 'Shares of the revenue of all products',
      measures: [shop.productRevenue],
      by: 'category_group',
      isWhole: true,
    }),
    byMember({
      id: 'revenue-by-location',
      title: 'Revenue by location',
      subtitle: 'City of the customer',
      measures: [shop.revenue],
      by: 'location',
      isWhole: true,
      width: 'half',
    }),
    tableBy({
      id: 'product-table',
      title: 'Products',
      subtitle: WHO,
      by: 'product',
      measures: [shop.productRevenue, shop.productUnits, shop.pricePerUnit],
      width: 'half',
    }),
    byMember({
      id: 'revenue-by-income',
      title: 'Revenue by income',
      subtitle: 'Income of the customer',
      measures: [shop.revenue],
      by: 'income',
      isWhole: true,
      sort: 'order',
      width: 'third',
    }),
    byMember({
      id: 'revenue-by-payment',
      title: 'Revenue by payment method',
      subtitle: 'How sales were paid',
      measures: [shop.revenue],
      by: 'payment_method',
      isWhole: true,
      width: 'third',
    }),
    years({
      id: 'revenue-by-year',
      title: 'Revenue by year',
      subtitle: `${WHO}; a year that is not all there is not compared`,
      measure: shop.revenue,
      width: 'third',
    }),
  ],
};
