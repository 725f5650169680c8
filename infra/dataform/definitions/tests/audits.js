const relation = ['fact', 'key_column'];
expect.uniqueKey('audit_missing_keys', relation);
// Stock names stores by city and chain, of which the list of stores has not all.
expect.holds('audit_missing_keys', 'has_members', "fact = 'fct_store_inventory' OR IFNULL(missing_share, 0) <= 0.05", { key: relation });
