import { modelSources } from './model-sources.ts';

const STORES = 2_700;
const PRODUCTS = 500;
const CAMPAIGNS = 50;
const DAYS = 730;
const ORDERS_A_SALE = 4;
const ORDERS_A_CUSTOMER = 10;

const origin = (object: string) => `'${object}' AS _raw_object, 1 AS _raw_generation, n + 1 AS _row, TIMESTAMPTZ '2026-11-20 00:00:00+00' AS _extracted_at,
  NULL::JSON AS _extra, TIMESTAMPTZ '2026-11-20 06:00:00+00' AS load_timestamp`;

/** One of so many, the same each time for the same value and salt, and independent of every other one. */
const one = (count: number, value: string, salt: string) => `CAST(hash(${value} || '${salt}') % ${count} AS INTEGER)`;
const among = (words: readonly string[], value: string, salt: string) =>
  `[${words.map((word) => `'${word}'`).join(', ')}][${one(words.length, value, salt)} + 1]`;

/**
 * Statements of DuckDB that fill the loaded tables so that every kind of row of the report's page is there in every combination: of the
 * orders of the other benchmark, which repeat after some thousand, each gets a place of its own in every dimension.
 */
export function reportSources(orders: number): readonly string[] {
  const customers = Math.ceil(orders / ORDERS_A_CUSTOMER);
  const sales = Math.ceil(orders / ORDERS_A_SALE);
  const day = (value: string, salt: string) => `DATE '2026-11-19' - ${one(DAYS, value, salt)}`;
  return [
    ...modelSources(orders),
    `UPDATE crm_csv.orders SET campaign_id = 'CMP_' || ${one(CAMPAIGNS, 'order_id', 'c')}, channel = ${among(['web', 'app', 'store', 'phone'], 'order_id', 'o')},
      utm_source = ${among(['google', 'facebook', 'direct', 'email', 'organic', 'partner'], 'order_id', 'u')},
      payment_method = ${among(['card', 'paypal', 'klarna', 'bank_transfer'], 'order_id', 'p')}`,
    `UPDATE crm_csv.contacts SET country = chr(65 + ${one(8, 'contact_id', 'a')}) || chr(65 + ${one(8, 'contact_id', 'b')})`,
    `UPDATE crm_csv.customers SET customer_age = 18 + ${one(60, 'customer_name', 'a')}, income_bracket = ${among(['Low', 'Medium', 'High'], 'customer_name', 'i')},
      location = 'Town ' || ${one(40, 'customer_name', 'l')}, signup_date = ${day('customer_name', 's')}`,
    `UPDATE crm_csv.support_tickets SET ticket_priority = ${among(['Low', 'Medium', 'High', 'Critical'], 'customer_email || ticket_id', 'p')},
      ticket_channel = ${among(['Phone', 'Email', 'Chat', 'Social media'], 'customer_email || ticket_id', 'c')},
      ticket_subject = 'Issue ' || ${one(16, 'customer_email || ticket_id', 's')}, ticket_type = 'Type ' || ${one(5, 'customer_email || ticket_id', 't')}`,
    `INSERT INTO crm_csv.products BY NAME SELECT n AS product_id, 'Product ' || n AS product_name, 'Brand ' || n % 18 AS brand,
      ['Laptop', 'Phone', 'Audio', 'Camera', 'Software', 'Appliance', 'Wearable'][n % 7 + 1] AS category, ${origin('crm_csv/products/2026-11-20/bench.csv')} FROM range(${PRODUCTS}) AS t(n)`,
    `INSERT INTO crm_csv.sales BY NAME SELECT n AS sale_id, ${one(customers, "'s' || n", 'c')} AS customer_id, ${one(PRODUCTS, "'s' || n", 'p')} AS product_id, 1 + n % 4 AS quantity,
      CAST(10 + n % 990 AS DECIMAL(18, 9)) AS unit_price, CAST((1 + n % 4) * (10 + n % 990) AS DECIMAL(18, 9)) AS total_amount, 'GBP' AS currency,
      ${among(['card', 'paypal', 'bank_transfer'], "'s' || n", 'm')} AS payment_method, ${day("'s' || n", 'd')} AS purchase_date,
      ${origin('crm_csv/sales/2026-11-20/bench.csv')} FROM range(${sales}) AS t(n)`,
    `INSERT INTO meta_ads.insights BY NAME SELECT 'CMP_' || n % ${CAMPAIGNS} AS campaign_id, DATE '2026-11-19' - CAST(n // ${CAMPAIGNS} AS INTEGER) AS date, 1000 + n % 977 AS impressions,
      n % 97 AS clicks, CAST(n % 5000 / 100 AS DECIMAL(18, 9)) AS spend, 'GBP' AS currency, n % 7 AS conversions,
      ${origin('meta_ads/insights/2026-11-20/bench.csv')} FROM range(${CAMPAIGNS * DAYS}) AS t(n)`,
    `INSERT INTO WM_SalesTeam.Accounts_List BY NAME SELECT 'A' || n AS accnt_no, 'A store with a name ' || n AS accnt_name, 'Class ' || n % 4 AS accnt_class, 'City ' || n % 300 AS accnt_city,
      'Chain ' || n % 120 AS chain_group, 43 + n % 1000 / 250 AS latitude, -80 + n % 777 / 100 AS longitude, ${origin('ezfocus/accounts/2026-11-20/bench.json')} FROM range(${STORES}) AS t(n)`,
  ];
}
