import { type Figure, from } from './figure.ts';
import { TICKETS } from './published.ts';
import { entriesOf } from './shares.ts';

/** The report's tickets: those with a valid time to resolution. */
const support = (value: string, scope: string = 'all', member: string = 'all') =>
  from('metrics.mtr_support_performance', value, { population: 'resolved_valid', scope, scope_value: member });
const every = (value: string, scope: string = 'all', member: string = 'all') =>
  from('metrics.mtr_support_performance', value, { population: 'all', scope, scope_value: member });

function figure(name: string, published: string | number, where: string): Figure {
  return { name, published: String(published), where };
}

/** Every published figure of the support team. */
export const SUPPORT_FIGURES: readonly Figure[] = [
  figure('tickets', 1566, support('tickets')),
  figure('tickets, those without a valid time among them', 2769, every('tickets')),
  figure('hours until the first answer: mean', '1.60', support('frt_hours_mean')),
  figure('hours until the first answer: median', '1.62', support('frt_hours_median')),
  figure('hours until the first answer: P75', '2.33', support('frt_hours_p75')),
  figure('hours until the first answer: P95', '2.87', support('frt_hours_p95')),
  figure('hours until the resolution: mean', '8.30', support('ttr_hours_mean')),
  figure('hours until the resolution: median', '7.04', support('ttr_hours_median')),
  figure('hours until the resolution: P75', '12.33', support('ttr_hours_p75')),
  figure('hours until the resolution: P95', '19.73', support('ttr_hours_p95')),
  figure('positive ratings', 641, support('csat_positive_tickets')),
  figure('positive ratings of all tickets, percent', '40.9', support('100 * csat_positive_of_all')),
  figure('mean rating', '3.03', support('csat_mean')),
  ...entriesOf(TICKETS.scores).map(([score, count]) =>
    figure(`tickets rated ${score}`, count, `${from('marts.fct_ticketing', 'COUNT(*)', { customer_satisfaction: Number(score) })} AND is_resolved_valid`),
  ),
  ...entriesOf(TICKETS.validByChannel).flatMap(([channel, count]) => [
    figure(`tickets by ${channel}`, count, support('tickets', 'channel', channel)),
    figure(`hours until the first answer by ${channel}`, TICKETS.frtByChannel[channel].toFixed(3), support('frt_hours_mean', 'channel', channel)),
    figure(`hours until the resolution by ${channel}`, TICKETS.ttrByChannel[channel].toFixed(2), support('ttr_hours_mean', 'channel', channel)),
    figure(`mean rating by ${channel}`, TICKETS.scoreByChannel[channel].toFixed(2), support('csat_mean', 'channel', channel)),
    ...entriesOf(TICKETS.priorities[channel]).map(([priority, share]) =>
      figure(
        `share of ${priority} by ${channel}, percent`,
        share.toFixed(2),
        support(`100 * tickets / (${support('tickets', 'channel', channel)})`, 'channel_and_priority', `${channel}, ${priority}`),
      ),
    ),
  ]),
  ...entriesOf(TICKETS.channels).map(([channel, count]) => figure(`all tickets by ${channel}`, count, every('tickets', 'channel', channel))),
  ...entriesOf(TICKETS.types).map(([type, count]) => figure(`all tickets: ${type}`, count, every('tickets', 'ticket_type', type))),
  ...entriesOf(TICKETS.validByPriority).map(([priority, count]) => figure(`tickets of ${priority} priority`, count, support('tickets', 'priority', priority))),
  ...entriesOf(TICKETS.subjects).map(([subject, count]) => figure(`tickets about: ${subject}`, count, support('tickets', 'issue_type', subject))),
];
