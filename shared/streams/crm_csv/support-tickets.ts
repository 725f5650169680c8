import { defineStream, merge } from '../../stream.ts';
import { filled, matches, oneOf } from '../rules.ts';
import { moments } from './formats.ts';
import { notNegative } from './rules.ts';
import { crmCsv } from './source.ts';

export const supportTickets = defineStream({
  source: crmCsv,
  name: 'support_tickets',
  description: 'Tickets of the support team',
  csv: { aliases: { customer_satisfaction: ['Customer Satisfaction Rating'] } },
  columns: {
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
    ticket_created: { type: 'TIMESTAMP', zone: 'UTC', formats: moments, description: 'When it was opened' },
    first_response_time: { type: 'TIMESTAMP', zone: 'UTC', formats: moments, description: 'When it was first answered' },
    time_to_resolution: { type: 'TIMESTAMP', zone: 'UTC', formats: moments, description: 'When it was resolved' },
    frt_minutes: { type: 'NUMERIC', description: 'Minutes until the first answer' },
    ttr_minutes: { type: 'NUMERIC', description: 'Minutes until the resolution' },
    customer_satisfaction: { type: 'NUMERIC', description: 'Rating from 1 to 5' },
  },
  key: ['ticket_id'],
  write: merge(),
  rules: [
    filled('customer_email', 'warn'),
    oneOf('ticket_status', ['Open', 'Pending Customer Response', 'Closed'], 'warn'),
    oneOf('ticket_priority', ['Low', 'Medium', 'High', 'Critical'], 'warn'),
    oneOf('ticket_channel', ['Email', 'Chat', 'Phone', 'Social media', 'Social Media'], 'warn'),
    notNegative('frt_minutes'),
    notNegative('ttr_minutes'),
    matches('customer_satisfaction', /^(?:[1-4](?:\.\d+)?|5)$/, 'from 1 to 5', 'warn'),
  ],
  table: { dataset: 'crm_csv', name: 'support_tickets' },
});
