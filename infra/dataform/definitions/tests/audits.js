const relation = ['fact', 'key_column'];
expect.uniqueKey('audit_missing_keys', relation);
// Stock names stores by city and chain, of which the list of stores has not all; orders come on days without ads, too; how many the web analytics must see is a test of audit_orders_ga4.
expect.holds(
  'audit_missing_keys',
  'has_members',
  "fact = 'fct_store_inventory' OR dimension IN ('dim_meta_ads', 'dim_ga4_events') OR IFNULL(missing_share, 0) <= 0.05",
  { key: relation },
);
