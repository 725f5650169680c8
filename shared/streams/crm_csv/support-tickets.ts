import { defineStream, merge } from '../../stream.ts';
import { supportTicket, supportTicketRules } from '../shop.ts';
import { moments } from './formats.ts';
import { crmCsv } from './source.ts';

export const supportTickets = defineStream({
  source: crmCsv,
  name: 'support_tickets',
  description: 'Tickets of the support team',
  csv: { aliases: { customer_satisfaction: ['Customer Satisfaction Rating'] } },
  columns: supportTicket({ zone: 'UTC', formats: moments }),
  key: ['ticket_id'],
  write: merge(),
  rules: supportTicketRules,
  table: { dataset: 'crm_csv', name: 'support_tickets' },
});
