import type { Customer } from './customers.ts';
import { daysOf } from './days.ts';
import { even, mixed } from './even.ts';
import { type Fitted, fitToMargins, type Margin } from './fit.ts';
import { type Product, restOf } from './products.ts';
import { CUSTOMERS, PRODUCTS, price, SALES } from './published.ts';
import type { Row } from './row.ts';
import { entriesOf, recordOf, repeated, shares, sharesOf, sum } from './shares.ts';

/** A sale while its amount is being found; `unit` is its quantity, so that the amount is a whole number of prices. */
export interface Sale extends Fitted {
  readonly customer: Customer;
  readonly product: Product;
  readonly month: string;
  readonly payment: keyof typeof SALES.payments;
}

const PENCE_OF_A_THOUSANDTH = 1000;

/** The 8,944 sales. */
export function sales(customers: readonly Customer[], products: readonly Product[]): readonly Sale[] {
  const buyers = mixed(buyersOfSales(customers), 0);
  const productOf = mixed(productsOfSales(products), 1);
  const months = mixed(monthsOfSales(), 2);
  const payments = mixed(repeated(SALES.payments), 3);
  const quantities = mixed(repeated(SALES.quantities), 4);
  const list = buyers.map((customer, index): Sale => {
    const [product, month, payment, quantity] = [productOf[index], months[index], payments[index], Number(quantities[index])];
    if (product === undefined || month === undefined || payment === undefined) throw new RangeError(`sale ${index} has no product, month or payment`);
    const amount = (SALES.revenue / SALES.units) * (0.4 + 1.2 * even(index, 5)) * quantity;
    return { customer, product, month, payment, unit: quantity, low: (SALES.lowestPrice + 1) * quantity, high: (SALES.highestPrice - 1) * quantity, amount };
  });
  const [lowest, highest] = list.filter(isPlain);
  const fitted = list.map((sale) => (sale === lowest ? fixed(sale, SALES.lowestPrice) : sale === highest ? fixed(sale, SALES.highestPrice) : sale));
  fitToMargins(fitted, MARGINS);
  return fitted;
}

/** The lowest and the highest price stand among sales like these, where they bind least. */
function isPlain({ customer, product, payment, unit }: Sale): boolean {
  return unit === 1 && payment === 'card' && product.group === 'Other' && customer.location === 'London' && customer.income === 'Medium';
}

function fixed(sale: Sale, amount: number): Sale {
  return { ...sale, amount, low: amount, high: amount };
}

/** Every buyer at least once, the more often the more their city and income brought. */
function buyersOfSales(customers: readonly Customer[]): readonly Customer[] {
  const cells = entriesOf(CUSTOMERS.locations).flatMap(([location]) =>
    entriesOf(CUSTOMERS.incomes).map(([income]) => ({
      weight: (SALES.revenueByLocation[location] * SALES.revenueByIncome[income]) / SALES.revenue,
      buyers: customers.filter((customer) => customer.isBuyer && customer.location === location && customer.income === income),
    })),
  );
  const counts = shares(
    SALES.count,
    cells.map(({ weight }) => weight),
  );
  return cells.flatMap(({ buyers }, cell) => Array.from({ length: counts[cell] ?? 0 }, (_, index) => buyers[index % buyers.length] as Customer));
}

function productsOfSales(products: readonly Product[]): readonly Product[] {
  const weights = products.map(({ isTop, revenue }, index) => revenue * (isTop ? 1 : 0.95 + 0.1 * even(index, 6)));
  const counts = shares(SALES.count, weights);
  return products.flatMap((product, index) => Array.from({ length: counts[index] ?? 0 }, () => product));
}

function monthsOfSales(): readonly string[] {
  return entriesOf(SALES.thousandsByMonth).flatMap(([year, thousands]) =>
    repeated(sharesOf(SALES.years[year], recordOf(thousands.map((text, index) => [monthName(year, index), Number(text)])))),
  );
}

function monthName(year: string | number, index: number): string {
  return `${year}-${String(index + 1).padStart(2, '0')}`;
}

/** Months within the rounding of what is printed, which add up to the exact years. */
export function monthTotals(): Readonly<Record<string, number>> {
  return recordOf(
    entriesOf(SALES.thousandsByMonth).flatMap(([year, thousands]) => {
      const printed = thousands.map((text) => Math.round(Number(text) * 100) * PENCE_OF_A_THOUSANDTH);
      const open = SALES.revenueByYear[year] - sum(printed);
      const parts = shares(
        Math.abs(open),
        printed.map(() => 1),
      );
      return printed.map((total, index) => [monthName(year, index), total + Math.sign(open) * (parts[index] ?? 0)] as const);
    }),
  );
}

function productTotals(): Readonly<Record<string, number>> {
  return {
    ...PRODUCTS.top,
    ...recordOf(entriesOf(PRODUCTS.revenueByGroup).flatMap(([group]) => (restOf(group) === 0 ? [] : [[group, restOf(group)] as const]))),
  };
}

const MARGINS: readonly Margin<Sale>[] = [
  { name: 'month', of: ({ month }) => month, totals: monthTotals() },
  { name: 'product', of: ({ product }) => (product.isTop ? product.name : product.group), totals: productTotals() },
  { name: 'location', of: ({ customer }) => customer.location, totals: SALES.revenueByLocation },
  { name: 'income', of: ({ customer }) => customer.income, totals: SALES.revenueByIncome },
  { name: 'payment', of: ({ payment }) => payment, totals: SALES.revenueByPayment },
];

export function saleRows(list: readonly Sale[]): readonly Row[] {
  const dayOf = calendar(list);
  return list.map(({ customer, product, payment, unit, amount }, index) => ({
    sale_id: index + 1,
    customer_id: customer.id,
    product_id: product.id,
    quantity: unit,
    unit_price: price(amount / unit),
    total_amount: price(amount),
    currency: 'GBP',
    payment_method: payment,
    purchase_date: dayOf[index] ?? null,
  }));
}

/** Days of the sales: each month's from its first day to its last. */
function calendar(list: readonly Sale[]): readonly string[] {
  const places = new Map<string, number[]>();
  list.forEach(({ month }, index) => {
    const indexes = places.get(month) ?? [];
    places.set(month, indexes);
    indexes.push(index);
  });
  const days: string[] = [];
  for (const [month, indexes] of places) {
    const open = daysOf(month, SALES.first, SALES.last);
    for (const [step, index] of indexes.entries()) days[index] = open[Math.round((step * (open.length - 1)) / (indexes.length - 1))] ?? '';
  }
  return days;
}
