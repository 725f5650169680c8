import type { Tab } from '../cards/card.ts';
import { byMember, inParts, overTime } from '../cards/charts.ts';
import { support } from '../figures/measures.ts';
import { tableOf } from '../cards/tables.ts';

const WHO = 'Tickets that are not deleted, by the week in which they were opened (Monday, UTC)';

export const weekly: Tab = {
  id: 'weekly',
  title: 'Weekly ops',
  about: 'Which promises the support team broke, week by week, and what the customers concerned are worth.',
  tables: ['mtr_ticket_days', 'mtr_ops_weekly'],
  filters: ['priority', 'ticket_channel', 'location'],
  hasDates: true,
  kpis: [
    { measure: support.tickets },
    { measure: support.late, note: 'answered or resolved late; a ticket may be both' },
    { measure: support.lateShare },
    { measure: support.frtLate },
    { measure: support.ttrLate },
  ],
  cards: [
    overTime({
      id: 'late-by-week',
      title: 'Tickets beyond the promise by week',
      subtitle: WHO,
      measures: [support.late, support.tickets],
      by: 'week',
      layout: 'panels',
    }),
    overTime({
      id: 'at-risk',
      title: 'Customers concerned and what they bought before, by week',
      subtitle: 'Known customers with a ticket beyond the promise; not what will be lost',
      footnote: 'Not to be added up over weeks: who is in two weeks counts in both.',
      measures: [support.lateCustomers, support.revenueAtRisk],
      by: 'week',
      layout: 'panels',
    }),
    overTime({
      id: 'late-share-by-week',
      title: 'Share of tickets beyond the promise by week',
      subtitle: WHO,
      measures: [support.lateShare],
      by: 'week',
      shape: 'line',
    }),
    inParts({
      id: 'late-by-week-and-priority',
      title: 'Tickets beyond the promise by week and priority',
      subtitle: WHO,
      measure: support.late,
      by: 'week',
      parts: 'priority',
    }),
    byMember({
      id: 'late-by-priority',
      title: 'Answered and resolved late, by priority',
      subtitle: 'Urgent tickets are promised more',
      measures: [support.frtLate, support.ttrLate],
      by: 'priority',
      sort: 'order',
    }),
    byMember({
      id: 'late-by-channel',
      title: 'Answered and resolved late, by channel',
      subtitle: 'A ticket may be both',
      measures: [support.frtLate, support.ttrLate],
      by: 'ticket_channel',
    }),
    tableOf({
      id: 'weeks',
      title: 'Week by week',
      subtitle: `${WHO}; all priorities and channels`,
      table: 'mtr_ops_weekly',
      where: { scope: 'all' },
      sort: (table) => (a, b) => (table.text(b, 'week_start') ?? '').localeCompare(table.text(a, 'week_start') ?? ''),
      columns: [
        { column: 'week_start', label: 'Week of', as: 'day' },
        { column: 'tickets', label: 'Tickets', unit: 'count' },
        { column: 'sla_violations', label: 'Beyond the promise', unit: 'count' },
        { column: 'sla_violation_share', label: 'Share', unit: 'percent' },
        { column: 'frt_violations', label: 'Answered late', unit: 'count' },
        { column: 'ttr_violations', label: 'Resolved late', unit: 'count' },
        { column: 'violated_customers', label: 'Customers concerned', unit: 'count' },
        { column: 'revenue_at_risk', label: 'What they bought before', unit: 'money' },
        { column: 'completeness', label: 'Completeness', as: 'text' },
      ],
    }),
  ],
};
