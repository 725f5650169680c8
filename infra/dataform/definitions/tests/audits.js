expect.uniqueKey('audit_missing_keys', ['fact', 'key_column']);
for (const fact of ['fct_sales', 'fct_ticketing', 'fct_orders', 'fct_call_reports', 'dim_meta_ads']) {
  const where = `fact <> '${fact}' OR IFNULL(missing_share, 0) <= 0.05`;
  expect.holds('audit_missing_keys', `${fact}_has_members`, where, { key: ['fact', 'key_column'] });
}
