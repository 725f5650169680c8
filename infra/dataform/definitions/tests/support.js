expect.uniqueKey('fct_ticketing', ['source', 'ticket_id'], { critical: true });
expect.nonNull('fct_ticketing', ['customer_key', 'is_deleted', 'is_resolved_valid'], { key: ['source', 'ticket_id'] });
expect.relationship('fct_ticketing', 'customer_key', 'dim_customers', 'customer_key', { critical: true });
expect.acceptedValues('fct_ticketing', 'ticket_priority', support.priorities, { nullable: true });
expect.acceptedValues('fct_ticketing', 'ticket_channel', ['Email', 'Chat', 'Phone', 'Social Media'], { nullable: true });
expect.between('fct_ticketing', 'customer_satisfaction', 1, 5, { nullable: true, key: ['source', 'ticket_id'] });
expect.between('fct_ticketing', 'frt_minutes', 0, 1e9, { nullable: true, key: ['source', 'ticket_id'] });
expect.between('fct_ticketing', 'ttr_minutes', 0, 1e9, { nullable: true, key: ['source', 'ticket_id'] });
