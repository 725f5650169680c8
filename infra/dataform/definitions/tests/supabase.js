expect.uniqueKey('stg_supabase_customers', ['customer_id'], { critical: true });
expect.uniqueKey('stg_supabase_products', ['product_id'], { critical: true });
expect.uniqueKey('stg_supabase_sales', ['sale_id'], { critical: true });
expect.uniqueKey('stg_supabase_support_tickets', ['ticket_id'], { critical: true });
