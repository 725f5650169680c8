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
