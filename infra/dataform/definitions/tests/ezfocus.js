const accounts = 'stg_ezfocus_accounts';

expect.uniqueKey(accounts, ['store_no']);
expect.nonNull(accounts, ['store_no', 'province'], { key: ['store_no'] });
expect.nullRatio(accounts, 'latitude', 0.05);
expect.freshness(accounts, '_extracted_at', 36);

expect.uniqueKey('dim_stores', ['store_key'], { critical: true });
expect.nonNull('dim_stores', ['store_key', 'store_class', 'chain'], { key: ['store_key'] });
expect.volume('dim_stores', 0.2);

expect.uniqueKey('mtr_sales_coverage', ['chain', 'store_class']);
expect.between('mtr_sales_coverage', 'coverage', 0, 1, { key: ['chain', 'store_class'] });
expect.acceptedValues('mtr_sales_coverage', 'completeness', ['final', 'partial']);

expect.uniqueKey('fct_call_reports', ['report_key'], { critical: true });
expect.nonNull('fct_call_reports', ['store_key', 'store_no', 'sales_rep'], { key: ['report_key'] });
expect.relationship('fct_call_reports', 'store_key', 'dim_stores', 'store_key', { critical: true });
expect.nullRatio('fct_call_reports', 'action_date', 0.05);
expect.freshness('fct_call_reports', '_extracted_at', 36);
expect.volume('fct_call_reports', 0.5);

expect.uniqueKey('fct_store_inventory', ['inventory_key'], { critical: true });
expect.nonNull('fct_store_inventory', ['store_key', 'snapshot_date', 'is_listed'], { key: ['inventory_key'] });
expect.relationship('fct_store_inventory', 'store_key', 'dim_stores');
expect.nullRatio('fct_store_inventory', 'units', 0.05);
expect.freshness('fct_store_inventory', '_extracted_at', 36);
