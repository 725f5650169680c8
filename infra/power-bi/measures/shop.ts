import { type Measure, measuresOf } from './measure.ts';

const sales = measuresOf('Sales', 'Sales');
const products = measuresOf('Products', 'Products');
const customers = measuresOf('Customers', 'Customers');
const churn = measuresOf('Churn signals', 'Customers at risk');

const KNOWN_BUYER = "KEEPFILTERS('Sales'[customer_key] <> -1)";
const KNOWN = `KEEPFILTERS('Customers'[customer_key] <> -1),
    KEEPFILTERS('Customers'[is_deleted] = FALSE())`;
const ENGAGED = 'only who ever wrote to the support team is in the list of customers';
const inPeriod = (measure: string, ...conditions: readonly string[]) => `VAR FirstDay = MIN('Date'[date])
VAR LastDay = MAX('Date'[date])
RETURN
    CALCULATE(
        [${measure}],
        REMOVEFILTERS('Date'),
${conditions.map((condition) => `        KEEPFILTERS(${condition})`).join(',\n')}
    )`;
const SIGNED_UP = ["'Customers'[signup_date] >= FirstDay", "'Customers'[signup_date] <= LastDay"];
/** A blank day is before every other in DAX: who has none did not sign up before. */
const RETURNED = [
  "NOT ISBLANK('Customers'[signup_date]) && 'Customers'[signup_date] < FirstDay",
  "'Customers'[last_ticket_date] >= FirstDay",
  "'Customers'[last_ticket_date] <= LastDay",
];
/** Buyers of any day that are in the list and were not deleted: deleted ones have no day of sign-up that counts. */
const KNOWN_BUYERS = `CALCULATE(
    [Shop Buyers],
    KEEPFILTERS('Customers'[is_deleted] = FALSE())
)`;

