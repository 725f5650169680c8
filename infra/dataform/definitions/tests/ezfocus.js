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
