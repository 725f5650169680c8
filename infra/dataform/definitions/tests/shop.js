const genders = ['Female', 'Male', 'Other'];
const incomes = ['Low', 'Medium', 'High'];

for (const source of ['crm_csv', 'supabase']) {
  expect.acceptedValues(`stg_${source}_customers`, 'customer_gender', genders, { nullable: true });
  expect.acceptedValues(`stg_${source}_customers`, 'income_bracket', incomes, { nullable: true });
  expect.between(`stg_${source}_customers`, 'customer_age', 0, 130, { nullable: true, key: ['customer_id'] });
  expect.holds(`stg_${source}_sales`, 'total_is_quantity_times_price', 'total_amount = quantity * unit_price', { key: ['sale_id'] });
  expect.between(`stg_${source}_support_tickets`, 'customer_satisfaction', 1, 5, { nullable: true, key: ['ticket_id'] });
}
for (const entity of ['customer', 'product', 'sale']) expect.uniqueKey(`stg_crm_csv_${entity}s`, [`${entity}_id`]);
expect.uniqueKey('stg_crm_csv_support_tickets', ['ticket_id']);

expect.uniqueKey('dim_customers', ['customer_key'], { critical: true });
expect.nonNull('dim_customers', ['customer_key', 'source'], { key: ['customer_key'] });
expect.volume('dim_customers', 0.2);
expect.uniqueKey('dim_products', ['product_key'], { critical: true });
expect.nonNull('dim_products', ['product_key', 'source', 'product_name'], { key: ['product_key'] });
expect.acceptedValues('dim_products', 'category_group', categories.names);
expect.volume('dim_products', 0.2);

expect.uniqueKey('fct_sales', ['source', 'sale_id'], { critical: true });
expect.nonNull('fct_sales', ['customer_key', 'product_key', 'purchase_date', 'is_deleted'], { key: ['source', 'sale_id'] });
expect.relationship('fct_sales', 'customer_key', 'dim_customers', 'customer_key', { critical: true });
expect.relationship('fct_sales', 'product_key', 'dim_products', 'product_key', { critical: true });
expect.noneLeft('fct_sales', ['stg_crm_csv_sales', 'stg_supabase_sales']);
expect.between('fct_sales', 'quantity', 1, 1e6, { key: ['source', 'sale_id'] });
expect.nullRatio('fct_sales', 'amount_reporting', 0.01);
expect.freshness('fct_sales', '_extracted_at', 7 * 24);
expect.percentile('fct_sales', 'amount_reporting', 75, { max: 5_000 });
expect.percentile('fct_sales', 'amount_reporting', 95, { max: 20_000 });
expect.volume('fct_sales', 0.2);
expect.keyMetric('fct_sales', 'revenue', 'SUM(IF(is_deleted, NULL, amount_reporting))', 0.2);

const performanceRow = ['scope', 'scope_value', 'product_key', 'period', 'period_start'];
expect.uniqueKey('mtr_product_performance', performanceRow);
expect.acceptedValues('mtr_product_performance', 'period', ['all', 'year', 'month']);
expect.acceptedValues('mtr_product_performance', 'completeness', completeness.LEVELS);
expect.between('mtr_product_performance', 'cumulative_revenue_share', 0, 1, { nullable: true, key: performanceRow });
expect.keyMetric('mtr_product_performance', 'revenue', "SUM(IF(scope = 'all' AND period = 'all', revenue, NULL))", 0.2);

const segmentRow = ['scope', 'scope_value'];
expect.uniqueKey('mtr_customer_segment_summary', segmentRow);
expect.acceptedValues('mtr_customer_segment_summary', 'completeness', completeness.LEVELS);
expect.holds('mtr_customer_segment_summary', 'percentiles_rise', 'IFNULL(order_value_median <= order_value_p75 AND order_value_p75 <= order_value_p95, TRUE)', {
  key: segmentRow,
});

expect.uniqueKey('mtr_churn_signals', ['customer_key']);
expect.between('mtr_churn_signals', 'signals', 0, 3, { key: ['customer_key'] });
expect.relationship('mtr_churn_signals', 'customer_key', 'dim_customers');
expect.acceptedValues('mtr_churn_signals', 'completeness', completeness.LEVELS);

const shopRow = ['month_start', 'location', 'income_bracket', 'customer_gender', 'payment_method'];
expect.uniqueKey('mtr_shop_revenue', shopRow);
expect.acceptedValues('mtr_shop_revenue', 'completeness', completeness.LEVELS);
expect.holds('mtr_shop_revenue', 'counts_sales', 'sales > 0', { key: shopRow });
expect.holds('mtr_product_months', 'counts_sales', 'sales > 0 AND priced_units <= units', { key: ['month_start', 'product_key', 'location'] });
const profileRow = ['signup_month', 'income_bracket', 'customer_gender', 'age_band', 'location', 'is_inactive', 'has_low_rating', 'has_many_tickets'];
expect.uniqueKey('mtr_customer_profile', profileRow);
expect.holds('mtr_customer_profile', 'sales_have_buyers', 'buyers <= sales', { key: profileRow });

const growthRow = ['period', 'period_start'];
expect.uniqueKey('mtr_customer_growth', growthRow);
expect.acceptedValues('mtr_customer_growth', 'completeness', ['final', 'partial']);
expect.holds('mtr_customer_growth', 'parts_are_no_more', 'new_buyers <= signups AND returned_buyers <= returned_customers', { key: growthRow });
