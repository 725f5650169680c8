import { date, day, decimal, hidden, instant, key, place, placeIn, sortedBy, type Table, text, whole, yesNo } from './table.ts';

/** The table of who buys in the shop. */
const customers: Table = {
  name: 'Customers',
  view: 'v_dim_customers',
  columns: {
    customer_key: key,
    customer_age: whole,
    age_band: sortedBy(text, 'age_order'),
    customer_gender: text,
    location: place(text, 'City'),
    income_bracket: sortedBy(text, 'income_order'),
    signup_date: date,
    last_ticket_date: date,
    is_deleted: hidden(yesNo),
  },
  added: {
    age_order: {
      type: 'INT64',
      description: 'The order of age_band: its tens of years',
      m: 'if [age_band] = null then null else Number.IntegerDivide([customer_age], 10)',
    },
    income_order: { type: 'INT64', description: 'The order of income_bracket: Low, Medium, High', m: placeIn('income_bracket', ['Low', 'Medium', 'High']) },
  },
};

/** Sales and tickets, whose they are, and what was sold. */
export const shopTables: readonly Table[] = [
  customers,
  {
    name: 'Products',
    view: 'v_dim_products',
    columns: { product_key: key, product_name: text, brand: text, category: text, category_group: text, is_deleted: hidden(yesNo) },
  },
  {
    name: 'Sales',
    view: 'v_fct_sales',
    without: 'is_deleted',
    columns: {
      source: text,
      sale_id: whole,
      customer_key: key,
      product_key: key,
      quantity: hidden(whole),
      amount_reporting: decimal,
      payment_method: text,
      purchase_date: day,
      _extracted_at: hidden(instant),
    },
  },
  {
    name: 'Tickets',
    view: 'v_fct_ticketing',
    without: 'is_deleted',
    columns: {
      source: text,
      ticket_id: whole,
      customer_key: key,
      ticket_type: text,
      ticket_subject: text,
      ticket_status: text,
      ticket_priority: sortedBy(text, 'priority_order'),
      ticket_channel: text,
      ticket_created: instant,
      frt_minutes: hidden(decimal),
      ttr_minutes: hidden(decimal),
      is_resolved_valid: yesNo,
      customer_satisfaction: decimal,
      _extracted_at: hidden(instant),
    },
    added: {
      ticket_date: { type: 'DATE', description: 'Day on which the ticket was opened, UTC', m: 'Date.From([ticket_created])', isDay: true },
      priority_order: {
        type: 'INT64',
        description: 'The order of ticket_priority: Low, Medium, High, Critical',
        m: placeIn('ticket_priority', ['Low', 'Medium', 'High', 'Critical']),
      },
    },
  },
  {
    name: 'Churn signals',
    view: 'v_mtr_churn_signals',
    columns: {
      customer_key: key,
      revenue: hidden(decimal),
      days_since_purchase: whole,
      is_inactive: yesNo,
      has_low_rating: yesNo,
      has_many_tickets: yesNo,
      signals: whole,
      completeness: text,
    },
  },
  {
    name: 'Weekly ops',
    view: 'v_mtr_ops_weekly',
    columns: {
      week_start: day,
      scope: text,
      scope_value: text,
      tickets: hidden(whole),
      frt_violations: hidden(whole),
      ttr_violations: hidden(whole),
      sla_violations: hidden(whole),
      violated_customers: hidden(whole),
      revenue_at_risk: hidden(decimal),
      completeness: text,
    },
  },
];
