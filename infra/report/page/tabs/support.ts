import type { Tab } from '../cards/card.ts';
import { byMember, inParts, overTime } from '../cards/charts.ts';
import { support as figures } from '../figures/measures.ts';
import { scatter } from '../cards/scatter.ts';
import { tableBy } from '../cards/tables.ts';

const ALL = 'Tickets that are not deleted, of customers who wrote to the support team';

export const support: Tab = {
  id: 'support',
  title: 'Support & satisfaction',
  about: 'How fast the support team answers and resolves, and how content those are who rate it.',
  tables: ['mtr_ticket_days', 'mtr_support_performance'],
  filters: ['ticket_channel', 'priority', 'location', 'issue', 'resolution'],
  hasDates: true,
  kpis: [
    { measure: figures.tickets },
    { measure: figures.frtMedian, beside: [figures.frtP75, figures.frtP95] },
    { measure: figures.ttrMedian, beside: [figures.ttrP75, figures.ttrP95] },
    { measure: figures.frtMean, note: 'skewed: read the median, too' },
    { measure: figures.ttrMean, note: 'skewed: read the median, too' },
    { measure: figures.csatOfRated, note: 'who rates is not who asks' },
    { measure: figures.csatOfAll, note: 'a ticket without a rating counts as not positive' },
    { measure: figures.rating, note: 'of rated tickets' },
  ],
  cards: [
    byMember({
      id: 'frt-by-channel',
      title: 'Hours until the first response by channel',
      subtitle: 'Tickets with a valid first response time: median, 75th and 95th percentile',
      measures: [figures.frtMedian, figures.frtP75, figures.frtP95],
      by: 'ticket_channel',
      sort: 'order',
    }),
    byMember({
      id: 'ttr-by-channel',
      title: 'Hours until the resolution by channel',
      subtitle: 'Tickets with a valid time to resolution: median, 75th and 95th percentile',
      measures: [figures.ttrMedian, figures.ttrP75, figures.ttrP95],
      by: 'ticket_channel',
      sort: 'order',
    }),
    overTime({
      id: 'times-by-day',
      title: 'Mean first response and resolution over time',
      subtitle: 'By the day or month on which tickets were opened, UTC; means, since medians of filters cannot be put together',
      measures: [figures.frtMean, figures.ttrMean],
      shape: 'line',
      layout: 'panels',
    }),
    scatter({
      id: 'response-and-rating',
      title: 'First response and rating by channel',
      subtitle: 'Means: hours until the first response, rating from 1 to 5 of rated tickets; the size of a dot is tickets',
      by: 'ticket_channel',
      group: 'ticket_channel',
      x: figures.frtMean,
      y: figures.rating,
      size: figures.tickets,
    }),
    inParts({
      id: 'channel-and-priority',
      title: 'Tickets by channel and priority',
      subtitle: `${ALL}; shares of the tickets of a channel`,
      measure: figures.tickets,
      by: 'ticket_channel',
      parts: 'priority',
      layout: 'share',
    }),
    byMember({ id: 'issues', title: 'Tickets by issue', subtitle: ALL, measures: [figures.tickets], by: 'issue', isWhole: true, top: 16 }),
    tableBy({
      id: 'support-by-priority',
      title: 'Times and ratings by priority',
      subtitle: ALL,
      by: 'priority',
      sort: 'order',
      measures: [figures.tickets, figures.frtMedian, figures.frtP95, figures.ttrMedian, figures.ttrP95, figures.rated, figures.csatOfRated, figures.csatOfAll],
    }),
  ],
};
