import { type Figure, from } from './figure.ts';
import { CUSTOMERS, PRODUCTS, price, SALES } from './published.ts';
import { entriesOf } from './shares.ts';

const products = (value: string, conditions = {}) => from('metrics.mtr_product_performance', value, { period: 'all', scope: 'all', ...conditions });
const segments = (value: string, scope: string = 'all', member: string = 'all') =>
  from('metrics.mtr_customer_segment_summary', value, { scope, scope_value: member });

function figure(name: string, published: string | number, where: string): Figure {
  return { name, published: String(published), where };
}

const GROUP_SHARES = { Hardware: '51.13', Other: '22.43', Home: '10.46', Camera: '8.07', Wearables: '3.08', Software: '2.50', Audio: '2.33' };
const GENDER_SHARES = { Female: '50.16', Male: '48.93', Other: '0.91' };
/** By how many percent a year's revenue differs from the year before. */
const GROWTH = { 2020: '129.2', 2021: '-47.2', 2022: '-95.7' };

const REVENUE: readonly Figure[] = [
  figure('revenue', '5606771.40', products('revenue')),
  figure('sales', 8944, products('sales')),
  figure('units', 13_394, products('units')),
  figure('price per unit', '418.60', products('price_per_unit')),
  figure('average order value', '626.88', segments('aov')),
  ...entriesOf(PRODUCTS.top).flatMap(([name, revenue], place) => [
    figure(`revenue of ${name}`, price(revenue), products('revenue', { scope: 'product', scope_value: name })),
    figure(`place of ${name}`, place + 1, products('revenue_rank', { scope: 'product', scope_value: name })),
  ]),
  ...entriesOf(PRODUCTS.revenueByGroup).flatMap(([group, revenue]) => [
    figure(`revenue of ${group}`, price(revenue), products('revenue', { scope: 'category_group', scope_value: group })),
    figure(`share of ${group}, percent`, GROUP_SHARES[group], products('100 * revenue_share', { scope: 'category_group', scope_value: group })),
  ]),
  ...entriesOf(SALES.thousandsByMonth).flatMap(([year, thousands]) =>
    thousands.map((text, index) => {
      const month = `${year}-${String(index + 1).padStart(2, '0')}`;
      return figure(`revenue of ${month}, thousands`, text, products('revenue / 1000', { period: 'month', period_start: `${month}-01` }));
    }),
  ),
  ...entriesOf(SALES.revenueByYear).flatMap(([year, revenue]) => [
    figure(`revenue of ${year}`, price(revenue), ofYear(year, 'revenue')),
    figure(`sales of ${year}`, SALES.years[year], ofYear(year, 'sales')),
  ]),
  ...entriesOf(GROWTH).map(([year, percent]) =>
    figure(`growth of revenue in ${year}, percent`, percent, ofYear(year, `100 * (revenue / (${ofYear(String(Number(year) - 1), 'revenue')}) - 1)`)),
  ),
  ...entriesOf(SALES.payments).flatMap(([method, count]) => [
    figure(`sales paid by ${method}`, count, from('metrics.mtr_shop_revenue', 'SUM(sales)', { payment_method: method })),
    figure(`revenue paid by ${method}`, price(SALES.revenueByPayment[method]), from('metrics.mtr_shop_revenue', 'SUM(revenue)', { payment_method: method })),
  ]),
  ...entriesOf(SALES.quantities).map(([quantity, count]) =>
    figure(`sales of ${quantity} units`, count, from('marts.fct_sales', 'COUNT(*)', { quantity: Number(quantity) })),
  ),
];

function ofYear(year: string, value: string): string {
  return products(value, { period: 'year', period_start: `${year}-01-01` });
}

const SEGMENTS: readonly Figure[] = [
  figure('customers', 2749, segments('customers')),
  figure('buyers', 2595, segments('buyers')),
  figure('revenue per buyer', 2161, segments('revenue_per_buyer')),
  figure('median age', 45, segments('customer_age_median')),
  ...entriesOf(GENDER_SHARES).map(([gender, share]) =>
    figure(`share of customers: ${gender}, percent`, share, segments('100 * customer_share', 'gender', gender)),
  ),
  ...entriesOf(CUSTOMERS.genders).map(([gender, count]) => figure(`customers: ${gender}`, count, segments('customers', 'gender', gender))),
  ...entriesOf(CUSTOMERS.ages).map(([age, count]) =>
    figure(`customers from the age of ${age}`, count, segments('customers', 'age_band', `${age}-${Number(age) + 9}`)),
  ),
  ...entriesOf(CUSTOMERS.incomes).flatMap(([income, count]) => [
    figure(`customers of ${income} income`, count, segments('customers', 'income_bracket', income)),
    figure(`revenue of ${income} income`, price(SALES.revenueByIncome[income]), segments('revenue', 'income_bracket', income)),
  ]),
  ...entriesOf(CUSTOMERS.locations).flatMap(([location, count]) => [
    figure(`customers in ${location}`, count, segments('customers', 'location', location)),
    figure(`revenue in ${location}`, price(SALES.revenueByLocation[location]), segments('revenue', 'location', location)),
  ]),
  ...entriesOf(CUSTOMERS.signups).map(([month, count]) => figure(`sign-ups in ${month}`, count, growth('signups', 'month', `${month}-01`))),
  figure('sign-ups in 2021', 620, growth('signups', 'year', '2021-01-01')),
  figure('new customers 2021', 570, growth('new_buyers', 'year', '2021-01-01')),
  figure('customers of before with their last ticket in 2021', 745, growth('returned_customers', 'year', '2021-01-01')),
  figure('returning customers 2021', 691, growth('returned_buyers', 'year', '2021-01-01')),
];

function growth(value: string, period: 'month' | 'year', start: string): string {
  return from('metrics.mtr_customer_growth', value, { period, period_start: start });
}

/** Every published figure of the shop's report but those of support. */
export const SHOP_FIGURES: readonly Figure[] = [...REVENUE, ...SEGMENTS];
