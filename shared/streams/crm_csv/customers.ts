import { defineStream, merge } from '../../stream.ts';
import { between, filled, oneOf } from '../rules.ts';
import { dates } from './formats.ts';
import { crmCsv } from './source.ts';

export const customers = defineStream({
  source: crmCsv,
  name: 'customers',
  description: 'Customers of the shop',
  columns: {
    customer_id: { type: 'INT64', required: true, description: 'Customer number' },
    customer_name: { type: 'STRING', privacy: 'pii', description: 'Name' },
    customer_email: { type: 'STRING', privacy: 'pii', description: 'E-mail address' },
    customer_age: { type: 'INT64', description: 'Age in years' },
    customer_gender: { type: 'STRING', description: 'Gender' },
    first_ticket_date: { type: 'DATE', formats: dates, description: 'Day of the first support ticket' },
    last_ticket_date: { type: 'DATE', formats: dates, description: 'Day of the last support ticket' },
    location: { type: 'STRING', description: 'City' },
    account_age_years: { type: 'INT64', description: 'Years since the sign-up' },
    income_bracket: { type: 'STRING', description: 'Income: Low, Medium or High' },
    signup_date: { type: 'DATE', formats: dates, description: 'Day of the sign-up' },
  },
  key: ['customer_id'],
  write: merge(),
  rules: [
    filled('customer_email', 'warn'),
    between('customer_age', 0, 130, 'warn'),
    oneOf('customer_gender', ['Female', 'Male', 'Other'], 'warn'),
    oneOf('income_bracket', ['Low', 'Medium', 'High'], 'warn'),
  ],
  table: { dataset: 'crm_csv', name: 'customers' },
});
