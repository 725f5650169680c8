// Written by `npm run models -- sources` from shared/streams; a test compares them.

declare({
  schema: 'supabase',
  name: 'customers',
  description: 'Customers of the shop, as its database has them',
  columns: {
    customer_id: 'Customer number',
    customer_name: { description: 'Name', tags: ['pii'] },
    customer_email: { description: 'E-mail address', tags: ['pii'] },
    customer_age: 'Age in years',
    customer_gender: 'Gender',
    first_ticket_date: 'Day of the first support ticket',
    last_ticket_date: 'Day of the last support ticket',
    location: 'City',
    account_age_years: 'Years since the sign-up',
    income_bracket: 'Income: Low, Medium or High',
    signup_date: 'Day of the sign-up',
    updated_at: 'When the row was last changed, by the clock of the database',
    _raw_object: 'Raw object that the row comes from',
    _raw_generation: 'Generation of the raw object',
    _row: 'Ordinal of the record in the raw object, from 1',
    _extracted_at: 'Run time: when the raw object was asked for',
    _extra: { description: 'Fields of the record that the stream does not declare', tags: ['pii'] },
    load_timestamp: 'Data load timestamp',
  },
});

declare({
  schema: 'supabase',
  name: 'products',
  description: 'Products of the shop, as its database has them',
  columns: {
    product_id: 'Product number',
    product_name: 'Name',
    brand: 'Brand',
    category: 'Category, as the shop says',
    updated_at: 'When the row was last changed, by the clock of the database',
    _raw_object: 'Raw object that the row comes from',
    _raw_generation: 'Generation of the raw object',
    _row: 'Ordinal of the record in the raw object, from 1',
    _extracted_at: 'Run time: when the raw object was asked for',
    _extra: { description: 'Fields of the record that the stream does not declare', tags: ['pii'] },
    load_timestamp: 'Data load timestamp',
  },
});

declare({
  schema: 'supabase',
  name: 'sales',
  description: 'Sales of the shop, a row per product of a purchase, as its database has them',
  columns: {
    sale_id: 'Sale number',
    customer_id: 'Who bought',
    product_id: 'What was bought',
    quantity: 'Number of units',
    unit_price: 'Price of a unit, in the currency',
    total_amount: 'Quantity times unit price, in the currency',
    currency: 'Currency, ISO 4217',
    payment_method: 'How it was paid',
    purchase_date: 'Day of the purchase',
    updated_at: 'When the row was last changed, by the clock of the database',
    _raw_object: 'Raw object that the row comes from',
    _raw_generation: 'Generation of the raw object',
    _row: 'Ordinal of the record in the raw object, from 1',
    _extracted_at: 'Run time: when the raw object was asked for',
    _extra: { description: 'Fields of the record that the stream does not declare', tags: ['pii'] },
    load_timestamp: 'Data load timestamp',
  },
});

declare({
  schema: 'supabase',
  name: 'support_tickets',
  description: 'Tickets of the support team, as the database has them',
  columns: {
    ticket_id: 'Ticket number',
    customer_id: 'Who asked',
    customer_email: { description: 'E-mail address of who asked', tags: ['pii'] },
    ticket_type: 'Type',
    ticket_subject: 'Subject',
    ticket_description: { description: 'What was asked', tags: ['pii'] },
    ticket_status: 'Status',
    resolution: { description: 'What was answered', tags: ['pii'] },
    ticket_priority: 'Priority',
    ticket_channel: 'Channel',
    ticket_created: 'When it was opened',
    first_response_time: 'When it was first answered',
    time_to_resolution: 'When it was resolved',
    frt_minutes: 'Minutes until the first answer',
    ttr_minutes: 'Minutes until the resolution',
    customer_satisfaction: 'Rating from 1 to 5',
    updated_at: 'When the row was last changed, by the clock of the database',
    _raw_object: 'Raw object that the row comes from',
    _raw_generation: 'Generation of the raw object',
    _row: 'Ordinal of the record in the raw object, from 1',
    _extracted_at: 'Run time: when the raw object was asked for',
    _extra: { description: 'Fields of the record that the stream does not declare', tags: ['pii'] },
    load_timestamp: 'Data load timestamp',
  },
});

declare({
  schema: 'supabase',
  name: 'customers_keys',
  description: 'Keys of all customers that there are, as of the last sweep; what is not among them has been deleted',
  columns: {
    customer_id: 'Customer number',
    _raw_object: 'Raw object that the row comes from',
    _raw_generation: 'Generation of the raw object',
    _row: 'Ordinal of the record in the raw object, from 1',
    _extracted_at: 'Run time: when the raw object was asked for',
    _extra: { description: 'Fields of the record that the stream does not declare', tags: ['pii'] },
    load_timestamp: 'Data load timestamp',
  },
});

declare({
  schema: 'supabase',
  name: 'products_keys',
  description: 'Keys of all products that there are, as of the last sweep; what is not among them has been deleted',
  columns: {
    product_id: 'Product number',
    _raw_object: 'Raw object that the row comes from',
    _raw_generation: 'Generation of the raw object',
    _row: 'Ordinal of the record in the raw object, from 1',
    _extracted_at: 'Run time: when the raw object was asked for',
    _extra: { description: 'Fields of the record that the stream does not declare', tags: ['pii'] },
    load_timestamp: 'Data load timestamp',
  },
});

declare({
  schema: 'supabase',
  name: 'sales_keys',
  description: 'Keys of all sales that there are, as of the last sweep; what is not among them has been deleted',
  columns: {
    sale_id: 'Sale number',
    _raw_object: 'Raw object that the row comes from',
    _raw_generation: 'Generation of the raw object',
    _row: 'Ordinal of the record in the raw object, from 1',
    _extracted_at: 'Run time: when the raw object was asked for',
    _extra: { description: 'Fields of the record that the stream does not declare', tags: ['pii'] },
    load_timestamp: 'Data load timestamp',
  },
});

declare({
  schema: 'supabase',
  name: 'support_tickets_keys',
  description: 'Keys of all support tickets that there are, as of the last sweep; what is not among them has been deleted',
  columns: {
    ticket_id: 'Ticket number',
    _raw_object: 'Raw object that the row comes from',
    _raw_generation: 'Generation of the raw object',
    _row: 'Ordinal of the record in the raw object, from 1',
    _extracted_at: 'Run time: when the raw object was asked for',
    _extra: { description: 'Fields of the record that the stream does not declare', tags: ['pii'] },
    load_timestamp: 'Data load timestamp',
  },
});