/** Figures of sales, products and customers of the shop. */
export const shopMeasures: readonly Measure[] = [
  sales('Shop Revenue', 'money', 'Sum of the amounts of the sales in the reporting currency', "SUM('Sales'[amount_reporting])", {
    caveat: 'sales that the system no longer has are not loaded',
    replaces: ['Total Revenue (shop)'],
  }),
  sales('Shop Sales', 'count', 'Rows of sales: products of purchases', "COUNTROWS('Sales')"),
  sales('Units Sold', 'count', 'Units of all products that are chosen', "SUM('Sales'[quantity])", {
    replaces: ['Unit Sold per Product, which were the units of all products'],
  }),
  sales(
    'Average Price per Unit',
    'money',
    'Shop Revenue / Units Sold, of the sales that have both',
    "DIVIDE(\n    CALCULATE([Shop Revenue], KEEPFILTERS(NOT ISBLANK('Sales'[quantity]))),\n    CALCULATE([Units Sold], KEEPFILTERS(NOT ISBLANK('Sales'[amount_reporting])))\n)",
    { replaces: ['Average price per unit'] },
  ),
  sales('Average Sale Value', 'money', 'Mean amount of the rows of sales', "AVERAGE('Sales'[amount_reporting])", {
    caveat: 'of rows of sales: the source has no order around them',
    replaces: ['Average Order Value (shop)'],
  }),
  sales('Median Sale Value', 'money', 'Median amount of the rows of sales', "MEDIAN('Sales'[amount_reporting])"),
  sales('P75 Sale Value', 'money', '75th percentile of the amounts of the rows of sales', "PERCENTILE.INC('Sales'[amount_reporting], 0.75)"),
  sales('P95 Sale Value', 'money', '95th percentile of the amounts of the rows of sales', "PERCENTILE.INC('Sales'[amount_reporting], 0.95)"),
  sales('Shop Buyers', 'count', 'Different known customers with a sale', `CALCULATE(DISTINCTCOUNT('Sales'[customer_key]), ${KNOWN_BUYER})`, {
    caveat: 'not the list of customers; not to be added up',
    replaces: ['Total Customers (shop)'],
  }),
  sales(
    'Average Revenue per Customer',
    'money',
    'Shop Revenue of known customers / Shop Buyers',
    `DIVIDE(CALCULATE([Shop Revenue], ${KNOWN_BUYER}), [Shop Buyers])`,
    {
      caveat: 'by buyers, not by all customers',
      replaces: ['Avg Revenue per Customer'],
    },
  ),
  sales('Shop As Of', 'moment', 'When the newest sale was asked for', "CALCULATE(MAX('Sales'[_extracted_at]), ALL('Sales'))"),
  sales(
    'Shop Revenue YoY',
    'percent',
    'Change of Shop Revenue on the same days of the year before',
    `VAR AsOf = CALCULATE(MAX('Sales'[_extracted_at]), ALL('Sales'))
VAR FirstSale = CALCULATE(MIN('Sales'[purchase_date]), ALL('Sales'))
VAR IsFinal = MAX('Date'[date]) + 1 <= AsOf && EDATE(MIN('Date'[date]), -12) >= EOMONTH(FirstSale, -1) + 1
VAR Before = CALCULATE([Shop Revenue], SAMEPERIODLASTYEAR('Date'[date]))
RETURN
    IF(ISFILTERED('Date') && IsFinal, DIVIDE([Shop Revenue] - Before, Before))`,
    { caveat: 'blank unless the days are over, and the days of the year before are not before the month of the first sale' },
  ),
  products(
    'Products Listed',
    'count',
    'Products that the systems have',
    "CALCULATE(\n    COUNTROWS('Products'),\n    KEEPFILTERS('Products'[product_key] <> -1),\n    KEEPFILTERS('Products'[is_deleted] = FALSE())\n)",
  ),
  products(
    'Revenue Share',
    'fine percent',
    'Shop Revenue / Shop Revenue of all products that are chosen',
    "DIVIDE([Shop Revenue], CALCULATE([Shop Revenue], ALLSELECTED('Products')))",
  ),
  products(
    'Revenue Rank',
    'count',
    'Place of a product by Shop Revenue among those that are chosen, 1 is the most; equal revenue has one place',
    "IF(\n    ISINSCOPE('Products'[product_name]) && NOT ISBLANK([Shop Revenue]),\n    RANKX(ALLSELECTED('Products'), [Shop Revenue], , DESC, SKIP)\n)",
  ),
  products(
    'Cumulative Revenue Share',
    'fine percent',
    'Share of the Shop Revenue of this product and of all with as much or more',
    `VAR Own = [Shop Revenue]
VAR Listed = ADDCOLUMNS(ALLSELECTED('Products'), "@Revenue", [Shop Revenue])
RETURN
    IF(
        ISINSCOPE('Products'[product_name]) && NOT ISBLANK(Own),
        DIVIDE(SUMX(FILTER(Listed, [@Revenue] >= Own), [@Revenue]), SUMX(Listed, [@Revenue]))
    )`,
  ),
  customers('Customers', 'count', 'Customers in the list, deleted ones left out', `CALCULATE(\n    COUNTROWS('Customers'),\n    ${KNOWN}\n)`, {
    caveat: `not buyers; ${ENGAGED}; days do not filter it`,
  }),
  customers('Customer Age Median', 'years', 'Median age of the customers in the list', `CALCULATE(\n    MEDIAN('Customers'[customer_age]),\n    ${KNOWN}\n)`, {
    caveat: ENGAGED,
  }),
  customers('Known Shop Buyers', 'count', 'Shop Buyers that are in the list and not deleted', KNOWN_BUYERS),
  customers('Sign-ups', 'count', 'Customers who signed up on the chosen days', inPeriod('Customers', ...SIGNED_UP)),
  customers(
    'New Customers',
    'count',
    'Known Shop Buyers who signed up on the chosen days; they bought on whichever day',
    inPeriod('Known Shop Buyers', ...SIGNED_UP),
    {
      caveat: 'choose the year 2021 for what the replaced report showed',
      replaces: ['NewCustomers2021'],
    },
  ),
  customers(
    'Returned Customers',
    'count',
    'Customers who had signed up before the chosen days and whose last ticket was on one of them',
    inPeriod('Customers', ...RETURNED),
    {
      caveat: 'a later ticket replaces the last one: figures of days past go down',
    },
  ),
  customers('Returning Customers', 'count', 'Returned Customers with a sale, on whichever day', inPeriod('Known Shop Buyers', ...RETURNED), {
    caveat: 'came back with a ticket, not with a purchase; choose the year 2021 for what the replaced report showed',
    replaces: ['ReturningCustomers2021'],
  }),
  customers(
    'Top Location by Revenue',
    'text',
    'City of the customers with the most Shop Revenue; several where they have the same',
    `CONCATENATEX(
    TOPN(1, VALUES('Customers'[location]), [Shop Revenue], DESC),
    'Customers'[location],
    ", "
)`,
    { replaces: ['TopLocationRevenue'] },
  ),
  churn(
    'Customers at Risk',
    'count',
    'Customers with one or more signals that they may leave',
    "CALCULATE(COUNTROWS('Churn signals'), KEEPFILTERS('Churn signals'[signals] >= 1))",
    {
      caveat: 'signals, no forecast: none of them was tested against who left',
    },
  ),
  churn(
    'Revenue of Customers at Risk',
    'money',
    'What these customers bought so far',
    "CALCULATE(SUM('Churn signals'[revenue]), KEEPFILTERS('Churn signals'[signals] >= 1))",
    {
      caveat: 'not what will be lost',
    },
  ),
];
