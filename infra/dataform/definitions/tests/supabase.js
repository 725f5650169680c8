expect.uniqueKey('stg_supabase_customers', ['customer_id']);
expect.uniqueKey('stg_supabase_products', ['product_id']);
expect.uniqueKey('stg_supabase_sales', ['sale_id']);
expect.uniqueKey('stg_supabase_support_tickets', ['ticket_id']);
