/** A customer for each ten orders, a ticket for each five: 1,000,000 orders have 100,000 customers and 200,000 tickets. */
const ORDERS_A_CUSTOMER = 10;
const ORDERS_A_TICKET = 5;
const CAMPAIGNS = 50;
const DAYS = 730;

const ORIGIN = (stream: string) =>
  `'crm_csv/${stream}/2026-11-20/bench.csv' AS _raw_object, 1 AS _raw_generation, n + 1 AS _row, TIMESTAMPTZ '2026-11-20 00:00:00+00' AS _extracted_at,
  NULL::JSON AS _extra, TIMESTAMPTZ '2026-11-20 06:00:00+00' AS load_timestamp`;

/** Statements of DuckDB that fill the loaded tables of the CSV exports; the same rows each time. */
export function modelSources(orders: number): readonly string[] {
  const customers = Math.ceil(orders / ORDERS_A_CUSTOMER);
  const tickets = Math.ceil(orders / ORDERS_A_TICKET);
  // A multiplier without a common factor strews references over all that there are.
  const strewn = (count: number, factor: number) => `(n * ${factor} % ${count})`;
  const day = `DATE '2026-11-19' - CAST(${strewn(DAYS, 7_919)} AS INTEGER)`;
  return [
    insert(
      'campaigns',
      CAMPAIGNS,
      `'CMP_' || n AS campaign_id, 'Campaign ' || n AS campaign_name, ['google', 'facebook', 'direct', 'organic', 'display'][n % 5 + 1] AS channel,
      'sales' AS objective, DATE '2024-11-01' AS start_date, DATE '2026-12-31' AS end_date, 'active' AS status`,
    ),
    insert(
      'contacts',
      customers,
      `'C' || n AS contact_id, 'c' || n || '@example.com' AS email, DATE '2024-11-20' AS created_at, ['GB', 'US', 'DE', 'FR', 'CA'][n % 5 + 1] AS country,
      '+44 20 ' || n AS phone, n % 2 = 0 AS email_opt_in`,
    ),
    insert(
      'orders',
      orders,
      `'O' || n AS order_id, 'C' || ${strewn(customers, 7_919)} AS contact_id, 'V' || ${strewn(customers, 7_919)} AS user_pseudo_id,
      CAST(${day} AS TIMESTAMPTZ) + to_seconds(n % 86400) AS order_ts, ${day} AS order_date, CAST(10 + n % 99000 / 100 AS DECIMAL(18, 9)) AS amount,
      CASE WHEN n % 20 = 0 THEN 'EUR' ELSE 'GBP' END AS currency, 1 + n % 4 AS items, 'CMP_' || (n % ${CAMPAIGNS}) AS campaign_id, 'google' AS channel,
      ['google', 'facebook', 'direct'][n % 3 + 1] AS utm_source, 'cpc' AS utm_medium, 'T' || n AS transaction_id, n % 3 = 0 AS is_repeat,
      ['card', 'paypal', 'klarna'][n % 3 + 1] AS payment_method`,
    ),
    insert(
      'customers',
      customers,
      `n AS customer_id, 'Name ' || n AS customer_name, 'n' || n || '@example.com' AS customer_email, 18 + n % 60 AS customer_age,
      ['Female', 'Male', 'Other'][n % 3 + 1] AS customer_gender, NULL::DATE AS first_ticket_date, NULL::DATE AS last_ticket_date,
      ['London', 'Leeds', 'Glasgow', 'Cardiff'][n % 4 + 1] AS location, 2 AS account_age_years, ['Low', 'Medium', 'High'][n % 3 + 1] AS income_bracket,
      DATE '2024-11-20' AS signup_date`,
    ),
    insert(
      'support_tickets',
      tickets,
      `n AS ticket_id, ${strewn(customers, 7_919)} AS customer_id, 'n' || ${strewn(customers, 7_919)} || '@example.com' AS customer_email,
      'Billing inquiry' AS ticket_type, ['Refund request', 'Delivery problem', 'Software bug'][n % 3 + 1] AS ticket_subject, 'Text' AS ticket_description,
      ['Open', 'Closed', 'Pending Customer Response'][n % 3 + 1] AS ticket_status, NULL AS resolution, ['Low', 'Medium', 'High', 'Critical'][n % 4 + 1] AS ticket_priority,
      ['Phone', 'Email', 'Chat', 'Social media'][n % 4 + 1] AS ticket_channel, CAST(${day} AS TIMESTAMPTZ) AS ticket_created,
      CAST(${day} AS TIMESTAMPTZ) + to_minutes(5 + n % 175) AS first_response_time, CAST(${day} AS TIMESTAMPTZ) + to_minutes(60 + n % 1200) AS time_to_resolution,
      5 + n % 175 AS frt_minutes, CASE WHEN n % 5 < 4 THEN 60 + n % 1200 END AS ttr_minutes, CASE WHEN n % 3 = 0 THEN 1 + n % 5 END AS customer_satisfaction`,
    ),
    `INSERT INTO reference.fx_rates BY NAME SELECT DATE '2026-11-19' - CAST(n AS INTEGER) AS rate_date, 'EUR' AS currency, 'GBP' AS reporting_currency, CAST(0.86 AS DECIMAL(18, 9)) AS rate,
      ${ORIGIN('fx_rates')} FROM range(${DAYS}) AS t(n)`,
  ];
}

function insert(table: string, rows: number, columns: string): string {
  return `INSERT INTO crm_csv.${table} BY NAME SELECT ${columns}, ${ORIGIN(table)} FROM range(${rows}) AS t(n)`;
}
