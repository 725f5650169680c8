expect.uniqueKey('fct_ticketing', ['source', 'ticket_id'], { critical: true });
expect.nonNull('fct_ticketing', ['customer_key', 'is_deleted', 'is_resolved_valid'], { key: ['source', 'ticket_id'] });
expect.relationship('fct_ticketing', 'customer_key', 'dim_customers', 'customer_key', { critical: true });
expect.acceptedValues('fct_ticketing', 'ticket_priority', support.priorities, { nullable: true });
expect.acceptedValues('fct_ticketing', 'ticket_channel', ['Email', 'Chat', 'Phone', 'Social Media'], { nullable: true });
expect.between('fct_ticketing', 'customer_satisfaction', 1, 5, { nullable: true, key: ['source', 'ticket_id'] });
expect.between('fct_ticketing', 'frt_minutes', 0, 1e9, { nullable: true, key: ['source', 'ticket_id'] });
expect.between('fct_ticketing', 'ttr_minutes', 0, 1e9, { nullable: true, key: ['source', 'ticket_id'] });
expect.freshness('fct_ticketing', '_extracted_at', 7 * 24);
expect.nullRatio('fct_ticketing', 'ttr_minutes', 0.6);
expect.percentile('fct_ticketing', 'frt_minutes', 75, { max: 480 });
expect.percentile('fct_ticketing', 'frt_minutes', 95, { max: 1_440 });
expect.percentile('fct_ticketing', 'ttr_minutes', 75, { max: 2_880 });
expect.percentile('fct_ticketing', 'ttr_minutes', 95, { max: 10_080 });
expect.volume('fct_ticketing', 0.2);

const row = ['population', 'scope', 'scope_value'];
expect.uniqueKey('mtr_support_performance', row);
expect.acceptedValues('mtr_support_performance', 'population', ['all', 'resolved_valid']);
expect.acceptedValues('mtr_support_performance', 'completeness', completeness.LEVELS);
expect.between('mtr_support_performance', 'csat_positive_of_all', 0, 1, { key: row });
expect.between('mtr_support_performance', 'csat_mean', 1, 5, { nullable: true, key: row });
expect.holds('mtr_support_performance', 'percentiles_rise', 'IFNULL(frt_hours_median <= frt_hours_p75 AND frt_hours_p75 <= frt_hours_p95, TRUE)', { key: row });
expect.holds('mtr_support_performance', 'resolved_are_valid', "population = 'all' OR ttr_tickets = tickets", { key: row });

const week = ['week_start', 'scope', 'scope_value'];
expect.uniqueKey('mtr_ops_weekly', week);
expect.between('mtr_ops_weekly', 'sla_violation_share', 0, 1, { key: week });
expect.holds('mtr_ops_weekly', 'violations_are_tickets', 'sla_violations <= tickets AND violated_customers <= sla_violations', { key: week });
expect.acceptedValues('mtr_ops_weekly', 'completeness', completeness.LEVELS);

expect.holds(
  'mtr_ticket_days',
  'parts_are_tickets',
  [
    'frt_tickets <= tickets AND ttr_tickets <= tickets AND csat_positive_tickets <= rated_tickets AND sla_violations <= tickets',
    '(NOT is_resolved_valid OR ttr_tickets = tickets)',
  ].join(' AND '),
  { key: ['date', 'channel', 'priority'] },
);
