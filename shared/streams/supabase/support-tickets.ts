import { defineStream, merge } from '../../stream.ts';
import { matches } from '../rules.ts';
import { supportTicket, supportTicketRules } from '../shop.ts';
import { changed } from './columns.ts';
import { keysOf } from './keys.ts';
import { changedRows } from './request.ts';
import { supabase } from './source.ts';

/** Columns with a zone and without one, which is UTC then. */
const moments = ['YYYY-MM-DDTHH:mm:ss', 'YYYY-MM-DDTHH:mm:ssZ'];

export const supportTickets = defineStream({
  source: supabase,
  name: 'support_tickets',
  description: 'Tickets of the support team, as the database has them',
  ...changedRows('support_tickets', 'ticket_id'),
  columns: { ...supportTicket({ zone: 'UTC', formats: moments }), ...changed },
  key: ['ticket_id'],
  write: merge(),
  rules: [
    ...supportTicketRules,
    matches('frt_minutes', /^\d/, 'at least 0', 'warn'),
    matches('ttr_minutes', /^\d/, 'at least 0', 'warn'),
    matches('customer_satisfaction', /^(?:[1-4](?:\.\d+)?|5)$/, 'from 1 to 5', 'warn'),
  ],
  schedule: { cron: '30 1 * * *', timeZone: 'America/Toronto' },
  table: { dataset: 'supabase', name: 'support_tickets' },
});

export const supportTicketsKeys = keysOf(supportTickets);
