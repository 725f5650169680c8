import type { Columns } from '../stream.ts';
import { between, currencyCode, filled, matches, notNegative, oneOf, productOf } from './rules.ts';

/** How a source writes dates or moments; ISO 8601 where it does not say. */
interface Written {
  readonly formats?: readonly string[];
  readonly zone?: 'UTC';
}

/** What a customer of the shop is, whichever system tells of one. */
export function customer(date: Written = {}) {
  return {
    customer_id: { type: 'INT64', required: true, description: 'Customer number' },
    customer_name: { type: 'STRING', privacy: 'pii', description: 'Name' },
    customer_email: { type: 'STRING', privacy: 'pii', description: 'E-mail address' },
    customer_age: { type: 'INT64', description: 'Age in years' },
    customer_gender: { type: 'STRING', description: 'Gender' },
    first_ticket_date: { type: 'DATE', ...date, description: 'Day of the first support ticket' },
    last_ticket_date: { type: 'DATE', ...date, description: 'Day of the last support ticket' },
    location: { type: 'STRING', description: 'City' },
    account_age_years: { type: 'INT64', description: 'Years since the sign-up' },
    income_bracket: { type: 'STRING', description: 'Income: Low, Medium or High' },
    signup_date: { type: 'DATE', ...date, description: 'Day of the sign-up' },
  } as const satisfies Columns;
}

/** What is expected of a customer. */
export const customerRules = [
  filled('customer_email', 'warn'),
  between('customer_age', 0, 130, 'warn'),
  oneOf('customer_gender', ['Female', 'Male', 'Other'], 'warn'),
  oneOf('income_bracket', ['Low', 'Medium', 'High'], 'warn'),
];

/** What a product of the shop is. */
export const product = {
  product_id: { type: 'INT64', required: true, description: 'Product number' },
  product_name: { type: 'STRING', required: true, description: 'Name' },
  brand: { type: 'STRING', description: 'Brand' },
  category: { type: 'STRING', description: 'Category, as the shop says' },
} as const satisfies Columns;

/** What a sale is: a product of a purchase. */
export function sale(date: Written = {}) {
  return {
    sale_id: { type: 'INT64', required: true, description: 'Sale number' },
    customer_id: { type: 'INT64', required: true, description: 'Who bought' },
    product_id: { type: 'INT64', required: true, description: 'What was bought' },
    quantity: { type: 'INT64', description: 'Number of units' },
    unit_price: { type: 'NUMERIC', description: 'Price of a unit, in the currency' },
    total_amount: { type: 'NUMERIC', description: 'Quantity times unit price, in the currency' },
    currency: { type: 'STRING', description: 'Currency, ISO 4217' },
    payment_method: { type: 'STRING', description: 'How it was paid' },
    purchase_date: { type: 'DATE', required: true, ...date, description: 'Day of the purchase' },
  } as const satisfies Columns;
}

/** What is expected of a sale. */
export const saleRules = [
  currencyCode('currency'),
  filled('currency', 'warn'),
  productOf('total_amount', ['quantity', 'unit_price'], 'warn'),
  between('quantity', 1, 1_000_000, 'warn'),
  oneOf('payment_method', ['card', 'paypal', 'bank_transfer'], 'warn'),
];

/** What a ticket of the support team is. */
export function supportTicket(moment: Written = {}) {
  return {
    ticket_id: { type: 'INT64', required: true, description: 'Ticket number' },
    customer_id: { type: 'INT64', description: 'Who asked' },
    customer_email: { type: 'STRING', privacy: 'pii', description: 'E-mail address of who asked' },
    ticket_type: { type: 'STRING', description: 'Type' },
    ticket_subject: { type: 'STRING', description: 'Subject' },
    ticket_description: { type: 'STRING', privacy: 'pii', description: 'What was asked' },
    ticket_status: { type: 'STRING', description: 'Status' },
    resolution: { type: 'STRING', privacy: 'pii', description: 'What was answered' },
    ticket_priority: { type: 'STRING', description: 'Priority' },
    ticket_channel: { type: 'STRING', description: 'Channel' },
    ticket_created: { type: 'TIMESTAMP', ...moment, description: 'When it was opened' },
    first_response_time: { type: 'TIMESTAMP', ...moment, description: 'When it was first answered' },
    time_to_resolution: { type: 'TIMESTAMP', ...moment, description: 'When it was resolved' },
    // A minute of whole seconds has endless decimals.
    frt_minutes: { type: 'NUMERIC', decimals: 'round', description: 'Minutes until the first answer' },
    ttr_minutes: { type: 'NUMERIC', decimals: 'round', description: 'Minutes until the resolution' },
    customer_satisfaction: { type: 'NUMERIC', description: 'Rating from 1 to 5' },
  } as const satisfies Columns;
}

/** What is expected of a ticket. */
export const supportTicketRules = [
  filled('customer_email', 'warn'),
  oneOf('ticket_status', ['Open', 'Pending Customer Response', 'Closed'], 'warn'),
  oneOf('ticket_priority', ['Low', 'Medium', 'High', 'Critical'], 'warn'),
  oneOf('ticket_channel', ['Email', 'Chat', 'Phone', 'Social media', 'Social Media'], 'warn'),
  notNegative('frt_minutes', 'warn'),
  notNegative('ttr_minutes', 'warn'),
  matches('customer_satisfaction', /^(?:[1-4](?:\.\d+)?|5)$/, 'from 1 to 5', 'warn'),
];
